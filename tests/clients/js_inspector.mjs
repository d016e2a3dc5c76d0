// The Inspector's command line: it is started for each call with Node.js, as its users do.
import { drive, spoken } from "./js_run.mjs";

const program = Deno.env.get("PROGRAM");

/** Runs it; a signal stops it. */
async function run(target, args, signal) {
  const server = target.url === undefined
    ? ["--transport", "stdio", ...args, "--", ...target.command]
    : [target.url, "--transport", "http", ...args];
  const { stdout, stderr } = await new Deno.Command("node", {
    args: [program, "--cli", ...server],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    ...(signal === undefined ? {} : { signal }),
  }).output();
  const decoder = new TextDecoder(), out = decoder.decode(stdout);
  try {
    return JSON.parse(out);
  } catch {
    throw new Error(out + decoder.decode(stderr));
  }
}

await drive(async (target) => ({
  names: (await run(target, ["--method", "tools/list"])).tools.map(({ name }) => name),
  async call(name, args, signal) {
    const given = Object.entries(args).map(([name, value]) =>
      `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`
    );
    const result = await run(target, [
      "--method",
      "tools/call",
      "--tool-name",
      name,
      ...given.flatMap((pair) => ["--tool-arg", pair]),
    ], signal);
    return { error: result.isError === true, text: spoken(result.content) };
  },
  cancels: false,
}));
