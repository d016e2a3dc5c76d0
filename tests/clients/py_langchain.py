"""LangChain's adapters: what its agents give to a model."""
import asyncio, json, sys
from langchain_mcp_adapters.client import MultiServerMCPClient

CALLS = json.loads(sys.argv[2])

async def main(url):
    client = MultiServerMCPClient({"s": {"url": url, "transport": "streamable_http"}})
    tools = {tool.name: tool for tool in await client.get_tools()}
    out = {"names": list(tools)}
    for name, args in CALLS:
        try:
            text = json.dumps(await tools[name].ainvoke(args), default=str, ensure_ascii=False).replace('\\"', '"')
            # An error reaches the model as the text of the tool.
            out[name] = {"error": '"not_found: ' in text, "text": text}
        except Exception as error:
            out[name] = {"error": True, "text": str(error)} if "ToolException" in type(error).__name__ else {"raised": f"{type(error).__name__}: {error}"}
    return out

print(json.dumps(asyncio.run(main(sys.argv[1]))))
