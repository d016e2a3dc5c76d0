/**
 * What the command line prints for other programs, and what it says of everything a capability offers.
 *
 * @module
 */
import assert from "node:assert/strict";
import { CAPSTAN, folderWith, run } from "../testing.ts";

/** A capability with something of every kind, and something wrong. */
const EVERYTHING = `ikanos: "1.0.0-beta5"
info: { display: Everything, version: "1.0" }
binds:
  - { namespace: env, keys: { API_TOKEN: API_TOKEN } }
capability:
  consumes:
    - type: http
      namespace: api
      baseUri: https://api.example.com
      authentication: { type: bearer, token: "{{API_TOKEN}}" }
      resources:
        items: { path: "/items/{id}", operations: { get: { method: GET } } }
  exposes:
    - type: mcp
      namespace: tools
      port: 3001
      tools:
        one: { description: One item, call: api.get }
        broken: { description: Calls what is not there, call: api.nothing }
      resources:
        item: { uri: "items://all/{id}", description: An item, mimeType: application/json, call: api.get }
      prompts:
        ask:
          description: Asks about an item
          arguments: { which: { description: The item, required: true }, tone: { description: How, required: false } }
          template: [{ role: user, content: "What is {{which}}?" }]
    - type: rest
      namespace: web
      port: 3002
      resources:
        items: { path: "/items/{id}", operations: { read: { method: GET, call: api.get } } }
    - type: skill
      namespace: skills
      port: 3003
      skills:
        handling: { description: How items are handled, tools: { one: { from: { sourceNamespace: tools, action: one } } } }
    - { type: control, port: 3004 }
`;

const env = { API_TOKEN: "t0ken" };

Deno.test("inspect tells of tools, resources, prompts, routes and skills, each with its inputs", async () => {
  await using folder = await folderWith({ "all.yml": EVERYTHING });
  const file = `${folder.path}/all.yml`;
  const { code, out } = await run(CAPSTAN, ["inspect", file], { env });
  assert.equal(code, 0);
  for (
    const line of [
      "  one(id: string)",
      "  resource item items://all/{id}",
      "  prompt ask(which: string, tone?: string)",
      "  GET /items/{id} (id: string)",
      "  skill handling",
      "control on port 3004",
      "  variable API_TOKEN from environment",
      "  api.example.com:443",
    ]
  ) assert.ok(out.includes(`${line}\n`), `${line}\n${out}`);
  assert.match(out, /\ndisabled\n {2}tool broken: /);
  const json = JSON.parse((await run(CAPSTAN, ["inspect", file, "--format", "json"], { env })).out);
  const [mcp, rest, skill] = json.surfaces;
  assert.deepEqual(mcp.prompts[0].inputs, [
    { name: "which", type: "string", required: true, description: "The item" },
    { name: "tone", type: "string", required: false, description: "How" },
  ]);
  assert.deepEqual(mcp.resources[0].inputs.map((i: { name: string }) => i.name), ["id"]);
  assert.deepEqual(rest.routes[0].inputs.map((i: { in: string }) => i.in), ["path"]);
  assert.deepEqual(skill.skills.map((s: { name: string }) => s.name), ["handling"]);
  assert.deepEqual(json.variables, [{ name: "API_TOKEN", from: "environment", set: true }]);
  assert.deepEqual([
    json.reach,
    json.disabled.filter((d: { why: string }) => !d.why.includes("not served")).length,
  ], [["api.example.com:443"], 1]);
});

Deno.test("validate --format sarif is a log that code scanners take", async () => {
  await using folder = await folderWith({
    "my specs/a b.yml": EVERYTHING,
    "two.yml": 'ikanos: "1.0.0-beta5"\ncapabilty: {}\n',
  });
  const { code, out } = await run(CAPSTAN, ["validate", "--format", "sarif", "my specs/a b.yml", "two.yml"], {
    cwd: folder.path,
  });
  assert.equal(code, 1);
  const log = JSON.parse(out), [{ tool, results, columnKind }] = log.runs;
  assert.deepEqual([log.version, log.$schema, columnKind], [
    "2.1.0",
    "https://json.schemastore.org/sarif-2.1.0.json",
    "utf16CodeUnits",
  ]);
  for (const rule of tool.driver.rules) {
    for (const text of [rule.shortDescription, rule.fullDescription, rule.help]) {
      assert.ok(text.text.length > 0);
    }
  }
  for (const result of results) {
    assert.equal(tool.driver.rules[result.ruleIndex].id, result.ruleId);
    assert.match(result.level, /^(error|warning|note)$/);
    const { artifactLocation, region } = result.locations[0].physicalLocation;
    assert.match(artifactLocation.uri, /^(my%20specs\/a%20b\.yml|two\.yml)$/);
    assert.ok(region.startLine >= 1 && region.startColumn >= 1);
    if (region.endLine === region.startLine) assert.ok(region.endColumn > region.startColumn);
  }
  const unknown = results.find((r: { ruleId: string }) => r.ruleId === "unknown-operation");
  assert.deepEqual(unknown.locations[0].physicalLocation.region, {
    startLine: 19,
    startColumn: 63,
    endLine: 19,
    endColumn: 74,
  });
  assert.deepEqual(new Set(results.map((r: { ruleId: string }) => r.ruleId)).size, tool.driver.rules.length);
});

Deno.test("validate --format github writes annotations that hold whatever the names hold", async () => {
  await using folder = await folderWith({ "a,b:100%.yml": "ikanos: 1.0.0-beta5\n'odd: 50%\\n': 1\n" });
  const { out } = await run(CAPSTAN, ["validate", "--format", "github", "a,b:100%.yml"], {
    cwd: folder.path,
  });
  for (const line of out.trim().split("\n")) {
    assert.match(
      line,
      /^::(error|warning|notice) file=a%2Cb%3A100%25\.yml,line=\d+,col=\d+,title=[\w-]+::\S/,
    );
    assert.doesNotMatch(line, /%(?![0-9A-F]{2})/);
  }
  const none = await run(CAPSTAN, ["validate", "--format", "github", "/nowhere.yml"]);
  assert.match(none.out, /^::error file=\/nowhere\.yml,line=1,col=1,title=unreadable-file::/);
});

Deno.test("a specification may come from standard input", async () => {
  const stdin = EVERYTHING;
  const good = await run(CAPSTAN, ["validate", "-"], { stdin: stdin.replace(/ {8}broken: .*\n/, "") });
  assert.match(good.out, /^stdin: valid/m);
  assert.equal(good.code, 0, good.out);
  const bad = await run(CAPSTAN, ["validate", "-"], { stdin });
  assert.equal(bad.code, 1);
  assert.match(bad.out, /^stdin:19:63: error unknown-operation /m);
  const called = await run(CAPSTAN, ["call", "-", "one", "id=7", "--dry-run"], { stdin, env });
  assert.match(called.out, /^GET https:\/\/api\.example\.com\/items\/7\n/);
  assert.match(
    (await run(CAPSTAN, ["permissions", "-"], { stdin, env })).out,
    /--allow-net=api\.example\.com:443/,
  );
});

Deno.test("a reader that wants no more is no failure", async () => {
  const [program, ...first] = CAPSTAN, command = [program, ...first, "schema"].join(" ");
  const { code, out, err } = await run(["bash", "-c"], [
    `set -o pipefail; ${command} | head -1; echo "\${PIPESTATUS[0]}"`,
  ]);
  assert.deepEqual([code, out, err], [0, "{\n0\n", ""]);
});

/** Runs a command line on a terminal of its own, where this machine can give it one. */
async function onTerminal(line: string, env: Record<string, string>): Promise<string | undefined> {
  try {
    const { out } = await run(["script"], ["-qec", line, "/dev/null"], { env });
    return out;
  } catch {
    return undefined;
  }
}

Deno.test({
  name: "colours appear on a terminal, and never with NO_COLOR",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using folder = await folderWith({ "bad.yml": "ikanos: [" });
    const line = [...CAPSTAN, "validate", `${folder.path}/bad.yml`].join(" ");
    const colored = await onTerminal(line, { NO_COLOR: "" });
    if (colored === undefined) return;
    assert.ok(colored.includes("\x1b[31merror\x1b[0m yaml-syntax"), colored);
    assert.ok(!(await onTerminal(line, { NO_COLOR: "1" }))!.includes("\x1b["));
  },
});
