/**
 * The narrowed worker, from the inside; and the main thread beside it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { manifestOf } from "../../lib/sandbox/manifest.ts";
import { workerPermissions } from "../../lib/sandbox/worker_permissions.ts";
import { readSpecification } from "../../lib/document/read.ts";
import { folderWith, ROOT, run, upstream } from "../testing.ts";
import { capability, TOKEN } from "./capability.ts";

/** Runs code in a worker with the permissions of a capability, and gives what it says. */
async function inWorker(code: string, permissions: Deno.PermissionOptionsObject): Promise<unknown> {
  const url = URL.createObjectURL(
    new Blob([
      `(async () => { ${code} })().then((v) => postMessage(v ?? "done"), (e) => postMessage(e.name + ": " + e.message));`,
    ], {
      type: "text/javascript",
    }),
  );
  const worker = new Worker(url, { type: "module", deno: { permissions } });
  try {
    return await new Promise((resolve) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) => {
        event.preventDefault();
        resolve(event.message);
      };
    });
  } finally {
    worker.terminate();
    URL.revokeObjectURL(url);
  }
}

Deno.test("inside the worker everything but the manifest is out of reach", async (t) => {
  await using declared = upstream(() => new Response("yes"));
  await using other = upstream(() => new Response("no"));
  await using folder = await folderWith({
    "c.yml": capability({ origin: declared.origin }),
    "secret.txt": "x",
  });
  const spec = readSpecification(`${folder.path}/c.yml`, { readText: (path) => Deno.readTextFileSync(path) });
  const permissions = workerPermissions(manifestOf(spec, {}));
  const attempt = (name: string, code: string, expected: unknown) =>
    t.step(name, async () => {
      const said = await inWorker(code, permissions);
      if (expected instanceof RegExp) assert.match(String(said), expected);
      else assert.equal(said, expected);
    });
  const denied = /NotCapable|PermissionDenied|NotSupported|ECONNREFUSED/;
  await attempt(
    "the declared origin answers",
    `return await (await fetch("${declared.origin}")).text()`,
    "yes",
  );
  await attempt("another port", `await fetch("${other.origin}")`, denied);
  await attempt("another host", `await fetch("https://example.com/")`, denied);
  await attempt("a connection", `await Deno.connect({ hostname: "127.0.0.1", port: ${other.port} })`, denied);
  await attempt(
    "node:net",
    `const net = await import("node:net");
     return await new Promise((ok, no) => net.connect(${other.port}, "127.0.0.1").on("connect", () => ok("in")).on("error", (e) => ok(e.name + e.code)));`,
    /NotCapable|ECONNREFUSED|EPERM|ERR/,
  );
  await attempt("listening elsewhere", `Deno.listen({ port: 0, hostname: "127.0.0.1" })`, denied);
  await attempt("a file", `Deno.readTextFileSync(${JSON.stringify(folder.path + "/secret.txt")})`, denied);
  await attempt("/proc", `Deno.readTextFileSync("/proc/self/environ")`, denied);
  await attempt("a listing", `[...Deno.readDirSync("/")]`, denied);
  await attempt(
    "writing",
    `Deno.writeTextFileSync(${JSON.stringify(folder.path + "/new.txt")}, "x")`,
    denied,
  );
  await attempt("a variable", `Deno.env.get("HOME")`, denied);
  await attempt(
    "process.env",
    `const p = await import("node:process"); return String(p.default.env.HOME)`,
    /NotCapable|undefined/,
  );
  await attempt("a program", `new Deno.Command("sh").outputSync()`, denied);
  await attempt("the system", `Deno.hostname()`, denied);
  await attempt("a library", `Deno.dlopen("libc.so.6", {})`, denied);
  // Written so that no import is known before it runs: one that is known is loaded with the permissions of main.
  await attempt(
    "code from the declared origin",
    `await import(String.raw({ raw: ["${declared.origin}", "/x.js"] }))`,
    /import access|no-remote/,
  );
  await attempt(
    "code from the usual hosts",
    `await import(["https:", "", "esm.sh", "left-pad"].join("/"))`,
    /import access|no-remote/,
  );
  await attempt(
    "code from a file",
    `await import(String(${JSON.stringify(`file://${folder.path}/secret.txt`)}).replace("txt", "js"))`,
    /read access/,
  );
  await attempt(
    "a worker of its own with more",
    `new Worker("data:text/javascript,", { type: "module", deno: { permissions: "inherit" } });
     new Worker("data:text/javascript,", { type: "module", deno: { permissions: { read: true, net: true } } })`,
    /NotCapable|PermissionDenied|TypeError/,
  );
  await attempt(
    "asking for more",
    `return (await Deno.permissions.request({ name: "read" })).state`,
    /denied|prompt/,
  );
});

/** Runs a verb in a program that tells when it has no permission left. */
const REVOKED = `
import { parseArgs } from ${JSON.stringify(`file://${ROOT}lib/cli/args.ts`)};
import { callLoaded } from ${JSON.stringify(`file://${ROOT}lib/cli/call/call.ts`)};
import { loadSpecification } from ${JSON.stringify(`file://${ROOT}lib/cli/load.ts`)};
import { serveLoaded } from ${JSON.stringify(`file://${ROOT}lib/cli/serve/serve_one.ts`)};
import { VERBS } from ${JSON.stringify(`file://${ROOT}lib/cli/verbs.ts`)};
const [verb, file, ...rest] = Deno.args;
const parsed = parseArgs(verb, rest, VERBS[verb].flags);
const loaded = await loadSpecification(file, parsed);
void (verb === "serve" ? serveLoaded(loaded, parsed) : callLoaded(loaded, parsed, parsed.positional));
const names = ["net", "read", "write", "run", "env", "ffi", "sys", "import"] as const;
const states = () => names.map((name) => Deno.permissions.querySync({ name }).state);
for (let i = 0; i < 4000; i++) {
  await new Promise((resolve) => setTimeout(resolve, 25));
  if (states().every((state) => state !== "granted")) {
    Deno.stdout.writeSync(new TextEncoder().encode("revoked"));
    Deno.exit(0);
  }
}
Deno.stdout.writeSync(new TextEncoder().encode(states().join()));
Deno.exit(1);
`;

Deno.test("main gives up its own permissions once the capability runs, and while a call does", async () => {
  const answering = Promise.withResolvers<void>();
  await using api = upstream(async () => {
    await answering.promise;
    return Response.json({});
  });
  await using folder = await folderWith({
    "c.yml": capability({
      origin: api.origin,
      exposes: `  exposes:
    - { type: mcp, namespace: t, port: 0, tools: { get: { description: Get, call: api.list } } }
`,
    }),
    "main.ts": REVOKED,
  });
  const program = [
    Deno.execPath(),
    "run",
    "-A",
    "--quiet",
    "--no-check",
    `--config=${ROOT}deno.json`,
    `${folder.path}/main.ts`,
  ] as const;
  for (const [verb, ...rest] of [["serve", "--port", "0"], ["call", "api.list"]] as const) {
    const { out } = await run(program, [verb, `${folder.path}/c.yml`, ...rest], {
      env: { API_TOKEN: TOKEN },
    });
    assert.equal(out, "revoked", verb);
  }
  answering.resolve();
});
