"""Strands: its MCP client, and the result an agent gives to its model."""
import asyncio, threading
from mcp import StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from strands.tools.mcp import MCPClient
from py_run import Session, contextlib, drive


@contextlib.asynccontextmanager
async def opened(target):
    command = target.get("command")

    def transport():
        if command:
            return stdio_client(StdioServerParameters(command=command[0], args=command[1:]))
        return streamable_http_client(target["url"])

    with MCPClient(transport) as client:
        async def call(name, args, **more):
            result = await client.call_tool_async("1", name, args, **more)
            return result["status"] == "error", "".join(c.get("text", "other") for c in result["content"])

        async def cancel(name, args):
            signal = threading.Event()
            asyncio.get_running_loop().call_later(1, signal.set)
            await call(name, args, cancel_signal=signal)

        names, token = [], None
        while True:
            page = client.list_tools_sync(token)
            names += [tool.tool_name for tool in page]
            token = page.pagination_token
            if not token:
                break
        yield Session(names, call, cancel=cancel)

drive(opened)
