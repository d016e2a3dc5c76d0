"""CrewAI's tools: adapters that make a model of each schema."""
import asyncio
from crewai_tools import MCPServerAdapter
from mcp import StdioServerParameters
from py_run import Session, contextlib, drive


@contextlib.asynccontextmanager
async def opened(target):
    command = target.get("command")
    server = StdioServerParameters(command=command[0], args=command[1:]) if command else {
        "url": target["url"], "transport": "streamable-http"}
    with MCPServerAdapter(server, connect_timeout=90) as found:
        tools = {tool.name: tool for tool in found}
        told = {name.replace("-", "_"): name for name in tools}

        async def call(name, args):
            tool = tools.get(name) or tools[told[name.replace("-", "_")]]
            return None, str(await asyncio.to_thread(lambda: tool.run(**args)))

        yield Session(list(tools), call, cancels=False)

drive(opened)
