/**
 * Mistakes in a document are told where they stand, with what helps: each entry of the list of silent ones has its test.
 *
 * @module
 */
import assert from "node:assert/strict";
import { compileCapability } from "../../lib/expose/compile.ts";
import { readSpecification } from "../../lib/document/read.ts";
import { inOrder } from "../../lib/document/diagnostics/report.ts";
import { resolveBinds } from "../../lib/plan/binds/binds.ts";
import { lookUp } from "../../lib/plan/flows/find_flow.ts";

interface World {
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Variables have to have values, as where the capability is to run. */
  readonly run?: boolean;
}

/** What is found in a document, as `file:line:column severity code message | fix`, and the capability. */
async function found(text: string, { files = {}, env = {}, run = false }: World = {}) {
  const readText = (path: string) => {
    if (!Object.hasOwn(files, path)) throw new Deno.errors.NotFound(path);
    return files[path]!;
  };
  const spec = readSpecification("a.yml", { readText }, { text });
  const binds = resolveBinds(spec, { env: (name) => env[name], readText });
  const capability = await compileCapability(spec, { binds: binds.values, readText, bindsOptional: !run });
  const all = inOrder([...spec.diagnostics, ...binds.diagnostics, ...capability.diagnostics], spec.files);
  const lines = all.map(({ location: { file, line, column }, severity, code, message, fix }) =>
    `${file}:${line}:${column} ${severity} ${code} ${message} | ${fix}`
  );
  return { spec, capability, binds: binds.values, lines };
}

const API = (more = "", operation = "{ method: GET }") =>
  `ikanos: "1.0.0-beta5"
capability:
  consumes:
    - type: http
      namespace: meteo
      baseUri: https://meteo.example
      resources: { search: { path: /search, operations: { geocode: ${operation} } } }
${more}`;
const TOOL = (tool: string) =>
  `  exposes:
    - type: mcp
      namespace: t
      port: 3001
      tools:
        find: { description: d, ${tool} }
`;

Deno.test("S7: a type that is none, a port out of range and a method nobody knows are told at their place", async () => {
  const { lines } = await found(
    API(
      TOOL("call: meteo.geocode, inputParameters: { q: { type: banana }, r: { type: strng } }").replace(
        "3001",
        "70000",
      ),
      "{ method: GRAB, inputParameters: { q: { in: query }, r: { in: query } } }",
    ),
  );
  assert.deepEqual(lines, [
    "a.yml:7:78 warning unknown-method GRAB is not a method of HTTP; the request is sent with it unchanged | " +
    "use GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS",
    "a.yml:11:13 error invalid-port port is 70000 | use 1 to 65535",
    "a.yml:13:84 error unknown-type banana is not a type; it is left out | use string, number, integer, boolean, array, object",
    "a.yml:13:105 warning unknown-type the type strng is read as string | write type: string",
  ]);
});

Deno.test("S8: properties of an array are those of its items, and a warning says so", async () => {
  const { spec, lines } = await found(
    API(TOOL(
      "call: meteo.geocode, outputParameters: [{ type: array, mapping: $.x, properties: { a: { type: string } } }]",
    )),
  );
  assert.match(lines.join("\n"), /^a\.yml:13:102 warning coerced an array has items, not properties/);
  const [surface] = spec.document.exposes!;
  assert.ok(surface?.type === "mcp");
  const [output] = surface.tools![0]!.outputParameters!;
  assert.deepEqual(output!.items, { type: "object", properties: [{ name: "a", type: "string" }] });
  assert.equal(output!.properties, undefined);
});

Deno.test("S6: every variable without a value is told in one run, at the place that uses it", async () => {
  const text = API(TOOL("call: meteo.geocode, with: { q: '{{ONE_KEY}}', r: '{{TWO_KEY}}' }")).replace(
    "      resources",
    '      authentication: { type: basic, user: "{{USER_NAME}}", pass: "{{PASS_WORD}}" }\n      resources',
  ).replace("{ method: GET }", "{ method: GET, inputParameters: { q: { in: query }, r: { in: query } } }");
  const looked = await found(text);
  assert.deepEqual(
    looked.lines.map((line) => line.split(" | ")[0]),
    ["7", "7", "14", "14"].map((line, i) =>
      `a.yml:${line}:${[45, 68, 66, 84][i]} warning missing-variable the variable ${
        ["USER_NAME", "PASS_WORD", "ONE_KEY", "TWO_KEY"][i]
      } has no value`
    ),
  );
  const run = await found(text, { run: true });
  assert.deepEqual(
    run.lines.map((line) => line.split(" | ")[0]),
    looked.lines.map((line) => line.split(" | ")[0]!.replace("warning", "error")),
  );
  assert.equal(run.capability.disabled.length, 1);
  // Asked for again, it fails again: nothing was kept of what had no value.
  assert.ok("disabled" in lookUp(run.capability, "meteo.geocode"));
  const set = { USER_NAME: "u", PASS_WORD: "p", ONE_KEY: "1", TWO_KEY: "2" };
  assert.deepEqual((await found(text, { run: true, env: set })).lines, []);
});

Deno.test("S6: every mistake of one tool is told, not the first alone", async () => {
  const { lines, capability } = await found(
    API(TOOL(
      "steps: [{ name: a, type: call, call: meteo.none }, { name: b, type: banana }, { name: c, type: call, call: meteo.geocode }, " +
        "{ name: d, type: script, language: python, file: x.py }], mappings: [{ target: x, value: '$.c[' }]",
    )),
  );
  assert.deepEqual(lines.map((line) => line.split(" ")[2]), [
    "unknown-operation",
    "unknown-step",
    "script-language",
    "bad-json-path",
  ]);
  assert.equal(capability.disabled.length, 1);
});

Deno.test("an operation that is outdented is told to be indented, and a namespace without operations says so", async () => {
  const { lines } = await found(
    API(TOOL("call: meteo.geocode")).replace(
      / {6}resources: .*\n/,
      "      resources:\n        search:\n          path: /search\n          operations:\n          geocode:\n            method: GET\n",
    ),
  );
  assert.deepEqual(lines, [
    "a.yml:11:11 warning unknown-key geocode is beside operations, which is empty, and has no meaning in " +
    "a consumed resource; it is left out | indent geocode below operations",
    "a.yml:18:39 error unknown-operation meteo has no operation geocode | add the operation to meteo",
  ]);
});

Deno.test("a key with one space too few is told the column of its siblings", async () => {
  for (const [spaces, fix] of [[5, 6], [7, 6], [3, 2]] as const) {
    const { lines } = await found(
      `ikanos: "1"\ncapability:\n  consumes:\n    - type: http\n      namespace: m\n${
        " ".repeat(spaces)
      }baseUri: https://m.example\n`,
    );
    assert.match(
      lines[0]!,
      new RegExp(
        `^a\\.yml:6:\\d+ error yaml-syntax .*(at ${fix} spaces|looks like another key|never closed)`,
      ),
    );
  }
});

Deno.test("a tool without a call is told at its name, and a call without a namespace is offered the whole name", async () => {
  const { lines } = await found(
    API(
      TOOL("call: geocode").replace(
        "\n        find",
        "\n        nothing: { description: some words }\n        find",
      ),
    ),
  );
  assert.match(lines[0]!, /^a\.yml:13:9 error no-call it has neither call nor steps/);
  assert.match(lines[1]!, /^a\.yml:14:39 error no-call .* \| did you mean meteo\.geocode\?$/);
  const near = await found(API(TOOL("call: geocod")));
  assert.match(near.lines[0]!, /did you mean meteo\.geocode\?$/);
});

Deno.test("a variable, a bind's file and a name in it that nearly are right are told what is meant", async () => {
  const bound = (token: string, source: string, location = "file:///./keys.env") =>
    API(TOOL("call: meteo.geocode")).replace(
      "capability:",
      `binds: [{ namespace: secrets, location: "${location}", keys: { TOKEN: ${source} } }]\ncapability:`,
    ).replace(
      "      resources",
      `      authentication: { type: bearer, token: "{{${token}}}" }\n      resources`,
    );
  const files = { "keys.env": "API_TOKEN=t\n" };
  assert.deepEqual((await found(bound("secrets.TOKEN", "API_TOKEN"), { files })).lines, []);
  assert.match(
    (await found(bound("secrts.TOKEN", "API_TOKEN"), { files })).lines.join("\n"),
    /^a\.yml:8:47 warning missing-variable .* \| did you mean \{\{secrets\.TOKEN\}\}\?$/,
  );
  assert.match(
    (await found(bound("secrets.TOKN", "API_TOKEN"), { files })).lines.join("\n"),
    /^a\.yml:8:47 warning missing-variable .* \| did you mean \{\{secrets\.TOKEN\}\}\?$/,
  );
  assert.match(
    (await found(bound("secrets.TOKEN", "API_TOKN"), { files })).lines[0]!,
    /^a\.yml:2:78 warning unknown-bind-name .* has no API_TOKN \| did you mean API_TOKEN\?$/,
  );
  const { lines } = await found(bound("secrets.TOKEN", "API_TOKEN", "file:///./nope.env"), { files });
  assert.match(lines[0]!, /looked for at nope\.env/);
  assert.match(lines[1]!, /takes API_TOKEN from nope\.env \| add API_TOKEN to nope\.env/);
});

Deno.test("a JSON Schema in the place of the inputs is read as its properties", async () => {
  const { capability, lines } = await found(
    API(
      TOOL(
        "call: meteo.geocode, inputParameters: { type: object, properties: { q: { type: string }, n: { type: integer } }, required: [q] }",
      ),
      "{ method: GET, inputParameters: { q: { in: query }, n: { in: query } } }",
    ),
  );
  assert.equal(lines.length, 1);
  assert.match(lines[0]!, /^a\.yml:13:54 warning coerced inputParameters is written as a JSON Schema/);
  const tool = lookUp(capability, "find");
  assert.ok("flow" in tool);
  assert.deepEqual(tool.flow.inputs.schema["required"], ["q"]);
  assert.deepEqual(Object.keys(tool.flow.inputs.schema["properties"] as object), ["q", "n"]);
});

Deno.test("03: each imported file takes a variable from its own bind, then from that of the file that imports it", async () => {
  const api = (binds: string) =>
    `ikanos: "1.0.0-beta5"\n${binds}consumes:\n  - { type: http, namespace: registry, baseUri: "https://r.example", ` +
    `authentication: { type: bearer, token: "{{TOK}}" }, resources: { r: { path: /r, operations: { get: { method: GET } } } } }\n`;
  const bind = (file: string) =>
    `binds: [{ namespace: env, location: "file:///./${file}", keys: { TOK: TOK } }]\n`;
  const main = (binds = "") =>
    `ikanos: "1.0.0-beta5"\n${binds}capability:\n  consumes:\n` +
    ["north", "south", "west"].map((name) =>
      `    - { from: ./${name}/api.yml, import: registry, as: ${name} }\n`
    )
      .join("");
  const files = {
    "north/api.yml": api(bind("k.env")),
    "north/k.env": "TOK=of-north",
    "south/api.yml": api(bind("k.json")),
    "south/k.json": '{"TOK": "of-south"}',
    "west/api.yml": api(""),
    "main.env": "TOK=of-main",
  };
  const sent = async (text: string, world: World) => {
    const { capability, lines } = await found(text, { files, ...world });
    const values = ["north", "south", "west"].map((name) => {
      const { flow } = lookUp(capability, `${name}.get`) as { flow?: { preview: unknown } };
      return flow === undefined ? "cannot run" : "runs";
    });
    return { values, lines, capability };
  };
  const own = await found(main(bind("main.env")), { files });
  assert.deepEqual(own.lines, []);
  assert.deepEqual(Object.values(own.binds).sort(), ["of-main", "of-north", "of-south"]);
  // Of nobody else's file: west declares none, and neither does the file that imports it.
  const none = await sent(main(), { run: true });
  assert.deepEqual(none.values, ["runs", "runs", "cannot run"]);
});

Deno.test("S15: every freedom that is taken has its note, quiet unless it is asked for", async () => {
  const text = `ikanos: "1.0.0-beta5"
consumes:
  meteo:
    baseUrl: https://meteo.example
    resources:
      - { name: search, path: /search, operations: { geocode: { method: GET, label: Find, inputParameters: { q: { type: int, in: query } } } } }
exposes:
  - { type: mcp, namespace: t, port: 3001, tools: { find: { description: d, call: meteo.search.geocode } } }
`;
  const { spec, capability, lines } = await found(text);
  assert.deepEqual(lines, []);
  const notes = [...spec.leniencies!, ...capability.leniencies];
  assert.ok(notes.every(({ severity, fix }) => severity === "info" && fix));
  assert.deepEqual(notes.map((d) => `${d.location.line}:${d.location.column} ${d.code} ${d.message}`), [
    "2:1 other-form consumes is written as a map keyed by namespace; a list is its form",
    "4:5 other-name baseUrl is read as baseUri",
    "5:5 other-form resources is written as a list; a map keyed by name is its form in this version",
    "6:78 other-name label is read as display",
    "6:115 other-name the type int is read as integer",
    "7:1 other-form exposes is at the root; it is read as if it were under capability",
    "8:83 other-name call: meteo.search.geocode is read as meteo.geocode",
  ]);
  const older = await found(text.replace("1.0.0-beta5", "1.0.0-alpha1"));
  assert.ok(
    !older.spec.leniencies!.some(({ message }) => message.startsWith("resources is written as a list")),
  );
});

Deno.test("03: a variable that two imported files declare, and the main file only uses, is told", async () => {
  const GET = "resources: { r: { path: /, operations: { get: { method: GET } } } }";
  const bind = (source: string) =>
    `ikanos: "1.0.0-beta5"\nbinds: [{ namespace: k, keys: { TOK: ${source} } }]\nconsumes: [{ type: http, namespace: r, baseUri: "https://r.example", ${GET} }]\n`;
  const { lines } = await found(
    `ikanos: "1.0.0-beta5"
capability:
  consumes:
    - { from: n.yml, import: r, as: north }
    - { from: s.yml, import: r, as: south }
    - { type: http, namespace: own, baseUri: "https://o.example", authentication: { type: bearer, token: "{{TOK}}" }, ${GET} }
`,
    { files: { "n.yml": bind("N"), "s.yml": bind("S") }, env: { N: "n", S: "s" } },
  );
  // That these APIs have nothing to call is reported as well.
  assert.deepEqual(lines.filter((line) => !line.includes(" no-call ")), [
    "s.yml:2:38 warning duplicate-name the variable TOK, which a.yml uses, is declared by n.yml and by s.yml; " +
    "the one of s.yml counts | declare TOK in a.yml",
  ]);
});
