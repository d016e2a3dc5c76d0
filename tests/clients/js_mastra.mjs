// Mastra's MCP client.
const [url, calls] = Deno.args, at = Deno.env.get("PACKAGE");
const { MCPClient } = await import(`npm:${at}`);
const client = new MCPClient({ servers: { s: { url: new URL(url) } } });
const listed = await (client.listTools ?? client.getTools).call(client);
const tools = Object.fromEntries(
  Object.entries(listed).map(([name, tool]) => [name.replace(/^s_/, ""), tool]),
);
const out = { names: Object.keys(tools) };
for (const [name, args] of JSON.parse(calls)) {
  try {
    const result = await tools[name].execute(args, {});
    const text = result?.content
      ? result.content.map((c) => c.text ?? c.type).join("")
      : JSON.stringify(result);
    out[name] = { error: result?.isError === true, text };
  } catch (error) {
    const told = /not_found/.test(String(error));
    out[name] = told ? { error: true, text: String(error) } : { raised: String(error) };
  }
}
await Deno.stdout.write(new TextEncoder().encode(`${JSON.stringify(out)}\n`));
Deno.exit(0);
