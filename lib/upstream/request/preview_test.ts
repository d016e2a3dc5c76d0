import assert from "node:assert/strict";
import { Secret } from "../../expression/secret.ts";
import { previewOperation } from "./preview.ts";
import { argument, failureOf, operation } from "../testing.ts";

Deno.test("previewOperation() shows the request with every secret as ***", () => {
  const secret = new Secret("s3cr3t");
  const preview = previewOperation(
    operation("https://api.example", {
      method: "POST",
      path: ["/a/", argument("id")],
      query: [argument("q"), { name: "s", get: () => secret }],
      fixedHeaders: [{ name: "X-Tenant", value: ["t-", secret] }],
      body: { type: "json", get: () => ({ a: 1, key: secret }) },
      credentials: [
        { type: "bearer", token: "plain-s3cr3t" },
        { type: "apikey", placement: "query", name: "api_key", value: secret },
      ],
    }),
    { args: { id: "x y", q: "1" } },
  );
  assert.equal(preview.url, "https://api.example/a/x%20y?q=1&s=***&api_key=***");
  assert.deepEqual(preview.headers, [
    ["X-Tenant", "t-***"],
    ["Authorization", "Bearer ***"],
    ["Content-Type", "application/json"],
  ]);
  assert.equal(preview.body, '{"a":1,"key":"***"}');
  assert.ok(!JSON.stringify(preview).includes("s3cr3t"));
});

Deno.test("previewOperation() refuses what the call would refuse", async () => {
  const data = await failureOf(() =>
    previewOperation(operation("https://api.example", { path: ["/", argument("id")] }), { args: {} })
  );
  assert.equal(data.code, "invalid_arguments");
});
