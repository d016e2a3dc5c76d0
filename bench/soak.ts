// deno-lint-ignore-file no-console
/**
 * `deno task soak [CALLS] [-- flags of serve]`: makes a million calls, or as many as named, and prints how much memory the
 * program holds over time. What grows without end grows here.
 *
 * @module
 */
import { Load, type Target } from "./measure.ts";
import { start } from "./process.ts";
import { capability } from "./specs.ts";

/** How often memory is looked at. */
const LOOKS = 20;
/** How much more the second half may hold than the first before the run fails, as a share. */
const GROWTH = 0.2;

const [wanted = "1000000", ...rest] = Deno.args, calls = Number(wanted);
const flags = rest[0] === "--" ? rest.slice(1) : rest;
if (!Number.isInteger(calls) || calls < LOOKS) {
  console.error(`soak takes a number of calls of at least ${LOOKS}, not ${wanted}`);
  Deno.exit(2);
}
const deno = Deno.execPath(), here = (path: string) => new URL(path, import.meta.url).pathname;
const env = { BENCH_TOKEN: "bench-token", NO_COLOR: "1" };
const upstream = await start([deno, "run", "-A", "--no-check", here("./upstream.ts")], /^\d+$/, {
  stream: "stdout",
});
const file = Deno.makeTempFileSync({ prefix: "capstan-soak-", suffix: ".yml" });
Deno.writeTextFileSync(file, capability(`http://127.0.0.1:${upstream.line}`, 1, 0));
const server = await start(
  [deno, "run", "-A", "--no-check", here("../cli.ts"), "serve", file, "--port", "0", ...flags],
  / on http/,
  { stream: "stderr", env },
);
const load = new Load(), begin = performance.now(), seen: number[] = [];
const target: Target = {
  server,
  url: `${/(http:\/\/\S+)/.exec(server.line)![1]!}/mcp`,
  method: "POST",
  headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
  body: JSON.stringify({
    jsonrpc: "2.0",
    id: 1,
    method: "tools/call",
    params: { name: "list-items-0", arguments: {} },
  }),
};
try {
  console.log("calls\tseconds\tMiB resident");
  for (let look = 1; look <= LOOKS; look++) {
    await load.send(target, Math.floor(calls / LOOKS));
    seen.push(server.memory() ?? NaN);
    const seconds = ((performance.now() - begin) / 1000).toFixed(0);
    console.log(`${Math.floor(calls / LOOKS) * look}\t${seconds}\t${seen.at(-1)!.toFixed(0)}`);
  }
} finally {
  await load.stop();
  await Promise.all([server.stop(), upstream.stop()]);
  Deno.removeSync(file);
}
// The first quarter warms up.
const middle = Math.max(...seen.slice(LOOKS / 4, LOOKS / 2)), last = Math.max(...seen.slice(LOOKS / 2));
const growth = last / middle - 1;
console.log(
  `the most of the second half is ${(growth * 100).toFixed(0)} % over the most of the second quarter`,
);
if (growth > GROWTH) Deno.exit(1);
