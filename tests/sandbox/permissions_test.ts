/**
 * The manifest as permission flags: exactly what the document calls for.
 *
 * @module
 */
import assert from "node:assert/strict";
import { permissionFlags } from "../../lib/sandbox/manifest.ts";
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
