/**
 * Addresses that no call reaches, and proxies that no call is diverted to.
 *
 * @module
 */
import assert from "node:assert/strict";
import { DENIED_ADDRESSES } from "../../lib/sandbox/manifest.ts";
import { CAPSTAN, folderWith, ROOT, run, upstream } from "../testing.ts";
import { call, capability, TOKEN } from "./capability.ts";
import { attackFromHost, canHaveHost } from "./host.ts";

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

Deno.test("lookup() finds where a name leads inside the sandbox, where nothing can be looked up", async () => {
  await using api = upstream(() => new Response("yes"));
  await using folder = await folderWith({
    "worker.ts": `
import { denoHost } from ${JSON.stringify(`file://${ROOT}lib/host/deno.ts`)};
postMessage(await denoHost(() => {}).lookup("localhost", ${api.port}));
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

Deno.test({
  name: "a name that leads to the metadata address is refused, whatever the process was started with",
  ignore: !canHaveHost,
  async fn(t) {
    const hosts = {
      "an IPv4 address": "169.254.169.254 meta.test",
      "an IPv4 address written as IPv6": "::ffff:169.254.169.254 meta.test",
      "one of several addresses": "127.0.0.1 meta.test\n169.254.169.254 meta.test",
    };
    const flags = {
      "without flags": [[], []],
      "with addresses denied": [[`--deny-net=${DENIED_ADDRESSES.join(",")}`], []],
      "without flags, by fetch": [[], ["--wire=fetch"]],
      "with addresses denied, by fetch": [[`--deny-net=${DENIED_ADDRESSES.join(",")}`], ["--wire=fetch"]],
    } satisfies Record<string, [string[], string[]]>;
    for (const [written, lines] of Object.entries(hosts)) {
      await using folder = await folderWith({
        "hosts": `127.0.0.1 localhost\n${lines}\n`,
        "c.yml": capability({ origin: "http://meta.test" }),
      });
      for (const [started, [more, wire]] of Object.entries(flags)) {
        await t.step(`${written}, ${started}`, async () => {
          const [program, ...words] = CAPSTAN;
          const command = [program, ...words.slice(0, -1), ...more, words.at(-1)!];
          const outcome = await attackFromHost(folder, [
            ...command,
            "call",
            `${folder.path}/c.yml`,
            "api.list",
            ...wire,
          ], {
            API_TOKEN: TOKEN,
          });
          assert.match(outcome.err, /blocked: .*metadata/);
          assert.equal(outcome.code, 1);
          assert.equal(outcome.reached, 0);
        });
      }
    }
  },
});
