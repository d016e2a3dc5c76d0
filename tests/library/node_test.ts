/**
 * What needs no sandbox runs without Deno: reading, checking, compiling, calling, `fetch` handlers.
 *
 * Skipped where there is no `node`.
 *
 * @module
 */
import assert from "node:assert/strict";
import { folderWith, ROOT, run } from "../testing.ts";

/** Whether Node.js is here, in a version that knows `process.getBuiltinModule` (20.16 and later). */
function nodeIsHere(): boolean {
  try {
    const { stdout } = new Deno.Command("node", { args: ["--version"], stderr: "null" }).outputSync();
    const [, major, minor] = /^v(\d+)\.(\d+)/.exec(new TextDecoder().decode(stdout)) ?? [];
    return Number(major) > 20 || (Number(major) === 20 && Number(minor) >= 16);
  } catch {
    return false;
  }
}

const PROGRAM = `
import assert from "node:assert/strict";
import { createServer } from "node:http";
import * as capstan from "./capstan.mjs";

assert.equal("Deno" in globalThis, false);
const { compileCapability, readSpecification, validate, inspect, serve, memoryHost } = capstan;

const spec = readSpecification("hello.yml");
assert.deepEqual(await validate(spec, { strict: true }), []);
assert.equal((await inspect(spec)).surfaces[0].tools[0].name, "greet");
const hello = await compileCapability(spec);
assert.deepEqual(await hello.call("greet", { who: "Ada" }), { greeting: "Hello, Ada!" });
const answer = await hello.surface("hello").fetch(new Request("http://x.example/mcp", {
  method: "POST",
  headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
  body: JSON.stringify({
    jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "greet", arguments: { who: "you" } },
  }),
}));
assert.match(await answer.text(), /Hello, you!/);

// A document that is not there, and one that names a file beside it.
assert.equal(readSpecification("none.yml").diagnostics[0].severity, "error");
assert.deepEqual(readSpecification("imports.yml").diagnostics.filter((d) => d.severity === "error"), []);

const server = createServer(async (request, response) => {
  let got = "";
  for await (const chunk of request) got += chunk;
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({
    asked: request.url,
    token: request.headers.authorization,
    ...(got ? { got } : {}),
  }));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
process.env.SHOP_TOKEN = "t";
const shop = readSpecification("imports.yml", {
  baseUris: { shop: "http://127.0.0.1:" + server.address().port },
});
const capability = await compileCapability(shop);
assert.deepEqual(await capability.call("shop.get", { id: "7" }), { asked: "/items/7", token: "Bearer t" });
// Base64 and hexadecimal digits, which Node.js writes in its own way: names and passwords, secrets in answers, files.
process.env.SHOP_PASSWORD = "correct-horse-battery";
const desk = await compileCapability(readSpecification("desk.yml", {
  baseUris: { desk: "http://127.0.0.1:" + server.address().port },
}));
assert.deepEqual(await desk.call("desk.send", { file: "aGk=" }), { asked: "/files", token: "Basic ***", got: "hi" });
await assert.rejects(capability.call("shop.nothing"), (error) => error.code === "invalid_arguments");

await assert.rejects(serve(spec), (error) => error.name === "StartError" && /needs Deno/.test(error.message));
const held = await compileCapability(shop, { host: memoryHost({ fetch: () => Response.json(1), env: { SHOP_TOKEN: "t" } }) });
assert.equal(await held.call("shop.get", { id: "7" }), 1);
server.close();
console.log("done");
`;

const SHOP = `ikanos: "1.0.0-beta5"
consumes:
  - type: http
    namespace: shop
    baseUri: https://shop.example.com
    authentication: { type: bearer, token: "{{SHOP_TOKEN}}" }
    resources:
      item: { path: "/items/{{id}}", operations: { get: { method: GET } } }
`;

const DESK = `ikanos: "1.0.0-beta5"
consumes:
  - type: http
    namespace: desk
    baseUri: https://desk.example.com
    authentication: { type: basic, username: ada, password: "{{SHOP_PASSWORD}}" }
    resources:
      files:
        path: /files
        operations:
          send:
            method: POST
            inputParameters: { file: { in: body } }
            body: { type: binary, data: "{{file}}" }
`;

Deno.test({
  name: "the library reads, checks, compiles, calls and mounts under Node.js (skipped without node)",
  ignore: !nodeIsHere(),
  async fn() {
    await using folder = await folderWith({
      "entry.ts": `export * from "${ROOT}mod.ts";\nexport * from "${ROOT}lib/api/for_testing.ts";\n`,
      "program.mjs": PROGRAM,
      "hello.yml": Deno.readTextFileSync(`${ROOT}examples/hello.yml`),
      "shop.yml": SHOP,
      "desk.yml": DESK,
      "imports.yml":
        `ikanos: "1.0.0-beta5"\ncapability:\n  consumes:\n    - { import: shop, location: ./shop.yml }\n`,
    });
    const options = ["--quiet", "--platform=node", `--config=${ROOT}deno.json`];
    const bundled = await run([Deno.execPath()], [
      "bundle",
      ...options,
      `--output=${folder.path}/capstan.mjs`,
      `${folder.path}/entry.ts`,
    ], { cwd: ROOT });
    assert.equal(bundled.code, 0, bundled.err);
    const { code, out, err } = await run(["node"], ["program.mjs"], { cwd: folder.path });
    assert.equal(code, 0, err);
    assert.equal(out.trim(), "done");
  },
});
