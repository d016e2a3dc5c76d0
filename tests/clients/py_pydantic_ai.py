"""Pydantic AI: its toolset, as an agent calls it. An error is a request to try again, with the text."""
import json
from fastmcp.client.transports import StdioTransport
from pydantic_ai import ModelRetry
from pydantic_ai.mcp import MCPToolset
from py_run import Failed, Session, contextlib, drive


@contextlib.asynccontextmanager
async def opened(target):
    command = target.get("command")
    async with MCPToolset(StdioTransport(command[0], command[1:]) if command else target["url"], init_timeout=60) as server:
        async def call(name, args):
            try:
                result = await server.direct_call_tool(name, args)
            except ModelRetry as error:
                raise Failed(str(error))
            return False, result if isinstance(result, str) else json.dumps(result, default=str, ensure_ascii=False)

        yield Session([tool.name for tool in await server.list_tools()], call)

drive(opened)
