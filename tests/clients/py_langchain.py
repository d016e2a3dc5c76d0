"""LangChain's adapters: what its agents give to a model."""
import json
from langchain_mcp_adapters.client import MultiServerMCPClient
from langchain_mcp_adapters.tools import load_mcp_tools
from langchain_core.tools import ToolException
from py_run import Failed, Session, contextlib, drive


@contextlib.asynccontextmanager
async def opened(target):
    command = target.get("command")
    server = {"transport": "stdio", "command": command[0], "args": command[1:]} if command else {
        "transport": "streamable_http", "url": target["url"]}
    async with MultiServerMCPClient({"s": server}).session("s") as session:
        tools = {tool.name: tool for tool in await load_mcp_tools(session)}

        async def call(name, args):
            try:
                message = await tools[name].ainvoke({"type": "tool_call", "id": "1", "name": name, "args": args})
            except ToolException as error:
                raise Failed(str(error))
            content = message.content
            text = content if isinstance(content, str) else "".join(c.get("text", json.dumps(c)) for c in content)
            return message.status == "error", text

        yield Session(list(tools), call)

drive(opened)
