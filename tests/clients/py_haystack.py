"""Haystack: its toolset. A result is the whole result as JSON."""
from haystack_integrations.tools.mcp import MCPToolset, StdioServerInfo, StreamableHttpServerInfo
from haystack.tools.errors import ToolInvocationError
from py_run import Failed, Session, contextlib, drive


@contextlib.asynccontextmanager
async def opened(target):
    command = target.get("command")
    server = StdioServerInfo(command=command[0], args=command[1:]) if command else StreamableHttpServerInfo(url=target["url"])
    toolset = MCPToolset(server, connection_timeout=60, invocation_timeout=60)
    toolset.warm_up()
    tools = {tool.name: tool for tool in toolset}

    async def call(name, args):
        try:
            return False, await on_its_loop(tools[name], args)
        except ToolInvocationError as error:
            raise Failed(str(error))

    async def on_its_loop(tool, args):
        import asyncio
        return await asyncio.to_thread(tool.invoke, **args)

    def without_waiting(name, args):
        tools[name]._invocation_timeout = 1
        return tools[name].invoke(**args)

    async def cancel(name, args):
        import asyncio
        await asyncio.to_thread(without_waiting, name, args)

    yield Session(list(tools), call, cancel=cancel)

drive(opened)
