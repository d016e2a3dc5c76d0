import assert from "node:assert/strict";
import { readSpecification } from "../../document/read.ts";
import { prepareStart } from "./prepare.ts";

const readText = (path: string): string => {
  throw new Deno.errors.NotFound(path);
};

function start(parts: { uri?: string; token?: string; binds?: string; more?: string; type?: string }) {
  const { uri = "http://127.0.0.1:9", token = "{{SHOP_TOKEN}}", binds = "", more = "", type = "mcp" } = parts;
  const text = `ikanos: "1.0.0-beta5"
${binds}
capability:
  consumes:
    - type: http
      namespace: shop
      baseUri: "${uri}"
      authentication: { type: bearer, token: "${token}" }
      headers: [{ name: x-more, value: "{{SHOP_HEADER}}" }]
      resources: { orders: { path: /orders, operations: { list: { method: GET } } } }
  exposes:
    - type: ${type}
      namespace: tools
      port: 3001
      ${
    type === "mcp"
      ? "tools: { list-orders: { description: Lists orders, call: shop.list } }"
      : "resources: {}"
  }
${more}`;
  return prepareStart(readSpecification("shop.yml", { readText }, { text }), readText);
}

Deno.test("a capability whose lists stand in its document is prepared, with the variables it has to have", async () => {
  const prepared = await start({});
  assert.deepEqual(prepared?.variables, ["SHOP_TOKEN", "SHOP_HEADER"]);
  assert.match(prepared!.answers.tools.legacy, /"name":"list-orders"/);
  assert.doesNotMatch(JSON.stringify(prepared), /made-up/);
});

Deno.test("a capability that has to be read first is not prepared", async () => {
  // Whether an address is one decides which tools there are.
  assert.equal(await start({ uri: "{{SHOP_URL}}" }), undefined);
  const binds = "binds: [{ namespace: env, location: file:///secrets.env, keys: { SHOP_TOKEN: TOKEN } }]";
  assert.equal(await start({ binds }), undefined);
  assert.equal(await start({ type: "rest" }), undefined);
  const more = `    - type: control
      port: 9090
      observability: { exporters: { otlp: { endpoint: "http://127.0.0.1:4318" } } }
`;
  assert.equal(await start({ more }), undefined);
});
