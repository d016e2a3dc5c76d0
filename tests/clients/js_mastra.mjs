// Mastra's MCP client.
import { drive, spoken, tell } from "./js_run.mjs";

await drive(async ({ url, command }, imported) => {
  const { MCPClient } = await imported();
  const server = command ? { command: command[0], args: command.slice(1) } : { url: new URL(url) };
  const client = new MCPClient({ servers: { s: server } });
  const listed = await (client.listTools ?? client.getTools).call(client);
  const tools = Object.fromEntries(
    Object.entries(listed).map(([name, tool]) => [name.replace(/^s_/, ""), tool]),
  );
  return {
    names: Object.keys(tools),
    async call(name, args, abortSignal) {
      try {
        const result = await tools[name].execute(args, { abortSignal });
        const text = result?.content ? spoken(result.content) : JSON.stringify(result);
        return { error: result?.isError === true, text };
      } catch (error) {
        return tell(error);
      }
    },
  };
});
