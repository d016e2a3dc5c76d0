import assert from "node:assert/strict";
import { strictCheck } from "./mod.ts";

/** A capability that its official schema accepts, to be changed by the tests. */
const fine = `ikanos: "1.0.0-beta5"
info:
  display: Parcels
  description: Where parcels are
capability:
  exposes:
    - type: mcp
      port: 8080
      namespace: parcels
      tools:
        track:
          description: Says where a parcel is
          inputParameters:
            number:
              type: string
              description: The parcel's number
          call: post.track
          with:
            number: "{{number}}"
          outputParameters:
            - type: string
              mapping: $.place
  consumes:
    - type: http
      namespace: post
      baseUri: https://post.test/v1
      resources:
        parcels:
          path: /parcels/{{number}}
          operations:
            track:
              method: GET
              inputParameters:
                number:
                  in: path
`;

/** What is found in the fine document after one change: code, line and fix. */
function after(from: string | RegExp, to: string) {
  const text = fine.replace(from, to);
  assert.notEqual(text, fine);
  return strictCheck("parcels.yml", text).map(({ code, location, fix }) => [code, location.line, fix]);
}

Deno.test("strictCheck() finds nothing in a document of its version", () => {
  assert.deepEqual(strictCheck("parcels.yml", fine), []);
});

Deno.test("strictCheck() points at an unknown key and names the near one", () => {
  assert.deepEqual(after("baseUri:", "baseUrl:").map(([code, , fix]) => [code, fix]), [
    ["strict-unknown-key", "did you mean baseUri?"],
  ]);
  assert.deepEqual(after("mapping: $.place", "maping: $.place").at(-1), [
    "strict-unknown-key",
    22,
    "did you mean mapping?",
  ]);
});

Deno.test("strictCheck() tells the branch the author meant when no branch of a choice fits", () => {
  assert.deepEqual(after("          description: Says where a parcel is\n", ""), [
    ["strict-missing-key", 12, "add description:"],
  ]);
  assert.deepEqual(after("type: string\n              mapping", "type: integer\n              mapping"), [
    ["strict-choice", 21, "write string, number, boolean, object or array"],
  ]);
  assert.deepEqual(after("type: mcp", "type: mpc"), [["strict-choice", 7, "write mcp"]]);
});

Deno.test("strictCheck() refuses a constant value and a mapping in one output", () => {
  const [found, ...more] = strictCheck(
    "parcels.yml",
    fine.replace("mapping: $.place", "mapping: $.place\n              value: x"),
  );
  assert.equal(found?.code, "strict-not-allowed");
  assert.match(found!.message, /mapping and value/);
  assert.equal(found!.location.line, 23);
  assert.equal(more.length, 0);
});

Deno.test("strictCheck() wants a port over HTTP and none over stdio", () => {
  assert.deepEqual(after("      port: 8080\n", ""), [["strict-missing-key", 7, "add port:"]]);
  assert.deepEqual(after("port: 8080", "port: 8080\n      transport: stdio"), [
    ["strict-not-allowed", 8, "remove port, or transport: stdio"],
  ]);
  assert.deepEqual(after("port: 8080", "transport: stdio"), []);
});

Deno.test("strictCheck() reports text that is worded wrongly, keys included", () => {
  assert.deepEqual(after("namespace: parcels", "namespace: my_parcels").map(([code, line]) => [code, line]), [
    ["strict-pattern", 9],
  ]);
  assert.deepEqual(after("        track:", "        track_it:").map(([code, line]) => [code, line]), [
    ["strict-pattern", 11],
  ]);
  assert.deepEqual(after("method: GET", "method: get").map(([code, line, fix]) => [code, line, fix]), [
    ["strict-not-allowed", 32, "write GET"],
  ]);
});

Deno.test("strictCheck() tells a list from a map keyed by name, each in its own version", () => {
  const alpha = `naftiko: 1.0.0-alpha2
capability:
  exposes:
    - type: skill
      port: 1
      namespace: s
      skills:
        - name: a
          description: b
`;
  assert.deepEqual(strictCheck("a.yml", alpha), []);
  const newer = alpha.replace("naftiko: 1.0.0-alpha2", "ikanos: 1.0.0-alpha3");
  const [found] = strictCheck("a.yml", newer);
  assert.equal(found?.code, "strict-wrong-type");
  assert.match(found!.fix!, /under its name as a key/);
});

Deno.test("strictCheck() knows what each version added", () => {
  const codes = (text: string) => strictCheck("a.yml", text).map((each) => each.code);
  const informed = fine.replace("display: Parcels", "display: Parcels\n  version: 2.0.1");
  assert.deepEqual(codes(informed), []);
  assert.deepEqual(codes(informed.replace("beta5", "beta3")), ["strict-unknown-key"]);
  const binary = fine.replace("method: GET", "method: GET\n              outputRawFormat: binary");
  assert.deepEqual(codes(binary.replace("beta5", "beta1")), []);
  assert.deepEqual(codes(binary.replace("beta5", "alpha4")), ["strict-not-allowed"]);
});

Deno.test("strictCheck() says when a version has no schema", () => {
  for (const version of ['"0.5"', "0.5", "99.0", '"1.0.0-beta55"', "constructor"]) {
    const found = strictCheck("a.yml", fine.replace('"1.0.0-beta5"', version));
    assert.deepEqual(found.map((each) => [each.code, each.location.line]), [["strict-version", 1]], version);
  }
  assert.ok(
    strictCheck("a.yml", fine.replace(/^ikanos.*\n/, "")).some((each) => /\bikanos\b/.test(each.message)),
  );
});

Deno.test("strictCheck() takes one section in a shared document, and no more", () => {
  const binds = 'ikanos: "1.0.0-beta5"\nbinds:\n  - {namespace: a, keys: {KEY: key}}\n';
  assert.deepEqual(strictCheck("a.yml", binds), []);
  const two = strictCheck("a.yml", `${binds}consumes:\n  - {from: ./x.yml, import: x}\n`);
  assert.deepEqual(two.map((each) => [each.code, each.location.line]), [["strict-not-allowed", 2]]);
  assert.deepEqual(strictCheck("a.yml", 'ikanos: "1.0.0-beta5"\n').map((each) => each.code), [
    "strict-missing-key",
  ]);
});

Deno.test("strictCheck() answers every kind of text", () => {
  for (const text of ["", "a", "[]", "null", "a: [", "42", "ikanos: {}", "ikanos: null", "- ikanos: x"]) {
    const found = strictCheck("a.yml", text);
    assert.ok(found.length > 0, text);
    for (const each of found) assert.ok(each.location.line >= 1 && each.message !== "", text);
  }
});

Deno.test("strictCheck() tells a misspelt key that is needed once", () => {
  const tool = (keys: string) =>
    strictCheck(
      "a.yml",
      `ikanos: "1.0.0-beta5"\ncapability:\n  exposes:\n  - {type: mcp, namespace: n, port: 1, tools: {t: {description: d, ${keys}}}}\n`,
    ).map((d) => d.code);
  assert.deepEqual(tool("call: a.b"), []);
  assert.deepEqual(tool("cal: a.b"), ["strict-unknown-key"]);
  assert.deepEqual(tool("zzz: a.b"), ["strict-missing-key", "strict-unknown-key"]);
  assert.deepEqual(tool("call: a.b, hints: {readonly: true}"), ["strict-unknown-key"]);
});
