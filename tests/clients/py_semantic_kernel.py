"""Semantic Kernel: its plugin, as a kernel calls it."""
from semantic_kernel.connectors.mcp import MCPStdioPlugin, MCPStreamableHttpPlugin
from semantic_kernel import Kernel
from py_run import Session, contextlib, drive


@contextlib.asynccontextmanager
async def opened(target):
    command = target.get("command")
    made = MCPStdioPlugin("s", command[0], args=command[1:]) if command else MCPStreamableHttpPlugin("s", target["url"])
    async with made as plugin:
        kernel = Kernel()
        functions = kernel.add_plugin(plugin).functions

        async def call(name, args):
            # It has nowhere to keep that a result is an error.
            return None, "".join(str(part) for part in await plugin.call_tool(name, **args))

        yield Session(list(functions), call)

drive(opened)
