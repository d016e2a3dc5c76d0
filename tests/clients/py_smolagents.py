"""smolagents: tools made by mcpadapt."""
import json, sys
from smolagents import ToolCollection

CALLS = json.loads(sys.argv[2])
out = {}
with ToolCollection.from_mcp({"url": sys.argv[1], "transport": "streamable-http"}, trust_remote_code=True, structured_output=False) as collection:
    # It makes identifiers of names: get_item.
    told = {name.replace("-", "_"): name for name, _ in CALLS}
    tools = {told.get(tool.name, "get-item" if tool.name == "get_item" else tool.name): tool for tool in collection.tools}
    out["names"] = list(tools)
    for name, args in CALLS:
        try:
            text = tools[name](**args)
            out[name] = {"error": isinstance(text, str) and text.startswith("not_found"), "text": str(text)}
        except Exception as error:
            out[name] = {"raised": f"{type(error).__name__}: {error}"}
print(json.dumps(out))
