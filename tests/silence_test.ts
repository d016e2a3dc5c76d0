/**
 * Nothing silent: whatever is written in a document and has no effect, or cannot mean what it says, is a finding.
 *
 * Each row is a small document with one mistake of a kind, and the finding that has to come: its severity, its code, and
 * words of its message and its fix. The rows run in this process.
 *
 * @module
 */
import assert from "node:assert/strict";
import { compileCapability, readSpecification, validate } from "../mod.ts";

/** A mistake: what it is, the document, and the findings to come, each as `severity code words` or `line severity …`. */
type Row = readonly [what: string, text: string, ...findings: readonly RegExp[]];

function world(files: Readonly<Record<string, string>>) {
  return {
    env: (name: string) => name.startsWith("SET_") ? "value" : name === "EMPTY" ? "" : undefined,
    readText: (path: string) => {
      const found = files[path];
      if (found === undefined) throw new Deno.errors.NotFound(path);
      return found;
    },
  };
}

/** What `validate` says, each finding on one line. */
async function findings(text: string, files: Readonly<Record<string, string>> = {}): Promise<string[]> {
  const surroundings = world(files);
  const spec = readSpecification("a.yml", { text, readText: surroundings.readText });
  return (await validate(spec, surroundings)).map((d) =>
    `${d.location.line} ${d.severity} ${d.code} ${d.message} => ${d.fix ?? ""}`
  );
}

/** Runs rows: each finding is there, and nothing else is. */
async function check(rows: readonly Row[], files: Readonly<Record<string, string>> = {}): Promise<void> {
  const failed: string[] = [];
  for (const [what, text, ...wanted] of rows) {
    const found = await findings(text, files);
    const missing = wanted.filter((words) => !found.some((line) => words.test(line)));
    // What is left to serve follows from the finding that is asked for.
    const more = found.filter((line) =>
      !wanted.some((words) => words.test(line)) && !line.includes("nothing-to-serve")
    );
    for (const words of missing) {
      failed.push(`${what}: nothing says ${words}; said: ${found.join(" | ") || "nothing"}`);
    }
    for (const line of more) failed.push(`${what}: also said: ${line}`);
  }
  assert.deepEqual(failed, []);
}

/** A capability that consumes one API, with what stands in its entry, in its resource, and what it exposes. */
function shop(
  parts: { readonly api?: string; readonly operations?: string; readonly exposes?: string },
): string {
  const operations = parts.operations ??
    "list: { method: GET, inputParameters: { q: { in: query, type: string } } }";
  return `ikanos: "1.0.0-beta5"
capability:
  consumes:
    - type: http
      namespace: shop
      baseUri: https://api.example.com
${parts.api === undefined ? "" : `      ${parts.api}\n`}      resources:
        items:
          path: /items
          operations:
${operations.split("\n").map((line) => `            ${line}`).join("\n")}
  exposes:
${
    (parts.exposes ??
      "- { type: mcp, namespace: desk, port: 3001, tools: { t: { description: x, call: shop.list } } }")
      .split("\n").map((line) => `    ${line}`).join("\n")
  }
`;
}

/** A capability with one tool of constant outputs, with these inputs. */
function tool(inputs: string, words: string): string {
  return `ikanos: "1.0.0-beta5"
capability:
  exposes:
    - type: mcp
      namespace: desk
      port: 3001
      tools:
        t:
          description: x
          inputParameters:
            ${inputs}
          outputParameters: { g: { type: string, value: "${words}" } }
`;
}

Deno.test("an authentication that says no type is read by its keys, or refuses what it guards", async () => {
  const guarded = (authentication: string) =>
    `ikanos: "1.0.0-beta5"
capability:
  exposes:
    - type: rest
      namespace: api
      port: 3001
      authentication: ${authentication}
      resources:
        r: { path: /r, operations: { g: { method: GET, outputParameters: { g: { type: string, value: Hi } } } } }
`;
  await check([
    ["token", guarded("{ token: abc }"), /^7 warning unknown-authentication .*bearer.* => add type: bearer/],
    ["names", guarded("{ username: a, password: b }"), /^7 warning unknown-authentication .*basic/],
    ["key", guarded("{ key: X-Key, value: b }"), /^7 warning unknown-authentication .*apikey/],
    [
      "nothing",
      guarded(""),
      /^7 error unknown-authentication .*no type, so nobody can be let in => add type/,
    ],
    ["empty", guarded("{}"), /^7 error unknown-authentication .*no type, so nobody can be let in/],
    ["list", guarded("[bearer]"), /^7 error unknown-authentication .*no type, so nobody can be let in/],
    [
      "empty token",
      guarded('{ type: bearer, token: "" }'),
      /^7 error unknown-authentication token .*is empty/,
    ],
    ["word", guarded("bearer"), /^7 error unknown-authentication .*needs token/],
    ["none", guarded("none")],
    [
      "API, token",
      shop({ api: "authentication: { token: abc }" }),
      /^7 warning unknown-authentication .*bearer/,
    ],
    [
      "API, nothing",
      shop({ api: "authentication:" }),
      /^7 error unknown-authentication .*no credentials can be sent/,
    ],
    [
      "API, empty token",
      shop({ api: 'authentication: { type: bearer, token: "" }' }),
      /^7 error unknown-authentication token of the authentication is empty/,
    ],
    [
      "API, empty variable",
      shop({ api: 'authentication: { type: bearer, token: "{{EMPTY}}" }' }),
      /^7 error unknown-authentication the variable EMPTY is empty/,
    ],
    [
      "API, empty name beside a password",
      shop({ api: 'authentication: { type: basic, username: "", password: x }' }),
    ],
  ]);
  await using capability = await compileCapability(
    readSpecification("a.yml", { text: guarded("{ token: abc }") }),
  );
  const { status } = await capability.surface("api").fetch(new Request("http://localhost/r"));
  assert.equal(status, 401);
});

Deno.test("a type that is no type is an error, whatever it is", async () => {
  await check([
    ["number", tool("a: { type: 7, description: x }", "{{a}}"), /^11 error unknown-type 7 is not a type/],
    [
      "mapping",
      tool("a: { type: { b: 1 }, description: x }", "{{a}}"),
      /^11 error unknown-type a mapping is not a type/,
    ],
    [
      "template",
      tool('a: { type: "{{b}}", description: x }', "{{a}}"),
      /^11 error unknown-type \{\{b\}\} is not a type/,
    ],
    [
      "list",
      tool("a: { type: [banana], description: x }", "{{a}}"),
      /^11 error unknown-type banana is not a type/,
    ],
    [
      "no list",
      tool("a: { type: [], description: x }", "{{a}}"),
      /^11 error unknown-type type is an empty list/,
    ],
    [
      "several",
      tool("a: { type: [string, integer], description: x }", "{{a}}"),
      /^11 warning unknown-type type lists string, integer; a value of any type/,
    ],
    ["nullable", tool('a: { type: [string, "null"], description: x }', "{{a}}")],
  ]);
});
