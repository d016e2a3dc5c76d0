"""smolagents: tools made by mcpadapt. It has no errors of its own: a failed call is its text."""
import asyncio
from mcp import StdioServerParameters
from smolagents import ToolCollection
from py_run import Session, contextlib, drive


@contextlib.asynccontextmanager
async def opened(target):
    command = target.get("command")
    server = StdioServerParameters(command=command[0], args=command[1:]) if command else {
        "url": target["url"], "transport": "streamable-http"}
    with ToolCollection.from_mcp(server, trust_remote_code=True, structured_output=False) as collection:
        # It makes identifiers of names: get_item.
        tools = {tool.name: tool for tool in collection.tools}

        async def call(name, args):
            return None, str(await asyncio.to_thread(lambda: tools[name.replace("-", "_")](**args)))

        yield Session(list(tools), call, cancels=False)

drive(opened)
