import assert from "node:assert/strict";
import { isForbiddenAddress, isForbiddenName } from "./address.ts";
import { resolvesToForbidden } from "./resolution.ts";

Deno.test("isForbiddenAddress() knows link-local and metadata addresses, and no others", () => {
  for (
    const host of [
      "169.254.0.1",
      "fe80::1%eth0",
      "febf::1",
      "[fd00:ec2:0::254]",
      "::169.254.169.254",
      "2002:a9fe:a9fe::",
    ]
  ) assert.equal(isForbiddenAddress(host), true, host);
  for (
    const host of [
      "127.0.0.1",
      "10.0.0.1",
      "169.253.1.1",
      "::1",
      "fec0::1",
      "fd00::1",
      "[2001:db8::1]",
      "example.com",
    ]
  ) assert.equal(isForbiddenAddress(host), false, host);
  assert.equal(isForbiddenName("Metadata.Google.Internal."), true);
  assert.equal(isForbiddenName("metadata.example.com"), false);
});

Deno.test("resolvesToForbidden() answers at once for addresses and localhost", () => {
  for (const host of ["127.0.0.1", "[::1]", "localhost"]) assert.equal(resolvesToForbidden(host, 80), false);
});

Deno.test("resolvesToForbidden() lets unknown names through: the call says what is wrong", async () => {
  assert.equal(await resolvesToForbidden("nothing.invalid", 80), false);
});
