import assert from "node:assert/strict";
import * as jose from "jose";
import { Secret } from "../../expression/secret.ts";
import type { IncomingOAuth2 } from "../../plan/incoming.ts";
import { asking, declaredFor, RESOURCE, testIssuer } from "./testing.ts";

const METADATA = "https://api.example.com/.well-known/oauth-protected-resource/mcp";

async function setUp(more: Partial<IncomingOAuth2> = {}) {
  const watch = { at: Date.now() }, server = await testIssuer(watch);
  const ask = await asking(declaredFor(server.issuer, more), { send: server.send, watch });
  /** Who calls with a token; or the status and the challenge. */
  const show = async (token: string | undefined, scheme = "Bearer") => {
    const found = await ask(token === undefined ? {} : { authorization: `${scheme} ${token}` });
    return found instanceof Response
      ? { status: found.status, challenge: found.challenges }
      : { caller: found };
  };
  /** What is reported about a token with other claims. */
  const told = async (claims: Record<string, unknown>, header: object = {}) => {
    const found = await show(await server.token(claims, { header }));
    return "caller" in found
      ? "let in"
      : `${found.status} ${/error_description="([^"]*)/.exec(found.challenge)?.[1]}`;
  };
  return { watch, server, ask, show, told };
}

Deno.test("oauth2: a good token is let in, with its subject and scopes", async () => {
  const { server, show } = await setUp(), token = await server.token();
  const caller = { id: "ada", scheme: "oauth2", scopes: ["orders:read", "orders:write"] };
  assert.deepEqual(await show(token), { caller });
  assert.deepEqual(await show(token, "bearer"), { caller });
  assert.equal(server.asked["/tenant/keys"], 1, "keys are asked for once");
  assert.deepEqual(
    await show(
      await server.token({ scope: undefined, scp: ["orders:read"], sub: undefined, client_id: "robot" }),
    ),
    { caller: { id: "robot", scheme: "oauth2", scopes: ["orders:read"] } },
  );
});

Deno.test("oauth2: nobody is asked anything before a token comes, and the challenge has no error then", async () => {
  const { server, show } = await setUp();
  for (const found of [await show(undefined), await show("YTpi", "Basic")]) {
    assert.deepEqual(found, { status: 401, challenge: `Bearer resource_metadata="${METADATA}"` });
  }
  assert.deepEqual(server.asked, {});
});

Deno.test("oauth2: a token that does not hold is refused with what the client can act on", async () => {
  const { told, watch } = await setUp(), now = Math.floor(watch.at / 1000);
  assert.equal(await told({ exp: now - 31 }), "401 Token expired");
  assert.equal(await told({ exp: now - 20 }), "let in", "clocks may be apart");
  assert.equal(await told({ exp: undefined }), "401 Token without expiry");
  assert.equal(await told({ nbf: now + 40 }), "401 Token not yet valid");
  assert.equal(await told({ nbf: now + 20 }), "let in");
  assert.equal(await told({ iss: "https://evil.example.com" }), "401 Invalid issuer");
  assert.equal(await told({ iss: undefined }), "401 Invalid issuer");
  assert.equal(
    await told({ iss: "https://login.example.com/tenant/" }),
    "let in",
    "a slash at the end is none",
  );
  assert.equal(await told({ aud: "https://other.example.com" }), "401 Invalid audience");
  assert.equal(await told({ aud: ["a", RESOURCE] }), "let in");
  assert.equal(await told({ aud: [] }), "401 Invalid audience");
  assert.equal(
    await told({ scope: "orders:write" }),
    "403 Required scope 'orders:read' not present in token",
  );
  assert.equal(await told({ scope: undefined }), "403 Required scope 'orders:read' not present in token");
  assert.equal(await told({ typ: "Refresh" }), "401 Token validation failed");
  assert.equal(await told({}, { typ: "logout+jwt" }), "401 Token validation failed");
  assert.equal(await told({}, { typ: "JWT" }), "let in");
});

Deno.test("oauth2: a missing scope is a 403 that names the scopes", async () => {
  const { server, show } = await setUp();
  assert.deepEqual(await show(await server.token({ scope: "x" })), {
    status: 403,
    challenge:
      `Bearer error="insufficient_scope", error_description="Required scope 'orders:read' not present in ` +
      `token", scope="orders:read", resource_metadata="${METADATA}"`,
  });
});

/** What an access token of Keycloak 26 holds beside what every token does, of a person and of a service account. */
const KEYCLOAK = {
  person: {
    jti: "onrtro:7e4f2c1a-3b5d-4e6f-8a9b-0c1d2e3f4a5b",
    aud: "account",
    sub: "f1b2c3d4-0000-4000-8000-000000000001",
    typ: "Bearer",
    azp: "web",
    sid: "b6c1a9de-0000-4000-8000-000000000002",
    acr: "1",
    "allowed-origins": ["https://web.example.com"],
    realm_access: { roles: ["default-roles-shop", "offline_access", "uma_authorization"] },
    resource_access: { account: { roles: ["manage-account", "manage-account-links", "view-profile"] } },
    scope: "openid profile email orders:read",
    email_verified: true,
    name: "Ada Lovelace",
    preferred_username: "ada",
    given_name: "Ada",
    family_name: "Lovelace",
    email: "ada@example.com",
  },
  service: {
    jti: "trrtcc:9a8b7c6d-1e2f-4a3b-8c4d-5e6f7a8b9c0d",
    aud: undefined,
    sub: "0c1d2e3f-0000-4000-8000-000000000003",
    typ: "Bearer",
    azp: "robot",
    acr: "1",
    realm_access: { roles: ["default-roles-shop"] },
    scope: "profile email orders:read",
    clientHost: "192.0.2.1",
    clientAddress: "192.0.2.1",
    client_id: "robot",
    email_verified: false,
    preferred_username: "service-account-robot",
  },
} as const;

Deno.test("oauth2: tokens of Keycloak are refused until it names the audience, and the log says how it does", async () => {
  const { server, show, ask } = await setUp(), header = { typ: "JWT" };
  for (
    const [claims, aud, log] of [
      [
        KEYCLOAK.person,
        [RESOURCE, "account"],
        /a token for "account" was refused.*Keycloak.*Audience mapper/,
      ],
      [
        KEYCLOAK.service,
        RESOURCE,
        /without "aud".*must name https:\/\/api\.example\.com\/mcp.*Keycloak.*Audience mapper/,
      ],
    ] as const
  ) {
    assert.equal((await show(await server.token(claims, { header })) as { status: number }).status, 401);
    assert.match(ask.logged.at(-1)!, log);
    const known = await show(await server.token({ ...claims, aud }, { header }));
    assert.ok("caller" in known, JSON.stringify(known));
    // A token of another kind that Keycloak signs with the same key is none for an API.
    const id = await show(await server.token({ ...claims, aud, typ: "ID" }, { header }));
    assert.equal((id as { status: number }).status, 401);
  }
});

Deno.test("oauth2: audience overrides resource", async () => {
  const { told } = await setUp({ audience: "orders-api" });
  assert.equal(await told({ aud: "orders-api" }), "let in");
  assert.equal(await told({ aud: RESOURCE }), "401 Invalid audience");
});

Deno.test("oauth2: signatures that anybody could make are refused: none, HS256 with the public key, another key", async () => {
  const { server, show } = await setUp(), [key] = server.keys;
  const body = (await server.token()).split(".")[1]!;
  const head = (header: object) =>
    new TextEncoder().encode(JSON.stringify(header)).toBase64({ alphabet: "base64url" });
  const unsigned = `${head({ alg: "none" }).replace(/=/g, "")}.${body}.`;
  const shared = await new jose.CompactSign(jose.base64url.decode(body))
    .setProtectedHeader({ alg: "HS256", kid: "one" })
    .sign(new TextEncoder().encode(JSON.stringify(key)));
  const stranger = (await jose.generateKeyPair("ES256")).privateKey;
  const embedded = await server.token({}, {
    key: stranger,
    header: {
      jwk: await jose.exportJWK((await jose.generateKeyPair("ES256", { extractable: true })).publicKey),
    },
  });
  for (
    const token of [
      unsigned,
      shared,
      embedded,
      await server.token({}, { key: stranger }),
      "a.b.c",
      "opaque",
      "ä",
    ]
  ) {
    const found = await show(token) as { status: number; challenge: string };
    assert.equal(found.status, 401, token.slice(0, 60));
    assert.match(found.challenge, /error="invalid_token"/);
  }
});

Deno.test("oauth2: a new key is found when it is first used; one that was taken away ends", async () => {
  const { server, show, watch } = await setUp(), old = await server.token();
  assert.ok("caller" in await show(old));
  const key = await server.addKey("two"),
    token = await server.token({ jti: "2" }, { key, header: { kid: "two" } });
  // The library asks again for keys it does not know, but not within its cooldown, which follows the clock.
  assert.equal((await show(token) as { status: number }).status, 401);
  const clock = Date.now;
  Date.now = () => clock() + 5001;
  try {
    assert.ok("caller" in await show(token));
  } finally {
    Date.now = clock;
  }
  assert.equal(server.asked["/tenant/keys"], 2);
  server.keys = [];
  watch.at += 30_001;
  assert.equal(
    (await show(await server.token({ jti: "3" }, { key, header: { kid: "three" } })) as { status: number })
      .status,
    401,
  );
});

Deno.test("oauth2: a token without kid is tried with each key", async () => {
  const { server, show } = await setUp(), key = await server.addKey("two");
  for (const options of [{ header: { kid: undefined } }, { key, header: { kid: undefined } }]) {
    assert.ok("caller" in await show(await server.token({}, options)));
  }
  const stranger = (await jose.generateKeyPair("ES256")).privateKey;
  assert.equal(
    (await show(await server.token({}, { key: stranger, header: { kid: undefined } })) as { status: number })
      .status,
    401,
  );
});

Deno.test("oauth2: while keys cannot be had the answer is a 503 that says so, and the server is not stormed", async () => {
  const { server, ask, watch } = await setUp();
  server.down = true;
  const headers = { authorization: `Bearer ${await server.token()}` };
  for (let i = 0; i < 5; i++) {
    const found = await ask(headers) as Response;
    assert.equal(found.status, 503);
    assert.equal(found.headers.get("retry-after"), "5");
    assert.equal(found.headers.get("www-authenticate"), null);
  }
  assert.equal(Object.values(server.asked).reduce((a, b) => a + b, 0), 1);
  assert.match(ask.logged.at(-1)!, /login\.example\.com refused the connection/);
  server.down = false;
  watch.at += 1001;
  assert.ok(!(await ask(headers) instanceof Response), "and it is let in once they can");
});

Deno.test("oauth2: keys that go down after they were had still serve the tokens they know", async () => {
  const { server, show } = await setUp();
  assert.ok("caller" in await show(await server.token()));
  server.down = true;
  assert.ok("caller" in await show(await server.token({ jti: "other" })));
});

Deno.test("oauth2: metadata of another issuer, and of nobody, is a 503 that the log explains", async () => {
  for (
    const [metadata, expected] of [
      [
        Response.json({ issuer: "https://evil.example.com", jwks_uri: "https://evil.example.com/keys" }),
        /belongs to the issuer https:\/\/evil/,
      ],
      [new Response(null, { status: 404 }), /publishes no metadata.*write jwksUri/],
      [Response.json({ issuer: "https://login.example.com/tenant" }), /names no keys/],
      [Response.json({ issuer: "https://login.example.com/tenant", jwks_uri: "nonsense" }), /no address/],
    ] as const
  ) {
    const watch = { at: Date.now() }, server = await testIssuer(watch);
    const ask = await asking(declaredFor(server.issuer), {
      send: () => Promise.resolve(metadata.clone()),
      watch,
    });
    const found = await ask({ authorization: `Bearer ${await server.token()}` }) as Response;
    assert.equal(found.status, 503);
    assert.match(ask.logged.at(-1)!, expected);
  }
});

Deno.test("oauth2: jwksUri is asked without any metadata", async () => {
  const { server, show } = await setUp({ jwksUri: "https://login.example.com/tenant/keys" });
  assert.ok("caller" in await show(await server.token()));
  assert.deepEqual(server.asked, { "/tenant/keys": 1 });
});

Deno.test("oauth2: what the resource says of itself stands at its well-known address", async () => {
  const { ask } = await setUp();
  assert.deepEqual(ask.metadata?.path, "/.well-known/oauth-protected-resource/mcp");
  assert.deepEqual(JSON.parse(ask.metadata.document), {
    resource: RESOURCE,
    authorization_servers: ["https://login.example.com/tenant"],
    scopes_supported: ["orders:read"],
    bearer_methods_supported: ["header"],
  });
  const root = await setUp({ resource: "https://api.example.com/", scopes: [] });
  assert.equal(root.ask.metadata?.path, "/.well-known/oauth-protected-resource");
  assert.equal((await setUp({ resource: undefined })).ask.metadata, undefined);
  assert.equal((await setUp({ resource: "urn:orders" })).ask.metadata, undefined);
});

Deno.test("oauth2: introspection lets in what is active, asks each time, and shows who asks", async () => {
  const client = { id: "orders api", secret: new Secret("s3cret:"), method: "basic" } as const;
  const { server, show, watch } = await setUp({ validation: "introspection", client });
  const exp = Math.floor(watch.at / 1000) + 60;
  server.tokens["good"] = { active: true, sub: "ada", aud: RESOURCE, scope: "orders:read", exp };
  const caller = { id: "ada", scheme: "oauth2", scopes: ["orders:read"] };
  assert.deepEqual(await show("good"), { caller });
  assert.equal(server.client, `Basic ${btoa("orders+api:s3cret%3A")}`);
  server.tokens["good"] = { active: false };
  assert.match(
    (await show("good") as { challenge: string }).challenge,
    /error_description="Token not active"/,
  );
  assert.equal(server.asked["/tenant/introspect"], 2);
  for (
    const [claims, status] of [
      [{ aud: "other" }, 401],
      [{ aud: undefined }, 401],
      [{ exp: exp - 200 }, 401],
      [{ iss: "https://evil.example.com" }, 401],
      [{ scope: "x" }, 403],
      [{ active: "true" }, 503],
    ] as const
  ) {
    server.tokens["other"] = {
      active: true,
      sub: "ada",
      aud: RESOURCE,
      scope: "orders:read",
      exp,
      ...claims,
    };
    assert.equal((await show("other") as { status: number }).status, status, JSON.stringify(claims));
  }
  server.down = true;
  assert.equal((await show("good") as { status: number }).status, 503);
});

Deno.test("oauth2: a token bound to a key needs a proof by that key, for this request, once", async () => {
  const { server, ask, watch } = await setUp();
  const { publicKey, privateKey } = await jose.generateKeyPair("ES256", { extractable: true });
  const jwk = await jose.exportJWK(publicKey), jkt = await jose.calculateJwkThumbprint(jwk);
  const token = await server.token({ cnf: { jkt } }), now = Math.floor(watch.at / 1000);
  const ath =
    (await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token)).then((d) => new Uint8Array(d)))
      .toBase64({ alphabet: "base64url", omitPadding: true });
  const good = { htm: "GET", htu: "http://127.0.0.1:3000/orders", iat: now, jti: "1", ath };
  const proof = (claims: object, header: object = {}, key = privateKey) =>
    new jose.CompactSign(new TextEncoder().encode(JSON.stringify({ ...good, ...claims })))
      .setProtectedHeader({ typ: "dpop+jwt", alg: "ES256", jwk, ...header }).sign(key);
  const send = async (dpop: string | undefined, scheme = "DPoP", shown = token) => {
    const found = await ask({ authorization: `${scheme} ${shown}`, ...(dpop === undefined ? {} : { dpop }) });
    return found instanceof Response ? found.challenges : found.id;
  };
  assert.equal(await send(await proof({})), "ada");
  assert.match(
    await send(await proof({})),
    /^DPoP error="invalid_dpop_proof", error_description="[^"]*used before/,
  );
  assert.equal(
    await send(await proof({ jti: "2", htu: "https://api.example.com/orders?x=1" })),
    "ada",
    "behind a proxy",
  );
  assert.match(await send(await proof({ jti: "3" }), "Bearer"), /send it with DPoP/);
  assert.match(await send(undefined), /proof is missing/);
  assert.match(await send(await proof({ jti: "4" }), "DPoP", await server.token()), /not bound to a key/);
  const other = await jose.generateKeyPair("ES256", { extractable: true });
  for (
    const [bad, why] of [
      [await proof({ jti: "5", htm: "POST" }), /another method/],
      [await proof({ jti: "5", htu: "http://127.0.0.1:3000/other" }), /another address/],
      [await proof({ jti: "5", iat: now - 61 }), /too old/],
      [await proof({ jti: "5", iat: now + 31 }), /too old, or from the future/],
      [await proof({ jti: "5", ath: "x" }), /another token/],
      [await proof({ jti: undefined }), /no jti/],
      [await proof({ jti: "5" }, { typ: "JWT" }), /another type/],
      [
        await proof({ jti: "5" }, { jwk: await jose.exportJWK(other.publicKey) }, other.privateKey),
        /another key/,
      ],
      [await proof({ jti: "5" }, {}, other.privateKey), /cannot be verified/],
      [await proof({ jti: "5" }, { jwk: await jose.exportJWK(privateKey) }), /cannot be verified/],
    ] as const
  ) assert.match(await send(bad), why);
  assert.equal(await send(await proof({ jti: "5" })), "ada", "what was refused used nothing up");
});

Deno.test("oauth2: a token bound to a certificate is refused, since nobody checks that here", async () => {
  const { told } = await setUp();
  assert.equal(await told({ cnf: { "x5t#S256": "abc" } }), "401 Token validation failed");
});
