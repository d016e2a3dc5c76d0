"""OpenAI's agents: their MCP server object, and their function tools made strict."""
from agents.mcp import MCPServerStdio, MCPServerStreamableHttp, MCPUtil
from py_run import Session, contextlib, drive, spoken


@contextlib.asynccontextmanager
async def opened(target):
    command = target.get("command")
    made = MCPServerStdio({"command": command[0], "args": command[1:]}, client_session_timeout_seconds=30) if command \
        else MCPServerStreamableHttp({"url": target["url"]}, client_session_timeout_seconds=30)
    async with made as server:
        tools = await server.list_tools()
        names = [MCPUtil.to_function_tool(tool, server, True).name for tool in tools]

        async def call(name, args):
            result = await server.call_tool(name, args)
            return bool(getattr(result, "is_error", getattr(result, "isError", False))), spoken(result.content)

        yield Session(names, call)

drive(opened)
