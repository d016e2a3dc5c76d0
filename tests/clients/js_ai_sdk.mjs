// The AI SDK's MCP client: its tools, as it gives them to a model.
const [url, calls] = Deno.args, at = Deno.env.get("PACKAGE");
const mcp = await import(`npm:${at}`);
const create = mcp.createMCPClient ?? mcp.experimental_createMCPClient;
const client = await create({ transport: { type: "http", url } });
const tools = await client.tools(), out = { names: Object.keys(tools) };
for (const [name, args] of JSON.parse(calls)) {
  try {
    const result = await tools[name].execute(args, { toolCallId: "1", messages: [] });
    out[name] = {
      error: result.isError === true,
      text: result.content.map((c) => c.text ?? c.type).join(""),
    };
  } catch (error) {
    out[name] = { raised: String(error) };
  }
}
await Deno.stdout.write(new TextEncoder().encode(`${JSON.stringify(out)}\n`));
Deno.exit(0);
