import assert from "node:assert/strict";
import { OriginError, originOf } from "./cors.ts";

Deno.test("originOf() takes origins, and refuses what is more or less than one", () => {
  assert.equal(originOf("https://App.example.com"), "https://app.example.com");
  assert.equal(originOf("https://app.example.com:443/"), "https://app.example.com");
  assert.equal(originOf("http://localhost:5173"), "http://localhost:5173");
  assert.equal(originOf("*"), "*");
  for (
    const wrong of [
      "",
      "null",
      "app.example.com",
      "https://a.example/x",
      "https://u:p@a.example",
      "ftp://a",
      "https://a?x",
    ]
  ) {
    assert.throws(() => originOf(wrong), OriginError, wrong);
  }
});
