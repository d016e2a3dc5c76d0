import assert from "node:assert/strict";
import type { Operation } from "./operation.ts";
import { targetOf } from "./watched.ts";

const OPERATION: Operation = {
  name: "shop.get-order",
  method: "get",
  base: { origin: "https://api.example.com", path: "/hooks/s3cret", shown: "/hooks/***" },
  path: ["/orders/", { name: "id", get: () => 1 }],
  query: [{ name: "key", get: () => "s3cret" }],
  headers: [],
  cookies: [],
  fixedHeaders: [],
  credentials: [],
  response: { maxBytes: 1 },
  reach: [],
  repeatable: true,
};

Deno.test("targetOf() names an operation by its template, without secrets and without the query", () => {
  assert.deepEqual(targetOf(OPERATION), {
    name: "shop.get-order",
    method: "GET",
    origin: "https://api.example.com",
    template: "/hooks/***/orders/{id}",
    traced: false,
  });
});

Deno.test("targetOf() knows an author who sends trace headers", () => {
  assert.equal(
    targetOf({ ...OPERATION, fixedHeaders: [{ name: "Traceparent", value: "00-…" }] }).traced,
    true,
  );
});
