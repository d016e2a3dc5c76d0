"""LlamaIndex: its function tools."""
from llama_index.tools.mcp import BasicMCPClient, McpToolSpec
from py_run import Session, contextlib, drive


@contextlib.asynccontextmanager
async def opened(target):
    command = target.get("command")
    client = BasicMCPClient(command[0], args=command[1:], timeout=60) if command else BasicMCPClient(target["url"], timeout=60)
    tools = {tool.metadata.name: tool for tool in await McpToolSpec(client).to_tool_list_async()}

    async def call(name, args):
        output = await tools[name].acall(**args)
        raw = output.raw_output
        return bool(output.is_error or getattr(raw, "is_error", getattr(raw, "isError", False))), output.content

    yield Session(list(tools), call)

drive(opened)
