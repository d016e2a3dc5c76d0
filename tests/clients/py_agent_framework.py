"""Microsoft's Agent Framework: the function tools it makes, and what it gives to a model."""
from agent_framework import MCPStdioTool, MCPStreamableHTTPTool
from agent_framework.exceptions import ToolExecutionException
from py_run import Failed, Session, contextlib, drive


@contextlib.asynccontextmanager
async def opened(target):
    command = target.get("command")
    made = MCPStdioTool("s", command[0], args=command[1:]) if command else MCPStreamableHTTPTool("s", target["url"])
    async with made as server:
        async def call(name, args):
            try:
                result = await server.call_tool(name, **args)
            except ToolExecutionException as error:
                raise Failed(str(error))
            return False, result if isinstance(result, str) else "".join(c.text or c.type for c in result)

        yield Session([tool.name for tool in server.functions], call)

drive(opened)
