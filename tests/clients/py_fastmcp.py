"""FastMCP's client."""
import asyncio, json, sys
from fastmcp import Client

CALLS = json.loads(sys.argv[2])

async def main(url):
    out = {}
    async with Client(url) as client:
        out["names"] = [tool.name for tool in await client.list_tools()]
        for name, args in CALLS:
            try:
                result = await client.call_tool(name, args, raise_on_error=False)
                out[name] = {"error": result.is_error, "text": "".join(getattr(c, "text", c.type) for c in result.content)}
            except Exception as error:
                out[name] = {"raised": f"{type(error).__name__}: {error}"}
    return out

print(json.dumps(asyncio.run(main(sys.argv[1]))))
