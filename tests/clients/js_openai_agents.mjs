// OpenAI's agents for JavaScript: its servers, and the function tools it makes of theirs.
import { drive } from "./js_run.mjs";

await drive(async ({ url, command }, imported) => {
  const { MCPServerStdio, MCPServerStreamableHttp, getAllMcpTools, RunContext, invokeFunctionTool } =
    await imported();
  const server = command
    ? new MCPServerStdio({ command: command[0], args: command.slice(1) })
    : new MCPServerStreamableHttp({ url });
  await server.connect();
  const made = await getAllMcpTools([server], new RunContext({}));
  const tools = new Map(made.map((tool) => [tool.name, tool]));
  return {
    names: [...tools.keys()],
    async call(name, args, signal) {
      const context = new RunContext({}), input = JSON.stringify(args);
      const result = await invokeFunctionTool({
        // It makes names of letters, digits and underscores.
        tool: tools.get(name) ?? tools.get(name.replaceAll("-", "_")),
        runContext: context,
        input,
        details: { signal },
      });
      return { error: null, text: typeof result === "string" ? result : JSON.stringify(result) };
    },
  };
});
