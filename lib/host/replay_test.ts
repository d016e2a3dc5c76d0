import assert from "node:assert/strict";
import { CallError, compileCapability, readSpecification } from "../../mod.ts";
import { memoryHost } from "./memory.ts";
import { replay } from "./replay.ts";

const SPEC = readSpecification("shop.yml", {
  text: `ikanos: "1.0.0-beta5"
capability:
  consumes:
    - type: http
      namespace: shop
      baseUri: https://api.example.com
      authentication: { type: apikey, key: k, value: "{{KEY}}", placement: query }
      resources:
        orders:
          path: /orders
          operations:
            list: { method: GET, inputParameters: { page: { in: query } } }
            create: { method: POST }
`,
});

const at = (rest: string) => `https://api.example.com/orders?${rest}`;

Deno.test("replay() gives answers in order, the last again and again, whatever the order of the query", async () => {
  const api = replay([
    { url: at("page=1&k=s3cret"), body: [1] },
    { url: at("k=s3cret&page=1"), body: [2] },
    { method: "POST", url: at("k=s3cret"), status: 204 },
  ]);
  await using capability = await compileCapability(SPEC, {
    host: memoryHost({ ...api, env: { KEY: "s3cret" } }),
  });
  const list = () => capability.call("shop.list", { page: "1" });
  assert.deepEqual([await list(), await list(), await list()], [[1], [2], [2]]);
  assert.deepEqual(api.unused().map(({ method }) => method), ["POST"]);
  assert.equal(await capability.call("shop.create"), null);
  assert.deepEqual(api.unused(), []);
  assert.deepEqual(api.requests.map(({ method }) => method), ["GET", "GET", "GET", "POST"]);
});

Deno.test("replay() fails as an unreachable API where nothing was written down, and tells no secret", async () => {
  const host = memoryHost({ ...replay([]), env: { KEY: "s3cret" } });
  await using capability = await compileCapability(SPEC, { host });
  const error = await capability.call("shop.create").catch((error) => error);
  assert.ok(error instanceof CallError);
  assert.equal(error.code, "unreachable");
  assert.doesNotMatch(JSON.stringify(error) + error.message, /s3cret/);
  const { fetch } = replay([]);
  await assert.rejects(
    fetch(new Request(at("b=1&a=2"))),
    /no answer was written down for GET .*orders\?a=2&b=1/,
  );
});
