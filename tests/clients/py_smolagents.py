"""smolagents: tools made by mcpadapt."""
import json, sys
from smolagents import ToolCollection

CALLS = json.loads(sys.argv[2])
out = {}
with ToolCollection.from_mcp({"url": sys.argv[1], "transport": "streamable-http"}, trust_remote_code=True, structured_output=False) as collection:
    tools = {tool.name: tool for tool in collection.tools}
    out["names"] = list(tools)
    for name, args in CALLS:
        try:
            text = tools[name](**args)
            out[name] = {"error": isinstance(text, str) and text.startswith("not_found"), "text": str(text)}
        except Exception as error:
            out[name] = {"raised": f"{type(error).__name__}: {error}"}
print(json.dumps(out))
