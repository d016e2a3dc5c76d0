/**
 * Script steps, as users have them: files beside the specification, run by the program from MCP and REST.
 *
 * @module
 */
import assert from "node:assert/strict";
import { filesOf } from "../../lib/sandbox/manifest.ts";
import { readSpecification } from "../../lib/document/read.ts";
import { compileText, toolSpec } from "../capability.ts";
import { CAPSTAN, folderWith, freePorts, rpc, startServer, upstream } from "../testing.ts";

const SCRIPTS = {
  "sc/greet.js": 'result = { greeting: "hello", count: 42, flag: true };',
  "sc/people.js":
    'result = context["list-members"].filter((m) => m.type === "User").map(({ login, id }) => ({ login, id }));',
  "sc/named.js": 'result = pick(only(context["list-members"], "type", "User"), ["login", "id"]);',
  "sc/lib/lists.js": `function only(list, key, value) { return list.filter((entry) => entry[key] === value); }
function pick(list, keys) { return list.map((entry) => Object.fromEntries(keys.map((key) => [key, entry[key]]))); }`,
  "sc/below.js": "result = context.items.filter((item) => item.stock < context.threshold);",
  "sc/silent.js": "const unused = context.items.length;",
  "sc/host.js": 'result = java.lang.System.getenv("PATH");',
};

/** The tools and routes of one specification, each with the same steps. */
function specification(origin: string, mcp: number, rest: number, control: number): string {
  const script = (file: string, more = "") =>
    `x: { type: script, language: javascript, location: "file:///./sc", file: ${file}${more} }`;
  const flows: Record<string, [steps: string[], mapped: boolean]> = {
    greet: [[script("greet.js")], true],
    bare: [[script("greet.js")], false],
    people: [["list-members: { type: call, call: ns.members }", script("people.js")], true],
    named: [
      [
        "list-members: { type: call, call: ns.members }",
        script("named.js", ", dependencies: [lib/lists.js]"),
      ],
      true,
    ],
    below: [
      ["items: { type: call, call: ns.items }", script("below.js", ', with: { threshold: "{{minStock}}" }')],
      true,
    ],
    silent: [["items: { type: call, call: ns.items }", script("silent.js")], true],
    host: [[script("host.js")], true],
    defaults: [["x: { type: script, file: greet.js }"], true],
  };
  const body = ([steps, mapped]: [string[], boolean], indent: string, place: string) =>
    [
      `inputParameters: { minStock: { ${place}type: number, description: The least, required: false } }`,
      "steps:",
      ...steps.map((step) => `  ${step}`),
      ...(mapped ? ['mappings: [{ target: r, value: "$.x" }]'] : []),
    ].map((line) => indent + line).join("\n");
  const entries = Object.entries(flows);
  return `ikanos: "1.0.0-beta5"
capability:
  consumes:
    - type: http
      namespace: ns
      baseUri: ${origin}
      resources:
        members: { path: /members, operations: { members: { method: GET } } }
        items: { path: /items, operations: { items: { method: GET } } }
  exposes:
    - type: mcp
      namespace: tools
      port: ${mcp}
      tools:
${
    entries.map(([name, flow]) =>
      `        ${name}:\n          description: d\n${body(flow, "          ", "")}`
    ).join("\n")
  }
    - type: rest
      namespace: api
      port: ${rest}
      resources:
${
    entries.map(([name, flow]) =>
      `        ${name}:\n          path: /${name}\n          operations:\n            run:\n              method: GET\n${
        body(flow, "              ", "in: query, ")
      }`
    ).join("\n")
  }
    - type: control
      port: ${control}
      management: { scripting: { enabled: true, defaultLocation: "file:///./sc", defaultLanguage: javascript } }
`;
}

const MEMBERS = [{ login: "alice", id: 1, type: "User" }, { login: "bot-ci", id: 2, type: "Bot" }, {
  login: "bob",
  id: 3,
  type: "User",
}];
const ITEMS = [{ name: "Widget", stock: 5 }, { name: "Gadget", stock: 15 }, { name: "Gizmo", stock: 3 }];
const GREETING = { greeting: "hello", count: 42, flag: true };
const PEOPLE = [{ login: "alice", id: 1 }, { login: "bob", id: 3 }];

Deno.test("scripts run from MCP and REST, with dependencies, arguments and earlier steps", async () => {
  await using api = upstream((request) => Response.json(request.url.endsWith("/members") ? MEMBERS : ITEMS));
  const [mcp, rest, control] = freePorts(3);
  await using folder = await folderWith({
    "spec.yml": specification(api.origin, mcp!, rest!, control!),
    ...SCRIPTS,
  });
  // Another working folder: script files are found from the specification.
  await using server = await startServer(CAPSTAN, ["serve", `${folder.path}/spec.yml`], {
    cwd: "/",
    surfaces: 3,
  });
  const { err } = server;
  const both = async (name: string, args: Record<string, unknown> = {}) => {
    const { result } = await rpc(`http://127.0.0.1:${mcp}`, "tools/call", { name, arguments: args }) as {
      result: { isError?: boolean; content: { text: string }[] };
    };
    const query = new URLSearchParams(args as Record<string, string>);
    const response = await fetch(`http://127.0.0.1:${rest}/${name}?${query}`), body = await response.json();
    const [{ text }] = result.content as [{ text: string }];
    if (!result.isError) assert.deepEqual(JSON.parse(text), body, name);
    return { failed: result.isError ?? false, text, status: response.status, body };
  };
  assert.deepEqual((await both("greet")).body, { r: GREETING }, err());
  assert.deepEqual(
    (await both("defaults")).body,
    { r: GREETING },
    "the control surface names place and language",
  );
  assert.deepEqual((await both("bare")).body, GREETING, "without mappings, the last step is the result");
  assert.deepEqual((await both("people")).body, { r: PEOPLE });
  assert.deepEqual((await both("named")).body, { r: PEOPLE });
  assert.deepEqual((await both("below", { minStock: 10 })).body, { r: [ITEMS[0], ITEMS[2]] });
  assert.deepEqual((await both("silent")).body, { r: null }, "a script that assigns nothing gives nothing");
  const host = await both("host");
  assert.equal(host.failed, true);
  assert.match(host.text, /'java' is not defined/);
  assert.match(host.text, /Step: x/);
  assert.ok(host.status >= 500, "a script that fails is no fault of the caller");
});

Deno.test("a script that cannot run sets its tool aside, and says why", async () => {
  const disabled = async (step: string, scripting = "") => {
    const capability = await compileText(
      toolSpec("http://127.0.0.1:1", {
        operation: "path: /u\noperations: { get: { method: GET } }",
        tool: `steps: { x: { type: script, ${step} } }`,
        more: scripting && `  - { type: control, port: 3998, management: { scripting: { ${scripting} } } }`,
      }),
      { files: { "/sc/a.js": "result = 1", "/secret": "result = 2" } },
    );
    const [found] = capability.disabled;
    return found && `${found.diagnostic.code}: ${found.diagnostic.message}`;
  };
  const js = "language: javascript, location: 'file:///sc', file: a.js";
  assert.equal(await disabled(js), undefined);
  assert.match(
    `${await disabled(js.replace("a.js", "none.js"))}`,
    /^file-not-found: .*\/sc\/none\.js was not found/,
  );
  assert.match(
    `${await disabled(js.replace("a.js", "../secret"))}`,
    /^file-not-found: .*\.\.\/secret is outside/,
  );
  assert.match(
    `${await disabled(`${js}, dependencies: [lib/../../secret]`)}`,
    /^file-not-found: .* is outside/,
  );
  assert.match(
    `${await disabled("language: javascript, file: a.js")}`,
    /^file-not-found: .*a\.js was not found/,
  );
  assert.match(`${await disabled(js.replace("javascript", "python"))}`, /^script-language: .*python/);
  assert.match(`${await disabled(js, "enabled: false")}`, /^script-language: .*do not allow/);
  assert.match(`${await disabled(js, "allowedLanguages: [groovy]")}`, /^script-language: .*do not allow/);
});

Deno.test("a script outside its location is not granted to the sandbox either", () => {
  const files = (file: string) => {
    const text = toolSpec("http://127.0.0.1:1", {
      operation: "path: /u\noperations: { get: { method: GET } }",
      tool: `steps: { x: { type: script, location: 'file:///sc', file: ${file} } }`,
    });
    return filesOf(readSpecification("spec.yml", { readText: () => "" }, { text }));
  };
  assert.deepEqual(files("a/../b.js"), ["/sc/b.js"]);
  assert.deepEqual(files("../b.js"), []);
});
