/**
 * The bundle, and the compiled binaries, run as users run them.
 *
 * Compiling takes a base binary: one that `DENORT_BIN` names, with the `DENO` of the same version, or one that Deno
 * can download. Where there is none the tests of binaries are reported as ignored.
 *
 * @module
 */
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import assert from "node:assert/strict";
import { writeProgram } from "../../lib/cli/compile.ts";
import { readSpecification } from "../../lib/document/read.ts";
import { bundle } from "../../tools/bundle.ts";
import { compileCapstan } from "../../tools/compile.ts";
import { BuildError, thisTarget } from "../../tools/toolchain.ts";
import { attackFromHost, canHaveHost } from "../sandbox/host.ts";
import { type Command, type Folder, folderWith, freePort, run, startServer, upstream } from "../testing.ts";

const OUT = await Deno.makeTempDir({ prefix: "capstan-binary-" });
const BUNDLE = await bundle(OUT);
const BINARY = `${OUT}/capstan`;

/** Why there is no binary; undefined when there is one. */
async function compile(): Promise<string | undefined> {
  try {
    await compileCapstan(BUNDLE, thisTarget(), BINARY);
    return undefined;
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    return error.message;
  }
}

const WHY_NOT = await compile();
if (WHY_NOT !== undefined) {
  Deno.stderr.writeSync(new TextEncoder().encode(`no binary to test: ${WHY_NOT.split("\n")[0]}\n`));
}
const binaryTest = (name: string, fn: () => Promise<void>) =>
  Deno.test({ name, fn, ignore: WHY_NOT !== undefined, sanitizeResources: false, sanitizeOps: false });

globalThis.addEventListener("unload", () => Deno.removeSync(OUT, { recursive: true }));

/** A capability of one API. */
function capability(origin: string, port: number): string {
  return `ikanos: "1.0.0-beta5"
info: { display: Shop, version: "1.2" }
binds:
  - { namespace: env, keys: { SHOP_TOKEN: SHOP_TOKEN } }
capability:
  consumes:
    - type: http
      namespace: shop
      baseUri: ${origin}
      authentication: { type: bearer, token: "{{SHOP_TOKEN}}" }
      resources:
        orders: { path: /orders, operations: { list: { method: GET } } }
        away: { path: /away, operations: { leave: { method: GET } } }
  exposes:
    - type: mcp
      namespace: shop-tools
      port: ${port}
      tools:
        list-orders:
          description: Lists orders
          call: shop.list
          outputParameters: [{ type: array, mapping: $.data }]
        leave: { description: Is redirected elsewhere, call: shop.leave }
        count:
          description: Counts by a script
          steps: [{ type: script, name: script, language: javascript, location: ./scripts, file: count.js }]
`;
}

/** A folder with that capability and its script. */
function shopFolder(origin: string, port: number, more: Record<string, string> = {}): Promise<Folder> {
  return folderWith({
    "shop.yml": capability(origin, port),
    "scripts/count.js": "result = { count: 42 };",
    ...more,
  });
}

const ORDERS = { data: [{ id: 1 }, { id: 2 }] };

/** The API; one of its routes redirects elsewhere. */
function shopOf(elsewhere = "http://127.0.0.1:9/") {
  return upstream((request) =>
    new URL(request.url).pathname === "/away"
      ? new Response(null, { status: 302, headers: { location: elsewhere } })
      : request.headers.get("authorization") === "Bearer t0ken"
      ? Response.json(ORDERS)
      : new Response("no", { status: 401 })
  );
}

/** Talks to a server over stdio, with the official client. */
async function askOverStdio(
  command: Command,
  args: readonly string[],
  env: Record<string, string>,
  cwd?: string,
) {
  const client = new Client({ name: "test", version: "1" });
  const [program, ...first] = command;
  await client.connect(
    new StdioClientTransport({
      command: program,
      args: [...first, ...args],
      env,
      stderr: "ignore",
      ...(cwd === undefined ? {} : { cwd }),
    }),
  );
  try {
    const { tools } = await client.listTools();
    const result = await client.callTool({ name: "list-orders", arguments: {} });
    return { tools: tools.map((tool) => tool.name), result: result.structuredContent };
  } finally {
    await client.close();
  }
}

const EXPECTED = { tools: ["list-orders", "leave", "count"], result: { result: ORDERS.data } };

Deno.test("the bundle switches on what several workers need", async () => {
  await using shop = shopOf();
  await using folder = await shopFolder(shop.origin, 0);
  const command: Command = [Deno.execPath(), "run", "-A", BUNDLE];
  await using server = await startServer(command, ["serve", "shop.yml", "--port", "0", "--workers", "2"], {
    env: { SHOP_TOKEN: "t0ken" },
    cwd: folder.path,
  });
  assert.equal(await server.end("SIGTERM"), 0);
});

Deno.test({
  name: "the bundle runs from any folder",
  sanitizeResources: false,
  sanitizeOps: false,
  async fn() {
    await using shop = shopOf();
    await using folder = await shopFolder(shop.origin, 0);
    const command: Command = [Deno.execPath(), "run", "-A", BUNDLE];
    const env = { SHOP_TOKEN: "t0ken", HOME: folder.path, DENO_NO_UPDATE_CHECK: "1" };
    assert.deepEqual(
      await askOverStdio(command, ["serve", "--stdio", "shop.yml"], env, folder.path),
      EXPECTED,
    );
    const { code, out } = await run(command, ["call", "shop.yml", "list-orders"], { env, cwd: folder.path });
    assert.equal(code, 0);
    assert.deepEqual(JSON.parse(out), ORDERS.data);
    const licenses = await run(command, ["--licenses"], { env, cwd: folder.path });
    assert.match(licenses.out, /Apache License[^]*\nquickjs-emscripten-core \d[^]*Licence: MIT/);
  },
});

binaryTest("the binary serves a stdio client, without Deno on the PATH, without a home", async () => {
  await using shop = shopOf();
  await using folder = await shopFolder(shop.origin, 0);
  const { code, out, err } = await run([BINARY], ["call", `${folder.path}/shop.yml`, "list-orders"], {
    clearEnv: true,
    env: { SHOP_TOKEN: "t0ken", PATH: "" },
  });
  assert.equal(code, 0, err);
  assert.deepEqual(JSON.parse(out), ORDERS.data);
  const env = { SHOP_TOKEN: "t0ken", PATH: "", HOME: "/nonexistent" };
  assert.deepEqual(
    await askOverStdio([BINARY], ["serve", "--stdio", `${folder.path}/shop.yml`], env),
    EXPECTED,
  );
});

binaryTest("the binary serves an HTTP client, and ends with 0 when told to", async () => {
  await using shop = shopOf();
  await using folder = await shopFolder(shop.origin, 0);
  await using server = await startServer([BINARY], ["serve", `${folder.path}/shop.yml`, "--port", "0"], {
    clearEnv: true,
    env: { SHOP_TOKEN: "t0ken" },
  });
  const client = new ClientV1({ name: "test", version: "1" });
  const transport = new StreamableHTTPClientTransport(new URL(`${server.urls[0]}/mcp`));
  await client.connect(transport as Parameters<typeof client.connect>[0]);
  const result = await client.callTool({ name: "list-orders", arguments: {} });
  assert.deepEqual(result.structuredContent, EXPECTED.result);
  await client.close();
  assert.equal(await server.end("SIGTERM"), 0);
});

binaryTest("an origin that is not declared gets nothing from the binary", async () => {
  await using thief = upstream(() => Response.json({}));
  await using shop = shopOf(`${thief.origin}/take`);
  await using folder = await shopFolder(shop.origin, 0);
  const { code, err } = await run([BINARY], ["call", `${folder.path}/shop.yml`, "leave"], {
    env: { SHOP_TOKEN: "t0ken", HTTP_PROXY: thief.origin, http_proxy: thief.origin },
  });
  assert.equal(code, 1);
  assert.match(err, /blocked/);
  assert.equal(shop.requests.length, 1);
  assert.equal(thief.requests.length, 0);
});

Deno.test({
  name: "a name that leads to the metadata address is refused by the binary, and by that of one capability",
  ignore: WHY_NOT !== undefined || !canHaveHost,
  async fn() {
    await using folder = await shopFolder("http://meta.test", 0, {
      "hosts": "127.0.0.1 localhost\n169.254.169.254 meta.test\n",
    });
    const spec = `${folder.path}/shop.yml`, one = `${folder.path}/one`;
    const built = await run([Deno.execPath(), "run", "-A", BUNDLE], ["compile", spec, "-o", one]);
    assert.equal(built.code, 0, built.err);
    for (const command of [[BINARY, "call", spec, "list-orders"], [one, "call", "list-orders"]]) {
      const { reached, code, err } = await attackFromHost(folder, command, { SHOP_TOKEN: "t0ken" });
      assert.match(err, /blocked: .*metadata/);
      assert.deepEqual([reached, code], [0, 1]);
    }
  },
});

binaryTest("a binary of one capability holds its document, its scripts and its permissions", async () => {
  await using thief = upstream(() => Response.json({}));
  await using shop = shopOf(`${thief.origin}/take`);
  const port = freePort();
  await using folder = await shopFolder(shop.origin, port);
  const built = await run([Deno.execPath(), "run", "-A", BUNDLE], ["compile", "shop.yml", "-o", "shop"], {
    cwd: folder.path,
  });
  assert.equal(built.code, 0, built.err);
  // Moved elsewhere, its document gone, into a folder nobody can write to.
  await Deno.remove(`${folder.path}/shop.yml`);
  // Where its script was, there is another one now.
  await Deno.writeTextFile(`${folder.path}/scripts/count.js`, "result = { count: -1 };");
  await Deno.mkdir(`${folder.path}/moved`);
  await Deno.rename(`${folder.path}/shop`, `${folder.path}/moved/shop`);
  await Deno.chmod(`${folder.path}/moved`, 0o555);
  const binary = `${folder.path}/moved/shop`, env = { SHOP_TOKEN: "t0ken", PATH: "", TMPDIR: "/nonexistent" };
  try {
    const options = { clearEnv: true, env, cwd: `${folder.path}/moved` };
    const called = await run([binary], ["call", "list-orders"], options);
    assert.equal(called.code, 0, called.err);
    assert.deepEqual(JSON.parse(called.out), ORDERS.data);
    assert.deepEqual(JSON.parse((await run([binary], ["call", "count"], options)).out), { count: 42 });
    assert.match((await run([binary], ["--version"], options)).out, /^Shop 1\.2 /);
    assert.deepEqual(await askOverStdio([binary], ["--stdio"], { ...env, HOME: "/nonexistent" }), EXPECTED);

    await using server = await startServer([binary], [], options);
    assert.deepEqual(server.urls, [`http://127.0.0.1:${port}`]);

    const away = await run([binary], ["call", "leave"], {
      ...options,
      env: { ...env, HTTP_PROXY: thief.origin },
    });
    assert.equal(away.code, 1);
    assert.match(away.err, /blocked/);
    assert.equal(thief.requests.length, 0);

    const unset = await run([binary], ["call", "list-orders"], { clearEnv: true });
    assert.equal(unset.code, 1);
    assert.match(unset.err, /SHOP_TOKEN/);

    for (const args of [["--port", "1"], ["--base-uri", "shop=http://127.0.0.1:1"], ["other.yml"]]) {
      const refused = await run([binary], args, options);
      assert.equal(refused.code, 2, refused.err);
    }
  } finally {
    await Deno.chmod(`${folder.path}/moved`, 0o755);
  }
});

binaryTest("a binary of one capability that runs no scripts does everything in one thread", async () => {
  await using thief = upstream(() => Response.json({}));
  await using shop = shopOf(`${thief.origin}/take`);
  const port = freePort(), text = capability(shop.origin, port);
  await using folder = await folderWith({ "shop.yml": text.slice(0, text.indexOf("        count:")) });
  const built = await run([Deno.execPath(), "run", "-A", BUNDLE], ["compile", "shop.yml", "-o", "shop"], {
    cwd: folder.path,
  });
  assert.equal(built.code, 0, built.err);
  const child = new Deno.Command(`${folder.path}/shop`, {
    args: ["--stdio", "--quiet"],
    clearEnv: true,
    env: { SHOP_TOKEN: "t0ken", HTTP_PROXY: thief.origin },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const ask = async (id: number, method: string, params: unknown) => {
    await writer.write(
      new TextEncoder().encode(JSON.stringify({ jsonrpc: "2.0", id, method, params }) + "\n"),
    );
    let line = "";
    while (!line.endsWith("\n")) {
      const { value, done } = await reader.read();
      assert.ok(!done, "it ended before it answered");
      line += value;
    }
    return JSON.parse(line);
  };
  const call = (id: number, name: string) => ask(id, "tools/call", { name, arguments: {} });
  assert.deepEqual((await call(1, "list-orders")).result.structuredContent, EXPECTED.result);
  assert.match(JSON.stringify((await call(2, "leave")).result), /blocked/);
  assert.equal(thief.requests.length, 0);
  // By now it has given up what it does not need; a part of the program that was not loaded yet is there all the same.
  const meta = { "io.modelcontextprotocol/protocolVersion": "2099-01-01" };
  assert.equal((await ask(3, "tools/list", { _meta: meta })).id, 3);
  if (Deno.build.os === "linux") {
    const threads = [...Deno.readDirSync(`/proc/${child.pid}/task`)]
      .map(({ name }) => Deno.readTextFileSync(`/proc/${child.pid}/task/${name}/comm`));
    assert.ok(threads.length > 0 && !threads.some((name) => /worker-\d+|^worker/.test(name)), threads.join());
  }
  await writer.close();
  assert.equal(await new Response(child.stderr).text(), "");
  await reader.cancel();
  assert.equal((await child.status).code, 0);
  await using server = await startServer([`${folder.path}/shop`], [], {
    clearEnv: true,
    env: { SHOP_TOKEN: "t0ken" },
  });
  assert.deepEqual(server.urls, [`http://127.0.0.1:${port}`]);
  assert.equal(await server.end("SIGTERM"), 0);
});

/** Lets a program answer what is asked over standard input. */
async function answersOf(command: readonly string[], asked: readonly object[], env: Record<string, string>) {
  const [program, ...args] = command;
  const child = new Deno.Command(program!, {
    args,
    env: { NO_COLOR: "1", ...env },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  const lines = asked.map((message) => JSON.stringify({ jsonrpc: "2.0", ...message }) + "\n");
  await writer.write(new TextEncoder().encode(lines.join("")));
  await writer.close();
  const { code, stdout, stderr } = await child.output(), decoder = new TextDecoder();
  // Two threads write to stderr, and a second may have passed between two programs.
  const told = decoder.decode(stderr).split("\n").map((line) => line.replace(/^\d\d:\d\d:\d\dZ /, ""));
  const err = told.sort().join("\n");
  return { code, out: decoder.decode(stdout).trimEnd().split("\n"), err };
}

Deno.test("the program of one capability answers before it is loaded, as it does afterwards", async () => {
  await using shop = shopOf();
  await using folder = await shopFolder(shop.origin, 0);
  const file = `${folder.path}/shop.yml`, readText = (path: string) => Deno.readTextFileSync(path);
  const spec = readSpecification(file, { readText });
  const { entry } = await writeProgram({ spec, readText }, OUT);
  const clientInfo = { name: "test", version: "1" };
  const asked = [
    {
      id: 1,
      method: "initialize",
      params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo },
    },
    { method: "notifications/initialized" },
    { id: 2, method: "tools/list" },
    { id: 3, method: "prompts/list" },
    { id: 4, method: "tools/call", params: { name: "list-orders", arguments: {} } },
  ];
  const deno = [Deno.execPath(), "run", "-A"], env = { SHOP_TOKEN: "t0ken" };
  const blank = { SHOP_TOKEN: " " };
  const [own, usual, unset, ownBlank, usualBlank] = await Promise.all([
    answersOf([...deno, entry, "serve", "--stdio"], asked, env),
    answersOf([...deno, BUNDLE, "serve", "--stdio", file], asked, env),
    answersOf([...deno, entry, "--stdio", "--quiet"], asked, {}),
    answersOf([...deno, entry, "--stdio"], asked, blank),
    answersOf([...deno, BUNDLE, "serve", "--stdio", file], asked, blank),
  ]);
  assert.equal(own.code, 0, own.err);
  assert.match(own.out.at(-1)!, /"structuredContent":\{"result":\[\{"id":1\}/);
  assert.deepEqual(own, usual);
  // What a value decides is not answered before the value is looked at.
  assert.match(usualBlank.err, /the variable SHOP_TOKEN is empty/);
  assert.deepEqual(ownBlank, usualBlank);
  assert.deepEqual([unset.code, unset.out], [1, [""]]);
  assert.match(unset.err, /SHOP_TOKEN/);
});

binaryTest("the binary leaves nothing in the temporary folder, where others could prepare it", async () => {
  await using shop = shopOf();
  await using folder = await shopFolder(shop.origin, 0, { "tmp/keep": "" });
  for (let i = 0; i < 2; i++) {
    const { code } = await run([BINARY], ["call", `${folder.path}/shop.yml`, "list-orders"], {
      env: {
        SHOP_TOKEN: "t0ken",
        TMPDIR: `${folder.path}/tmp`,
        HOME: `${folder.path}/tmp`,
        DENO_DIR: `${folder.path}/tmp/d`,
      },
    });
    assert.equal(code, 0);
  }
  assert.deepEqual([...Deno.readDirSync(`${folder.path}/tmp`)].map((entry) => entry.name), ["keep"]);
});

/** Runs a program where nothing can be written, as far as this machine gives the right to mount. */
const READ_ONLY = [
  "unshare",
  "-m",
  "sh",
  "-c",
  'mount --bind -o ro / / && mount -o remount,ro,bind / && exec "$@"',
  "sh",
] as const;
const canMount = await run(READ_ONLY, ["true"]).then(({ code }) => code === 0, () => false);

Deno.test({
  name: "the binary runs on a read-only file system",
  ignore: WHY_NOT !== undefined || !canMount,
  async fn() {
    await using shop = shopOf();
    await using folder = await shopFolder(shop.origin, 0);
    const { code, out, err } = await run(
      [...READ_ONLY, BINARY],
      ["call", `${folder.path}/shop.yml`, "list-orders"],
      { env: { SHOP_TOKEN: "t0ken" } },
    );
    assert.equal(code, 0, err);
    assert.deepEqual(JSON.parse(out), ORDERS.data);
  },
});

binaryTest("the binary does not start where the runtime's own telemetry would see a credential", async () => {
  await using folder = await shopFolder("http://127.0.0.1:1/{{SHOP_TOKEN}}", 0);
  const { code, err } = await run([BINARY], ["call", `${folder.path}/shop.yml`, "list-orders"], {
    env: { SHOP_TOKEN: "t0ken", OTEL_DENO: "true", OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1" },
  });
  assert.equal(code, 1);
  assert.match(err, /OTEL_DENO=true .* variable in its path/);
});

binaryTest("the binary says what it needs to compile when there is no Deno", async () => {
  await using folder = await shopFolder("http://127.0.0.1:1", 0);
  const { code, err } = await run([BINARY], [
    "compile",
    `${folder.path}/shop.yml`,
    "-o",
    `${folder.path}/out`,
  ], {
    clearEnv: true,
    env: { PATH: "" },
  });
  assert.equal(code, 1);
  assert.match(err, /set DENO/);
});

Deno.test("where no base binary can be had, compiling says what to do", async () => {
  await using folder = await shopFolder("http://127.0.0.1:1", 0);
  const { code, err } = await run(
    [Deno.execPath(), "run", "-A", BUNDLE],
    ["compile", `${folder.path}/shop.yml`, "-o", `${folder.path}/out`],
    { env: { DENORT_BIN: `${folder.path}/nothing`, DENO: "" } },
  );
  assert.equal(code, 1);
  assert.match(err, /set DENORT_BIN/);
  assert.doesNotMatch(err, /\n\s+at /);
});
