"""AutoGen: the workbench of its extensions."""
import asyncio
from autogen_core import CancellationToken
from autogen_ext.tools.mcp import McpWorkbench, StdioServerParams, StreamableHttpServerParams
from py_run import Session, contextlib, drive


@contextlib.asynccontextmanager
async def opened(target):
    command = target.get("command")
    server = StdioServerParams(command=command[0], args=command[1:], read_timeout_seconds=60) if command else \
        StreamableHttpServerParams(url=target["url"])
    async with McpWorkbench(server) as bench:
        async def call(name, args, **more):
            result = await bench.call_tool(name, args, **more)
            return result.is_error, result.to_text()

        async def cancel(name, args):
            token = CancellationToken()
            asyncio.get_running_loop().call_later(1, token.cancel)
            await call(name, args, cancellation_token=token)

        # Its adapters make a model of each schema: a schema it cannot take loses the whole server.
        from autogen_ext.tools.mcp import mcp_server_tools
        adapters = await mcp_server_tools(server)
        assert len(adapters) == len(await bench.list_tools())
        yield Session([tool.name for tool in adapters], call, cancel=cancel)

drive(opened)
