import assert from "node:assert/strict";
import { readSpecification } from "../../document/read.ts";
import { credentialInAddress, otelRefusal } from "./otel_guard.ts";

function document(api: string, exposes = ""): ReturnType<typeof readSpecification> {
  const text = `
ikanos: "1.0.0-beta5"
capability:
  consumes:
    - type: http
      namespace: shop
${api}
  exposes:
    - { type: mcp, namespace: tools, port: 3001${exposes}, tools: { list: { description: Lists, call: shop.list } } }
`;
  return readSpecification("shop.yml", { readText: () => text });
}

const PLAIN = `
      baseUri: https://api.example.com`;
const OPERATION = (more = "") =>
  `      resources: { all: { path: /all, operations: { list: { method: GET${more} } } } }`;

const IN_ADDRESS: Record<string, ReturnType<typeof readSpecification>> = {
  "an API key in the query": document(
    `${PLAIN}\n      authentication: { type: apikey, key: k, value: "{{KEY}}", placement: query }\n${OPERATION()}`,
  ),
  "a variable in the path of the address": document(
    `      baseUri: "https://hooks.example.com/{{SECRET_PATH}}"\n${OPERATION()}`,
  ),
  "a variable in the query": document(
    `${PLAIN}\n${OPERATION(', inputParameters: [{ name: token, in: query, value: "{{TOKEN}}" }]')}`,
  ),
  "a variable in the query of the address": document(
    `      baseUri: "https://hooks.example.com?key={{SECRET_KEY}}"\n${OPERATION()}`,
  ),
  "a variable in a path": document(
    `${PLAIN}\n      resources: { all: { path: "/bot{{BOT_TOKEN}}/all", operations: { list: { method: GET } } } }`,
  ),
  "a variable in single braces": document(
    `${PLAIN}\n      resources: { all: { path: "/bot{BOT_TOKEN}/all", operations: { list: { method: GET } } } }`,
  ),
  "a variable in the query of a path": document(
    `${PLAIN}\n      resources: { all: { path: "/all?key={{$env.key}}", operations: { list: { method: GET } } } }`,
  ),
  "an API key that callers send in the query": document(
    `${PLAIN}\n${OPERATION()}`,
    ', authentication: { type: apikey, key: k, value: "{{KEY}}", placement: query }',
  ),
};

const NOT_IN_ADDRESS: Record<string, ReturnType<typeof readSpecification>> = {
  "no credential": document(`${PLAIN}\n${OPERATION()}`),
  "an API key in a header": document(
    `${PLAIN}\n      authentication: { type: apikey, key: k, value: "{{KEY}}", placement: header }\n${OPERATION()}`,
  ),
  "an input in a path": document(
    `${PLAIN}\n      resources: { all: { path: "/all/{{id}}/{name}", operations: { list: { method: GET } } } }`,
  ),
  "a variable as the host": document(`      baseUri: "https://{{HOST}}"\n${OPERATION()}`),
};

Deno.test("credentialInAddress() finds what travels in addresses", () => {
  for (const [what, spec] of Object.entries(IN_ADDRESS)) assert.ok(credentialInAddress(spec), what);
  for (const [what, spec] of Object.entries(NOT_IN_ADDRESS)) {
    assert.equal(credentialInAddress(spec), undefined, what);
  }
});

Deno.test("otelRefusal() refuses only where the runtime's telemetry is on", () => {
  const [spec] = Object.values(IN_ADDRESS), on = { env: () => "true" }, off = { env: () => undefined };
  assert.match(
    otelRefusal(spec!, on)!,
    /^OTEL_DENO=true .*the API key of shop travels in the query; unset OTEL_DENO/,
  );
  assert.equal(otelRefusal(spec!, off), undefined);
  // Only the literal true switches it on.
  assert.equal(otelRefusal(spec!, { env: () => "1" }), undefined);
  assert.equal(otelRefusal(Object.values(NOT_IN_ADDRESS)[0]!, on), undefined);
});
