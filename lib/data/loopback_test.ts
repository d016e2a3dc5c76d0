import assert from "node:assert/strict";
import { isLoopback } from "./loopback.ts";

Deno.test("isLoopback() knows localhost, 127.0.0.0/8 and ::1, and no other host", () => {
  for (const host of ["localhost", "127.0.0.1", "127.0.0.53", "127.255.255.255", "::1", "[::1]"]) {
    assert.equal(isLoopback(host), true, host);
  }
  for (
    const host of [
      "",
      "x.localhost",
      ".localhost",
      "localhost.",
      "localhost.evil.example",
      "127.0.0.256",
      "127.0.0.01",
      "127.1",
      "127.0.0.1.evil.example",
      "127.0.0.1\n",
      "0.0.0.0",
      "::",
      "[::]",
      "::ffff:127.0.0.1",
      "128.0.0.1",
      "10.0.0.1",
    ]
  ) assert.equal(isLoopback(host), false, host);
});
