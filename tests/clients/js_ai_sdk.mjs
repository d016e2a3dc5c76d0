// The AI SDK's MCP client: its tools, as it gives them to a model.
import { drive, spoken } from "./js_run.mjs";

await drive(async ({ url, command }, imported) => {
  const { createMCPClient } = await imported();
  let transport = { type: "http", url };
  if (command) {
    const { Experimental_StdioMCPTransport: Stdio } = await imported("/mcp-stdio");
    transport = new Stdio({ command: command[0], args: command.slice(1) });
  }
  const client = await createMCPClient({ transport }), tools = await client.tools();
  return {
    names: Object.keys(tools),
    async call(name, args, abortSignal) {
      const result = await tools[name].execute(args, { toolCallId: "1", messages: [], abortSignal });
      return { error: result.isError === true, text: spoken(result.content) };
    },
  };
});
