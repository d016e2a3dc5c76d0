import assert from "node:assert/strict";
import fc from "fast-check";
import type { IncomingAuthentication } from "../../plan/incoming.ts";
import { asking, declaredFor, testIssuer } from "./testing.ts";

/** What may stand in a header: no line breaks, no characters beyond a byte. */
const anyHeader = fc.oneof(
  fc.string({ unit: "binary-ascii", maxLength: 60 }),
  fc.constantFrom(
    "Basic ",
    "Bearer ",
    "Digest ",
    "DPoP ",
    "Digest username=",
    'Digest nonce="',
    "Basic =",
    "Bearer a.b.c",
    "Bearer eyJhbGciOiJub25lIn0.e30.",
    "Basic OjpQ",
    "Basic Og==",
  ),
).map((text) => text.replace(/[^\x20-\x7e]/g, "").trim());

const watch = { at: Date.now() }, server = await testIssuer(watch);
const KINDS: readonly IncomingAuthentication[] = [
  { type: "basic", username: "ada", password: "long and secret" },
  { type: "digest", username: "ada", password: "long and secret" },
  { type: "bearer", token: "long and secret" },
  { type: "apikey", keys: [{ placement: "query", name: "k", value: "long and secret" }] },
  { type: "apikey", keys: [{ placement: "cookie", name: "k", value: "long and secret" }] },
  declaredFor(server.issuer),
];

for (const declared of KINDS) {
  Deno.test(`${declared.type}: whatever a stranger sends is refused, and breaks nothing`, async () => {
    const ask = await asking(declared, { send: server.send, watch });
    await fc.assert(
      fc.asyncProperty(anyHeader, anyHeader, anyHeader, async (authorization, cookie, dpop) => {
        const url = `http://127.0.0.1:3000/?k=${encodeURIComponent(cookie)}&%`;
        const found = await ask({ authorization, cookie: `k=${cookie}%`, dpop }, url);
        assert.ok(
          found instanceof Response && found.status === 401,
          JSON.stringify([authorization, cookie, dpop]),
        );
        assert.ok(found.challenges.length > 0);
      }),
      { numRuns: 300 },
    );
  });
}
