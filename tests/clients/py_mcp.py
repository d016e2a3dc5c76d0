"""The official Python SDK, 1.x and 2.x."""
import asyncio, json, sys

async def main(url):
    try:
        from mcp import Client  # 2.x
        client = Client(url)
    except ImportError:
        client = None
    if client is not None:
        async with client as session:
            return await exercise(session)
    from mcp import ClientSession
    from mcp.client.streamable_http import streamablehttp_client
    async with streamablehttp_client(url) as (read, write, _):
        async with ClientSession(read, write) as session:
            await session.initialize()
            return await exercise(session)

def dump(result):
    return json.loads(result.model_dump_json(by_alias=True))

async def exercise(session):
    out = {}
    tools = (await session.list_tools()).tools
    out["names"] = [tool.name for tool in tools]
    for name, args in CALLS:
        try:
            result = dump(await session.call_tool(name, args))
            out[name] = {"error": bool(result.get("isError")), "text": "".join(c.get("text", c["type"]) for c in result["content"])}
        except Exception as error:
            out[name] = {"raised": f"{type(error).__name__}: {error}"}
    return out

CALLS = json.loads(sys.argv[2])
print(json.dumps(asyncio.run(main(sys.argv[1]))))
