// The official TypeScript SDK, 1.x.
const [url, calls] = Deno.args, at = Deno.env.get("PACKAGE");
const { Client } = await import(`npm:${at}/client/index.js`);
const { StreamableHTTPClientTransport } = await import(`npm:${at}/client/streamableHttp.js`);
const client = new Client({ name: "matrix", version: "1" });
await client.connect(new StreamableHTTPClientTransport(new URL(url)));
const out = { names: (await client.listTools()).tools.map((tool) => tool.name) };
for (const [name, args] of JSON.parse(calls)) {
  try {
    const result = await client.callTool({ name, arguments: args });
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
