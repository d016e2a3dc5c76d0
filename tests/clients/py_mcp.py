"""The official Python SDK, 1.x and 2.x, with its own time-out."""
import json
from datetime import timedelta
from py_run import Session, contextlib, drive

try:
    from mcp import Client  # 2.x
except ImportError:
    Client = None


@contextlib.asynccontextmanager
async def opened(target):
    from mcp import ClientSession, StdioServerParameters
    from mcp.client.stdio import stdio_client
    command = target.get("command")
    stdio = stdio_client(StdioServerParameters(command=command[0], args=command[1:])) if command else None
    if Client is not None:
        async with Client(stdio or target["url"]) as client:
            yield await made(client, 1.0)
    else:
        from mcp.client.streamable_http import streamablehttp_client
        async with (stdio or streamablehttp_client(target["url"])) as streams:
            async with ClientSession(streams[0], streams[1]) as session:
                await session.initialize()
                yield await made(session, timedelta(seconds=1))


async def made(session, second):
    async def call(name, args, **more):
        result = json.loads((await session.call_tool(name, args, **more)).model_dump_json(by_alias=True))
        return bool(result.get("isError")), "".join(c.get("text", c["type"]) for c in result["content"])

    async def cancel(name, args):
        await call(name, args, read_timeout_seconds=second)

    names, cursor = [], None
    while True:
        page = await session.list_tools(cursor=cursor) if cursor else await session.list_tools()
        names += [tool.name for tool in page.tools]
        cursor = getattr(page, "next_cursor", getattr(page, "nextCursor", None))
        if not cursor:
            return Session(names, call, cancel=cancel)

drive(opened)
