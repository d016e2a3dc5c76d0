/**
 * Attacks on the sandbox, with real servers: what a hostile upstream, caller or document tries.
 *
 * @module
 */
import assert from "node:assert/strict";
import { DENIED_ADDRESSES, manifestOf, permissionFlags, workerPermissions } from "../lib/sandbox/manifest.ts";
import { readSpecification } from "../lib/spec/read.ts";
import { CAPSTAN, folderWith, type Outcome, ROOT, rpc, run, startServer, upstream } from "./testing.ts";

const TOKEN = "s3cr3t-t0ken/+=";

interface Capability {
  readonly origin: string;
  readonly authentication?: string;
  readonly operations?: string;
  readonly exposes?: string;
}

/** A capability of one API, whose operations the attack writes. */
function capability({ origin, authentication, operations, exposes }: Capability): string {
  return `ikanos: "1.0.0-beta5"
capability:
  consumes:
    - type: http
      namespace: api
      baseUri: ${origin}/base
${authentication ?? "      authentication: { type: bearer, token: '{{API_TOKEN}}' }"}
      resources:
        items:
          path: /items
          operations:
            list: { method: GET }
        item:
          path: /items/{id}
          operations:
            get: { method: GET, inputParameters: { id: { in: path, type: string } } }
        search:
          path: /search
          operations:
            find: { method: GET, inputParameters: { q: { in: query, type: string }, API_TOKEN: { in: query, type: string } } }
        tagged:
          path: /tagged
          operations:
            tag: { method: GET, inputParameters: { X-Tag: { in: header, type: string } } }
${operations ?? ""}${exposes ?? ""}`;
}

/** Calls one operation as a process. */
async function call(
  text: string,
  words: readonly string[],
  env: Record<string, string> = {},
): Promise<Outcome> {
  await using folder = await folderWith({ "c.yml": text });
  return await run(CAPSTAN, ["call", `${folder.path}/c.yml`, ...words], {
    env: { API_TOKEN: TOKEN, ...env },
  });
}

const CREDENTIALS: Readonly<Record<string, string>> = {
  bearer: "      authentication: { type: bearer, token: '{{API_TOKEN}}' }",
  basic: "      authentication: { type: basic, username: user, password: '{{API_TOKEN}}' }",
  "apikey in a header":
    "      authentication: { type: apikey, key: X-Api-Key, value: '{{API_TOKEN}}', placement: header }",
  "apikey in the query":
    "      authentication: { type: apikey, key: api_key, value: '{{API_TOKEN}}', placement: query }",
  "a fixed header": "      inputParameters: { X-Custom: { in: header, value: '{{API_TOKEN}}' } }",
};

for (const [kind, authentication] of Object.entries(CREDENTIALS)) {
  Deno.test(`a redirect to another origin takes no credential along: ${kind}`, async () => {
    await using thief = upstream(() => Response.json({ stolen: true }));
    await using api = upstream(() =>
      new Response(null, { status: 302, headers: { location: `${thief.origin}/take` } })
    );
    const { code, out, err } = await call(capability({ origin: api.origin, authentication }), ["api.list"]);
    assert.equal(code, 1, out);
    assert.equal(api.requests.length, 1);
    assert.equal(thief.requests.length, 0);
    assert.match(err, /blocked/);
    assert.ok(!(out + err).includes(TOKEN));
  });
}

Deno.test("a redirect to an undeclared port of the same host gets nothing", async () => {
  await using other = upstream(() => Response.json({ ok: true }));
  await using api = upstream(() => Response.redirect(`http://127.0.0.1:${other.port}/base/items`, 307));
  const { code } = await call(capability({ origin: api.origin }), ["api.list"]);
  assert.equal(code, 1);
  assert.equal(other.requests.length, 0);
});

Deno.test("proxy variables divert nothing, and no credential reaches the proxy", async () => {
  await using proxy = upstream(() => Response.json({ proxied: true }));
  await using api = upstream(() => Response.json({ proxied: false }));
  const env: Record<string, string> = {};
  for (const name of ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"]) {
    env[name] = proxy.origin;
  }
  const { code, out } = await call(capability({ origin: api.origin }), ["api.list"], env);
  assert.equal(code, 0);
  assert.deepEqual(JSON.parse(out), { proxied: false });
  assert.equal(proxy.requests.length, 0);
});

const ESCAPES = [
  "..",
  "../admin",
  "../../admin",
  "%2e%2e",
  "%2e%2e/admin",
  "%252e%252e",
  "..%2fadmin",
  "//evil.example/x",
  "/etc/passwd",
  "http://evil.example/x",
  "\\..\\admin",
  "..\\admin",
  "x?admin=1",
  "x#fragment",
  "x;y=1",
  ".",
];

Deno.test("an argument never leaves its place in the path", async () => {
  await using api = upstream(() => Response.json({ ok: true }));
  await using folder = await folderWith({
    "c.yml": capability({
      origin: api.origin,
      exposes: `  exposes:
    - type: mcp
      namespace: t
      port: 0
      tools:
        get: { description: Get, call: api.get, inputParameters: { id: { type: string, required: true } } }
`,
    }),
  });
  await using server = await startServer(CAPSTAN, ["serve", `${folder.path}/c.yml`, "--port", "0"], {
    env: { API_TOKEN: TOKEN },
  });
  for (const id of ESCAPES) {
    const before = api.requests.length;
    const answer = await rpc(server.urls[0]!, "tools/call", { name: "get", arguments: { id } });
    const result = answer["result"] as { isError?: boolean };
    for (const { url } of api.requests.slice(before)) {
      assert.match(url.pathname, /^\/base\/items\/[^/]+$/, `${id} went to ${url.href}`);
      assert.equal(url.search, "", `${id} went to ${url.href}`);
      assert.equal(decodeURIComponent(url.pathname.slice("/base/items/".length)), id);
    }
    if (api.requests.length === before) {
      assert.equal(result.isError, true, `${id} was not sent, and no error`);
    }
  }
});

Deno.test("a line break in a header value adds no header", async () => {
  await using api = upstream(() => Response.json({ ok: true }));
  for (const value of ["a\r\nX-Injected: 1", "a\nX-Injected: 1", "a\r\n\r\nGET /admin HTTP/1.1", "a\0b"]) {
    const { code } = await call(capability({ origin: api.origin }), [
      "api.tag",
      "--json",
      JSON.stringify({ "X-Tag": value }),
    ]);
    for (const { headers, url } of api.requests) {
      assert.equal(headers.get("x-injected"), null);
      assert.equal(url.pathname, "/base/tagged");
    }
    if (api.requests.length === 0) assert.equal(code, 1);
    api.requests.length = 0;
  }
});

Deno.test("an argument named like a variable does not replace the credential, nor read it", async () => {
  await using api = upstream(() => Response.json({ ok: true }));
  await call(capability({ origin: api.origin }), ["api.find", "API_TOKEN=mine", "q=x"]);
  for (const { headers, url } of api.requests) {
    assert.equal(headers.get("authorization"), `Bearer ${TOKEN}`);
    assert.ok(!url.href.includes(encodeURIComponent(TOKEN)));
  }
});

Deno.test("an argument that holds a template is sent as it is, never filled in", async () => {
  await using api = upstream(() => Response.json({ ok: true }));
  for (const q of ["{{API_TOKEN}}", "{{{API_TOKEN}}}", "$env.API_TOKEN", "${API_TOKEN}", "{API_TOKEN}"]) {
    const { code } = await call(capability({ origin: api.origin }), [
      "api.find",
      "--json",
      JSON.stringify({ q }),
    ]);
    assert.equal(code, 0);
    assert.equal(api.requests.at(-1)!.url.searchParams.get("q"), q);
  }
});

Deno.test("a secret that the upstream echoes in an error is taken out, in every writing", async () => {
  await using api = upstream(() =>
    new Response(
      JSON.stringify({
        error: `token ${TOKEN} is bad`,
        encoded: encodeURIComponent(TOKEN),
        base64: btoa(TOKEN),
        header: `Bearer ${TOKEN}`,
      }),
      { status: 403, headers: { "content-type": "application/json" } },
    )
  );
  for (const flags of [[], ["--format", "json"]]) {
    const { code, out, err } = await call(capability({ origin: api.origin }), ["api.list", ...flags]);
    assert.equal(code, 1);
    for (const form of [TOKEN, encodeURIComponent(TOKEN), btoa(TOKEN)]) {
      assert.ok(!(out + err).includes(form), `${form} in ${out + err}`);
    }
  }
});

Deno.test("a dry run shows no secret and sends nothing", async () => {
  await using api = upstream(() => Response.json({ ok: true }));
  for (const [kind, authentication] of Object.entries(CREDENTIALS)) {
    const { code, out, err } = await call(capability({ origin: api.origin, authentication }), [
      "api.list",
      "--dry-run",
    ]);
    assert.equal(code, 0, `${kind}: ${err}`);
    assert.match(out, /\*\*\*/, kind);
    for (const form of [TOKEN, encodeURIComponent(TOKEN), btoa(`user:${TOKEN}`)]) {
      assert.ok(!out.includes(form), kind);
    }
  }
  assert.equal(api.requests.length, 0);
});

for (
  const address of [
    "http://169.254.169.254",
    "http://169.254.10.1:8080",
    "http://2852039166",
    "http://0xa9fea9fe",
    "http://[::ffff:169.254.169.254]",
    "http://[fd00:ec2::254]",
    "http://100.100.100.200",
    "http://metadata.google.internal",
  ]
) {
  Deno.test(`a metadata or link-local address is refused even when declared: ${address}`, async () => {
    const { code, err } = await call(capability({ origin: address }), ["api.list"]);
    assert.equal(code, 1);
    assert.match(err, /blocked/);
  });
}

Deno.test("a name that resolves to a denied address is refused where the addresses are denied", async () => {
  await using api = upstream(() => Response.json({ ok: true }));
  await using folder = await folderWith({
    "c.yml": capability({ origin: `http://localhost:${api.port}` }),
  });
  const denying = [
    Deno.execPath(),
    "run",
    "-A",
    "--quiet",
    "--deny-net=127.0.0.0/8,[::1]",
    `${ROOT}cli.ts`,
  ] as const;
  const { code } = await run(denying, ["call", `${folder.path}/c.yml`, "api.list"], {
    env: { API_TOKEN: TOKEN },
  });
  assert.equal(code, 1);
  assert.equal(api.requests.length, 0);
});

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

Deno.test("addressesOf() finds where a name leads inside the sandbox, where nothing can be looked up", async () => {
  await using api = upstream(() => new Response("yes"));
  await using folder = await folderWith({
    "worker.ts": `
import { addressesOf } from ${JSON.stringify(`file://${ROOT}lib/upstream/resolution.ts`)};
postMessage(await addressesOf("localhost", ${api.port}));
`,
  });
  const worker = new Worker(`file://${folder.path}/worker.ts`, {
    type: "module",
    deno: { permissions: { net: [`localhost:${api.port}`], read: false, import: false } },
  });
  const found = await new Promise<string[]>((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = reject;
  });
  worker.terminate();
  assert.deepEqual(found, ["127.0.0.1"]);
  assert.equal(api.requests.length, 0);
});

Deno.test("the tasks deny the same addresses as the sandbox", () => {
  const { tasks } = JSON.parse(Deno.readTextFileSync(`${ROOT}deno.json`)) as {
    tasks: Record<string, string>;
  };
  assert.ok(tasks["capstan"]!.includes(`--deny-net=${DENIED_ADDRESSES.join(",")} `));
});

Deno.test("main gives up its own permissions once the capability runs", async () => {
  await using folder = await folderWith({
    "c.yml": capability({
      origin: "http://127.0.0.1:9",
      exposes: `  exposes:
    - { type: mcp, namespace: t, port: 0, tools: { get: { description: Get, call: api.list } } }
`,
    }),
    "main.ts": `
import { serveLoaded } from ${JSON.stringify(`file://${ROOT}lib/cli/serve.ts`)};
import { loadSpecification } from ${JSON.stringify(`file://${ROOT}lib/cli/load.ts`)};
import { parseArgs } from ${JSON.stringify(`file://${ROOT}lib/cli/args.ts`)};
import { VERBS } from ${JSON.stringify(`file://${ROOT}lib/cli/verbs.ts`)};
const parsed = parseArgs("serve", ["--port", "0"], VERBS.serve.flags);
void serveLoaded(await loadSpecification(Deno.args[0], parsed), parsed);
const names = ["net", "read", "write", "run", "env", "ffi", "sys"] as const;
const states = async () => (await Promise.all(names.map((name) => Deno.permissions.query({ name })))).map((s) => s.state);
const encoder = new TextEncoder();
for (let i = 0; i < 200; i++) {
  await new Promise((resolve) => setTimeout(resolve, 25));
  if ((await states()).every((state) => state !== "granted")) {
    Deno.stdout.writeSync(encoder.encode("revoked"));
    Deno.exit(0);
  }
}
Deno.stdout.writeSync(encoder.encode((await states()).join()));
Deno.exit(1);
`,
  });
  const program = [
    Deno.execPath(),
    "run",
    "-A",
    "--quiet",
    `--config=${ROOT}deno.json`,
    `${folder.path}/main.ts`,
  ] as const;
  const { out } = await run(program, [`${folder.path}/c.yml`], { env: { API_TOKEN: TOKEN } });
  assert.equal(out, "revoked");
});

Deno.test("capstan permissions prints flags that Deno takes, with the port of every host", async () => {
  await using folder = await folderWith({
    "c.yml": capability({
      origin: "https://api.example.com",
      exposes: `  exposes:
    - { type: mcp, namespace: t, port: 3999, tools: { get: { description: Get, call: api.list } } }
`,
    }),
    "probe.ts": `
const state = (name: "net", host: string) => Deno.permissions.querySync({ name, host }).state;
const text = [state("net", "api.example.com:443"), state("net", "api.example.com:80"), state("net", "127.0.0.1:3999"),
  state("net", "169.254.169.254:80"), Deno.permissions.querySync({ name: "env" }).state].join();
Deno.stdout.writeSync(new TextEncoder().encode(text));
`,
  });
  const { code, out } = await run(CAPSTAN, ["permissions", `${folder.path}/c.yml`]);
  assert.equal(code, 0);
  assert.equal(out.trim().split("\n").length, 1);
  const probe = await run([Deno.execPath(), "run", ...out.trim().split(" ")], [`${folder.path}/probe.ts`]);
  assert.equal(probe.out, "granted,prompt,granted,denied,prompt", probe.err);
});

Deno.test("permissionFlags() quotes what a shell would take apart", () => {
  const flags = permissionFlags({ net: [], listen: [], read: ["/a b/$(x)'.js"] });
  assert.ok(flags.includes(`--allow-read='/a b/$(x)'\\''.js'`), flags.join(" "));
});
