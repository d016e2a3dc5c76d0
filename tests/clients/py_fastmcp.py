"""FastMCP's client."""
from fastmcp import Client
from fastmcp.client.transports import StdioTransport
from py_run import Session, contextlib, drive, spoken


@contextlib.asynccontextmanager
async def opened(target):
    command = target.get("command")
    async with Client(StdioTransport(command[0], command[1:]) if command else target["url"]) as client:
        async def call(name, args, **more):
            result = await client.call_tool(name, args, raise_on_error=False, **more)
            return result.is_error, spoken(result.content)

        async def cancel(name, args):
            await call(name, args, timeout=1)

        yield Session([tool.name for tool in await client.list_tools()], call, cancel=cancel)

drive(opened)
