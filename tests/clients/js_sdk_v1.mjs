// The official TypeScript SDK, 1.x.
import { drive, spoken } from "./js_run.mjs";

await drive(async ({ url, command }, imported) => {
  const { Client } = await imported("/client/index.js");
  const client = new Client({ name: "matrix", version: "1" });
  if (command) {
    const { StdioClientTransport } = await imported("/client/stdio.js");
    await client.connect(new StdioClientTransport({ command: command[0], args: command.slice(1) }));
  } else {
    const { StreamableHTTPClientTransport } = await imported("/client/streamableHttp.js");
    await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  }
  return {
    names: (await client.listTools()).tools.map((tool) => tool.name),
    async call(name, args, signal) {
      const result = await client.callTool({ name, arguments: args }, undefined, { signal });
      return { error: result.isError === true, text: spoken(result.content) };
    },
  };
});
