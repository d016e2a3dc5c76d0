import assert from "node:assert/strict";
import { manifestOf } from "./manifest.ts";
import { guessManifest, headStart, isExact } from "./head_start.ts";
import { readSpecification } from "../document/read.ts";

const SPEC = `ikanos: "1.0.0-beta5"
capability:
  consumes:
    - type: http
      namespace: a
      baseUri: https://a.example/v1   # with a remark
      resources: { r: { path: /x, operations: { get-x: { method: GET } } } }
    - { type: http, namespace: b, baseUri: "http://b.example:8080" }
  exposes:
    - type: mcp
      namespace: t
      port: 4001
      tools: { x: { description: d, call: a.get-x } }
`;

function real(text: string, override = {}) {
  const spec = readSpecification("spec.yml", { readText: () => "" }, { text });
  return manifestOf(spec, {}, override);
}

Deno.test("guessManifest() guesses what the manifest turns out to be", () => {
  for (const override of [{}, { stdio: true }, { port: 5005 }]) {
    const guess = guessManifest(SPEC, override), manifest = real(SPEC, override);
    assert.deepEqual(guess && { ...guess, net: [...guess.net].sort() }, {
      ...manifest,
      net: [...manifest.net].sort(),
    });
  }
});

Deno.test("guessManifest() gives up where the text says things that take reading", () => {
  for (
    const change of [
      ["baseUri: https://a.example/v1", 'baseUri: "{{HOST}}/v1"'],
      ["type: mcp", "type: mcp\n      address: 0.0.0.0"],
      ["namespace: a", "namespace: a\n      location: x"],
      ['baseUri: "http://b.example:8080"', "from: ./other.yml, import: b"],
    ] as const
  ) {
    assert.equal(guessManifest(SPEC.replace(change[0], change[1]), {}), undefined, change[1]);
  }
  assert.equal(guessManifest(SPEC, { host: "0.0.0.0" }), undefined);
});

Deno.test("isExact() takes a worker only where it holds what the manifest grants: nothing more, nothing less", () => {
  const guess = { net: ["a.example:443", "b.example:80"], listen: ["127.0.0.1:4001"], read: ["/srv/a"] };
  assert.ok(isExact(guess, { ...guess, net: [...guess.net].reverse() }));
  for (const part of ["net", "listen", "read"] as const) {
    assert.ok(
      !isExact(guess, { ...guess, [part]: [...guess[part], "other"] }),
      `${part}: something is missing`,
    );
    assert.ok(!isExact(guess, { ...guess, [part]: [] }), `${part}: there is too much`);
  }
});

Deno.test("a worker that was started from a wrong guess is not taken", () => {
  const override = { stdio: true }, manifest = real(SPEC, override);
  assert.equal(headStart(SPEC, override)!.take({ ...manifest, read: ["/srv/a"] }), undefined);
  const taken = headStart(SPEC, override)!.take(manifest);
  assert.ok(taken);
  taken.terminate();
});
