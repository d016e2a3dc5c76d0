import assert from "node:assert/strict";
import { isForbiddenAddress, isForbiddenName } from "./address.ts";
import { denoHost } from "../../host/deno.ts";
import { memoryHost } from "../../host/memory.ts";
import { Resolver } from "./resolution.ts";

const resolver = new Resolver(denoHost(() => {}));

Deno.test("isForbiddenAddress() knows link-local and metadata addresses, and no others", () => {
  for (
    const host of [
      "169.254.0.1",
      "fe80::1%eth0",
      "febf::1",
      "[fd00:ec2:0::254]",
      "::169.254.169.254",
      "2002:a9fe:a9fe::",
      // Of a translator, whose prefix may have any length.
      "64:ff9b::a9fe:a9fe",
      "64:ff9b:1:a9fe:a9:fe00::",
      "64:ff9b:1:a9:fe:a9fe::",
      "64:ff9b:1::a9fe:a9fe",
      // ISATAP and Teredo.
      "2001:db8::5efe:a9fe:a9fe",
      "2001:db8::200:5efe:a9fe:a9fe",
      "[2001::5601:5601]",
      "2001:0:a9fe:a9fe:8000::1",
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
      "64:ff9b::808:808",
      "2001:db8::5efe:808:808",
      "2001:0:808:808:8000::1",
      "2001:4860:4860::8888",
      "example.com",
    ]
  ) assert.equal(isForbiddenAddress(host), false, host);
  assert.equal(isForbiddenName("Metadata.Google.Internal."), true);
  assert.equal(isForbiddenName("metadata.example.com"), false);
});

Deno.test("Resolver answers at once for addresses and localhost", () => {
  for (const host of ["127.0.0.1", "[::1]", "localhost"]) {
    assert.equal(resolver.leadsToForbidden(host, 80), false);
  }
});

Deno.test("Resolver lets unknown names through: the call says what is wrong", async () => {
  assert.equal(await resolver.leadsToForbidden("nothing.invalid", 80), false);
});

Deno.test("Resolver looks up what stands before .localhost, which a resolver may lead anywhere", async () => {
  const names = { "x.localhost": ["127.0.0.1", "169.254.169.254"], "y.localhost": ["127.0.0.1"] };
  const looking = new Resolver(memoryHost({ names }));
  assert.equal(await looking.leadsToForbidden("x.localhost", 80), true);
  assert.equal(await looking.leadsToForbidden("y.localhost", 80), false);
});

Deno.test("isForbiddenAddress() knows the whole ranges that clouds keep for their services", () => {
  for (
    const host of ["[fd00:ec2::23]", "[fd00:ec2::254]", "[fd20:ce:1::1]", "[fd00:42::1]", "fd00:ec2:0:1::2"]
  ) {
    assert.equal(isForbiddenAddress(host), true, host);
  }
  for (const host of ["[fd00:ec3::23]", "[fd00::ec2]", "[fd20:cf::1]"]) {
    assert.equal(isForbiddenAddress(host), false, host);
  }
});
