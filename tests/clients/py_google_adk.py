"""Google's Agent Development Kit: the declarations and the answers its agents give to a model."""
import json
from unittest.mock import MagicMock
from google.adk.tools.mcp_tool import McpToolset, StdioConnectionParams, StreamableHTTPConnectionParams
from mcp import StdioServerParameters
from py_run import Session, contextlib, drive


@contextlib.asynccontextmanager
async def opened(target):
    command = target.get("command")
    server = StdioConnectionParams(server_params=StdioServerParameters(command=command[0], args=command[1:]), timeout=60) \
        if command else StreamableHTTPConnectionParams(url=target["url"])
    toolset = McpToolset(connection_params=server)
    tools = {tool.name: tool for tool in await toolset.get_tools()}
    for tool in tools.values():
        tool._get_declaration()

    async def call(name, args):
        # The context of an invocation, of which a plain call needs nothing.
        context = MagicMock()
        context.state, context.function_call_id = {}, "1"
        result = await tools[name]._run_async_impl(args=args, tool_context=context, credential=None)
        return bool(result.get("isError")), json.dumps(result, ensure_ascii=False, default=str)

    yield Session(list(tools), call)
    await toolset.close()

drive(opened)
