// A gateway that stands between a client of stdio and a server of HTTP, with the official SDK 1.x before it.
import { drive, spoken } from "./js_run.mjs";

const SDK = "npm:@modelcontextprotocol/sdk@1.32.2";

await drive(async ({ url }) => {
  const { Client } = await import(`${SDK}/client/index.js`);
  const { StdioClientTransport } = await import(`${SDK}/client/stdio.js`);
  const flags = ["run", "-A", "--quiet", "--no-lock", "--no-config", "--node-modules-dir=none"];
  const args = [
    ...flags,
    `npm:${Deno.env.get("PACKAGE")}`,
    ...JSON.parse(Deno.env.get("FLAGS") ?? "[]"),
    url,
  ];
  const client = new Client({ name: "matrix", version: "1" });
  await client.connect(new StdioClientTransport({ command: Deno.execPath(), args, stderr: "inherit" }));
  return {
    names: (await client.listTools()).tools.map((tool) => tool.name),
    async call(name, args, signal) {
      const result = await client.callTool({ name, arguments: args }, undefined, { signal });
      return { error: result.isError === true, text: spoken(result.content) };
    },
  };
});
