// LangChain's adapters for JavaScript.
const [url, calls] = Deno.args, at = Deno.env.get("PACKAGE");
const { MultiServerMCPClient } = await import(`npm:${at}`);
const client = new MultiServerMCPClient({ mcpServers: { s: { transport: "http", url } } });
const tools = new Map((await client.getTools()).map((tool) => [tool.name, tool])),
  out = { names: [...tools.keys()] };
for (const [name, args] of JSON.parse(calls)) {
  try {
    out[name] = { error: false, text: JSON.stringify(await tools.get(name).invoke(args)) };
  } catch (error) {
    const told = /not_found/.test(String(error));
    out[name] = told ? { error: true, text: String(error) } : { raised: String(error) };
  }
}
await Deno.stdout.write(new TextEncoder().encode(`${JSON.stringify(out)}\n`));
Deno.exit(0);
