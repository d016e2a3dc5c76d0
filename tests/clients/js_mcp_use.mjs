// mcp-use for JavaScript: its client.
import { drive, spoken } from "./js_run.mjs";

await drive(async ({ url, command }, imported) => {
  const { MCPClient } = await imported();
  const client = new MCPClient({
    mcpServers: { s: command ? { command: command[0], args: command.slice(1) } : { url } },
  });
  const session = await client.createSession("s");
  const tools = await session.listTools();
  return {
    names: tools.map((tool) => tool.name),
    async call(name, args, signal) {
      const result = await session.callTool(name, args, { signal });
      return { error: result.isError === true, text: spoken(result.content) };
    },
  };
});
