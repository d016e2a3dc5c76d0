// The official TypeScript SDK, 2.x.
import { drive, spoken } from "./js_run.mjs";

await drive(async ({ url, command }, imported) => {
  const { Client, StreamableHTTPClientTransport } = await imported();
  const client = new Client({ name: "matrix", version: "1" });
  if (command) {
    const { StdioClientTransport } = await imported("/stdio");
    await client.connect(new StdioClientTransport({ command: command[0], args: command.slice(1) }));
  } else {
    await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  }
  return {
    names: (await client.listTools()).tools.map((tool) => tool.name),
    async call(name, args, signal) {
      const result = await client.callTool({ name, arguments: args }, { signal });
      return { error: result.isError === true, text: spoken(result.content) };
    },
  };
});
