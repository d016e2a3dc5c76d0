"""mcp-use: its client, through the adapter for LangChain."""
from mcp_use import MCPClient
from py_run import Session, contextlib, drive, spoken


@contextlib.asynccontextmanager
async def opened(target):
    command = target.get("command")
    server = {"command": command[0], "args": command[1:]} if command else {"url": target["url"]}
    client = MCPClient.from_dict({"mcpServers": {"s": server}})
    session = await client.create_session("s")

    async def call(name, args):
        result = await session.call_tool(name, args)
        return bool(result.isError), spoken(result.content)

    yield Session([tool.name for tool in await session.list_tools()], call)
    await client.close_all_sessions()

drive(opened)
