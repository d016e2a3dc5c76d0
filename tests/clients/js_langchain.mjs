// LangChain's adapters for JavaScript.
import { drive, tell } from "./js_run.mjs";

await drive(async ({ url, command }, imported) => {
  const { MultiServerMCPClient } = await imported();
  const server = command
    ? { transport: "stdio", command: command[0], args: command.slice(1) }
    : { transport: "http", url };
  const client = new MultiServerMCPClient({ mcpServers: { s: server } });
  const tools = new Map((await client.getTools()).map((tool) => [tool.name, tool]));
  return {
    names: [...tools.keys()],
    async call(name, args, signal) {
      try {
        const result = await tools.get(name).invoke(args, { signal });
        return { error: false, text: typeof result === "string" ? result : JSON.stringify(result) };
      } catch (error) {
        return tell(error);
      }
    },
  };
});
