"""OpenAI's agents: their MCP server object, and their function tools made strict."""
import asyncio, json, sys
from agents.mcp import MCPServerStreamableHttp, MCPUtil

CALLS = json.loads(sys.argv[2])

async def main(url):
    out = {}
    async with MCPServerStreamableHttp(params={"url": url}) as server:
        tools = await server.list_tools()
        out["names"] = [MCPUtil.to_function_tool(tool, server, True).name for tool in tools]
        for name, args in CALLS:
            try:
                result = await server.call_tool(name, args)
                is_error = getattr(result, "is_error", getattr(result, "isError", False))
                out[name] = {"error": bool(is_error), "text": "".join(getattr(c, "text", c.type) for c in result.content)}
            except Exception as error:
                out[name] = {"raised": f"{type(error).__name__}: {error}"}
    return out

print(json.dumps(asyncio.run(main(sys.argv[1]))))
