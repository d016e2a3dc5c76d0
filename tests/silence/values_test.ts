/**
 * Nothing silent about values: formats, enums, constants, hints and parts of requests that cannot have an effect.
 *
 * @module
 */
import { check, shop, tool } from "./rows.ts";

const calls = (text: string) =>
  shop({
    exposes: `- { type: mcp, namespace: desk, port: 3001, tools: { t: { description: x, ${text} } } }`,
  });
const surface = (text: string) =>
  shop({
    exposes:
      `- { type: mcp, namespace: desk, port: 3001, ${text}, tools: { t: { description: x, call: shop.list } } }`,
  });

Deno.test("an output that cannot hold what it says is reported", async () => {
  const output = (text: string) => calls(`call: shop.list, outputParameters: [{ name: a, ${text} }]`);
  await check([
    ["fine", output("type: string, mapping: $.a, enum: [b, c], format: date")],
    ["own word", output("type: string, mapping: $.a, format: hex-colour")],
    [
      "enum",
      output("type: integer, mapping: $.a, enum: [b]"),
      /^13 warning contradiction b is one of the values of a/,
    ],
    [
      "constant",
      output("type: integer, value: [1]"),
      /^13 warning contradiction the value .* so it is always null/,
    ],
    ["word", output("type: integer, value: q")],
    ["path", output("type: string, value: $.a.b"), /^13 warning bad-expression .*=> write mapping: \$\.a\.b/],
    [
      "short path",
      calls("call: shop.list, outputParameters: { a: $.b }"),
      /^13 warning bad-expression the value \$\.b is text.*=> write mapping: \$\.b/,
    ],
    [
      "of a step",
      calls(
        "steps: [{ type: call, name: s, call: shop.list }], outputParameters: [{ name: a, type: string, value: $.s.a }]",
      ),
    ],
    [
      "format",
      output("type: string, mapping: $.a, format: emial"),
      /^13 warning contradiction .*=> did you mean email/,
    ],
  ]);
});

Deno.test("what a surface says of itself and cannot be is reported", async () => {
  const prompt = (type: string) =>
    surface(
      `prompts: [{ name: p, description: x, arguments: [{ name: n, type: ${type} }], template: [{ role: user, content: "{{n}}" }] }]`,
    );
  await check([
    [
      "format of an input",
      tool("a: { type: string, format: date-tme, description: x }", "{{a}}"),
      /did you mean date-time/,
    ],
    ["time to live", surface("ttlMs: -5"), /^13 warning contradiction ttlMs is -5/],
    ["text", prompt("string")],
    [
      "argument",
      prompt("integer"),
      /^13 warning contradiction the arguments of a prompt are text: the type integer/,
    ],
    [
      "hints",
      calls("hints: { readOnly: true, destructive: true }, call: shop.list"),
      /^13 warning contradiction t is said/,
    ],
    ["entry", `${shop({})}    -\n`, /^13 warning empty-value entry 2 of exposes is empty/],
  ]);
});

Deno.test("parts of a request that never travel are reported", async () => {
  const operation = (text: string) => shop({ operations: `list: { method: POST, ${text} }` });
  const headers = (...names: string[]) =>
    operation(
      `inputParameters: [${names.map((name) => `{ name: ${name}, in: header, value: x }`).join(", ")}]`,
    );
  const body = "body: { type: json, data: { a: 1 } }";
  await check([
    ["header", headers("X-A", "X-B")],
    [
      "of the connection",
      headers("Host"),
      /^11 warning contradiction the header Host is written by every request itself/,
    ],
    ["length", headers("content-length"), /^11 warning contradiction the header content-length/],
    [
      "twice",
      headers("X-A", "x-a"),
      /^11 warning duplicate-name X-A and x-a are one header; the value of x-a is sent/,
    ],
    [
      "form beside a body",
      operation(`inputParameters: [{ name: f, in: formData, type: string }], ${body}`),
      /^11 warning unused-input the body is written out and has no \{\{f\}\}/,
    ],
    [
      "field beside a body",
      operation(`inputParameters: [{ name: f, in: body, type: string }], ${body}`),
      /^11 warning unused-input .*=> write \{\{f\}\} where its value goes/,
    ],
    [
      "variable of a body",
      operation(
        'inputParameters: [{ name: f, in: body, type: string }], body: { type: json, data: { a: "{{f}}" } }',
      ),
    ],
    [
      "user of a token",
      shop({ api: "authentication: { type: bearer, token: abc, username: ada }" }),
      /^7 warning unknown-key username has no meaning in an authentication of type bearer/,
    ],
    ["token of a user", shop({ api: "authentication: { type: basic, username: a, password: b }" })],
  ]);
});
