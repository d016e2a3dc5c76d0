/**
 * The manifest as permission flags: exactly what the document calls for.
 *
 * @module
 */
import assert from "node:assert/strict";
import { manifestOf, permissionFlags } from "../../lib/sandbox/manifest.ts";
import { readSpecification } from "../../lib/document/read.ts";
import { CAPSTAN, folderWith, run } from "../testing.ts";
import { capability } from "./capability.ts";

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

Deno.test("no word of a document widens the flags: a comma, a star, an address", async () => {
  const hosts = ["https://a.example,b.example", "https://*.example.com", "https://a.example%2cb.example"];
  const documents = [
    ...hosts.map((origin) => capability({ origin })),
    capability({
      origin: "https://api.example.com",
      authentication:
        "      authentication: { type: oauth2, tokenEndpoint: 'https://t.example,b.example/t', clientId: a, clientSecret: b }",
    }),
    ...["127.0.0.1,b.example", "*", "b.example:443,c"].map((address) =>
      capability({
        origin: "https://api.example.com",
        exposes: `  exposes:
    - { type: mcp, namespace: t, address: "${address}", port: 3999, tools: { get: { description: Get, call: api.list } } }
`,
      })
    ),
  ];
  for (const text of documents) {
    const spec = readSpecification("c.yml", { readText: () => "" }, { text }),
      manifest = manifestOf(spec, {});
    const granted = [...manifest.net, ...manifest.listen];
    // A document never opens itself: what it asks for as address is told, and no grant.
    assert.ok(
      granted.every((host) => host === "api.example.com:443" || host === "127.0.0.1:3999"),
      granted.join(" "),
    );
  }
  await using folder = await folderWith({
    "c.yml": `ikanos: "1.0.0-beta5"
capability:
  exposes:
    - type: mcp
      namespace: t
      address: "*"
      port: 3999
      tools:
        run: { description: Run, steps: [{ type: script, name: s, language: javascript, location: "./x,", file: s.js }] }
`,
    "x,/s.js": "result = 1",
  });
  const printed = await run(CAPSTAN, ["permissions", `${folder.path}/c.yml`]);
  assert.equal(printed.code, 1, printed.out);
  assert.match(printed.err, /x,\/s\.js .*comma/);
  assert.doesNotMatch(printed.err, /\n\s+at /);
  // Without flags there is no list to break out of.
  const { code, out, err } = await run(CAPSTAN, ["call", `${folder.path}/c.yml`, "run"]);
  assert.equal(code, 0, err);
  assert.equal(out, "1\n");
  const served = await run(CAPSTAN, ["serve", "--host", "*", `${folder.path}/c.yml`]);
  assert.equal(served.code, 1);
  assert.match(served.err, /\* is not an address to listen on/);
});

Deno.test("permissionFlags() asks for no variable whose name is a list or a pattern", () => {
  const flags = permissionFlags({ net: [], listen: [], read: [] }, ["A_TOKEN", "", "AWS_*", "A,B", "*"]);
  assert.ok(flags.includes("--allow-env=A_TOKEN"), flags.join(" "));
});
