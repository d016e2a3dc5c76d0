import assert from "node:assert/strict";
import * as jose from "jose";
import { mockIssuer, oidcProvider, RESOURCE, serveShop, statusOf, untilSaid } from "./servers.ts";

const oauth2 = (issuer: string, more = "") =>
  `{ type: oauth2, authorizationServerUri: "${issuer}", resource: "${RESOURCE}", scopes: [orders:read]${more} }`;
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

Deno.test("oauth2-mock-server: good tokens call, others are told why, and the log says what an operator must know", async () => {
  await using login = await mockIssuer();
  await using shop = await serveShop(oauth2(login.issuer));
  const challengeOf = async (claims: Record<string, unknown>) => {
    const response = await shop.callTool(bearer(await login.token(claims)));
    await response.text();
    return `${response.status} ${
      /error_description="([^"]*)/.exec(response.headers.get("www-authenticate")!)?.[1]
    }`;
  };
  const good = await shop.callTool(bearer(await login.token()));
  assert.equal(good.status, 200);
  assert.equal((await good.json()).result.content[0].text, '[{"id":1}]');
  const now = Math.floor(Date.now() / 1000);
  assert.equal(await challengeOf({ exp: now - 100 }), "401 Token expired");
  assert.equal(await challengeOf({ aud: "https://other.example.com" }), "401 Invalid audience");
  assert.equal(await challengeOf({ aud: undefined }), "401 Invalid audience");
  assert.equal(await challengeOf({ iss: "https://evil.example.com" }), "401 Invalid issuer");
  assert.equal(
    await challengeOf({ scope: "openid" }),
    "403 Required scope 'orders:read' not present in token",
  );
  const bare = await shop.callTool();
  assert.equal(await bare.text(), "Unauthorized");
  assert.equal(
    bare.headers.get("www-authenticate"),
    'Bearer resource_metadata="https://api.example.com/.well-known/oauth-protected-resource/mcp"',
  );
  await untilSaid(
    shop.server,
    /the mcp surface shop-tools: a token without "aud" was refused.*Audience mapper/,
  );
  await untilSaid(shop.server, /a token of the issuer "https:\/\/evil\.example\.com" was refused/);
});

Deno.test("oauth2-mock-server: a key that is new is found, and keys that cannot be had are a 503 that says so", async () => {
  await using login = await mockIssuer();
  {
    await using shop = await serveShop(oauth2(login.issuer));
    assert.equal(await statusOf(shop.callTool(bearer(await login.token()))), 200);
    await new Promise((resolve) => setTimeout(resolve, 5100));
    await login.rotate();
    assert.equal(await statusOf(shop.callTool(bearer(await login.token()))), 200);
  }
  await using shop = await serveShop(oauth2(login.issuer));
  const token = await login.token();
  await login.stop();
  const response = await fetch(`${shop.rest}/orders`, { headers: bearer(token) });
  assert.equal(response.status, 503);
  assert.equal(response.headers.get("retry-after"), "5");
  const problem = await response.json();
  assert.match(problem.detail, /The keys of the authorization server cannot be fetched now/);
  assert.equal(problem.retryable, true);
  await untilSaid(shop.server, /the rest surface shop-api: .*localhost:\d+ refused the connection/);
});

Deno.test("oidc-provider: its JWTs call over MCP and REST; the metadata says where they come from", async () => {
  await using login = await oidcProvider("jwt");
  await using shop = await serveShop(oauth2(login.issuer));
  const { access_token } = await login.post("/token", {
    grant_type: "client_credentials",
    scope: "orders:read",
    resource: RESOURCE,
  });
  assert.equal(await statusOf(shop.callTool(bearer(String(access_token)))), 200);
  assert.equal(await statusOf(fetch(`${shop.rest}/orders`, { headers: bearer(String(access_token)) })), 200);
  const metadata = await fetch(`${shop.rest}/.well-known/oauth-protected-resource/mcp`);
  assert.deepEqual(await metadata.json(), {
    resource: RESOURCE,
    authorization_servers: [login.issuer],
    scopes_supported: ["orders:read"],
    bearer_methods_supported: ["header"],
  });
  const write = await login.post("/token", {
    grant_type: "client_credentials",
    scope: "orders:write",
    resource: RESOURCE,
  });
  assert.equal(await statusOf(shop.callTool(bearer(String(write["access_token"])))), 403);
});

Deno.test("oidc-provider: introspection lets opaque tokens call until they are revoked", async () => {
  await using login = await oidcProvider("opaque");
  const more = `, tokenValidation: introspection, clientId: shop, clientSecret: "{{SHOP_SECRET}}"`;
  await using shop = await serveShop(oauth2(login.issuer, more), { SHOP_SECRET: "shop-secret" });
  const { access_token } = await login.post("/token", {
    grant_type: "client_credentials",
    scope: "orders:read",
    resource: RESOURCE,
  });
  const token = String(access_token);
  assert.equal(await statusOf(shop.callTool(bearer(token))), 200);
  await login.post("/token/revocation", { token });
  const revoked = await shop.callTool(bearer(token));
  assert.equal(revoked.status, 401);
  assert.match(revoked.headers.get("www-authenticate")!, /Token not active/);
  await revoked.text();
  assert.equal(await statusOf(shop.callTool(bearer("never-issued"))), 401);
});

Deno.test("oidc-provider: introspection with a wrong client secret is a 503, and the log names the fix", async () => {
  await using login = await oidcProvider("opaque");
  const more = `, tokenValidation: introspection, clientId: shop, clientSecret: "{{SHOP_SECRET}}"`;
  await using shop = await serveShop(oauth2(login.issuer, more), { SHOP_SECRET: "not-the-secret" });
  assert.equal(await statusOf(shop.callTool(bearer("abc"))), 503);
  await untilSaid(shop.server, /check clientId and clientSecret/);
  assert.doesNotMatch(shop.server.err(), /not-the-secret/);
});

Deno.test("oidc-provider: a token bound to a key by DPoP calls with a proof, and a replay does not", async () => {
  await using login = await oidcProvider("jwt");
  await using shop = await serveShop(oauth2(login.issuer));
  const { publicKey, privateKey } = await jose.generateKeyPair("ES256", { extractable: true });
  const jwk = await jose.exportJWK(publicKey);
  const proof = (htm: string, htu: string, more: object = {}) =>
    new jose.SignJWT({ htm, htu, jti: crypto.randomUUID(), ...more }).setIssuedAt()
      .setProtectedHeader({ typ: "dpop+jwt", alg: "ES256", jwk }).sign(privateKey);
  const form = { grant_type: "client_credentials", scope: "orders:read", resource: RESOURCE };
  const issued = await login.post("/token", form, { dpop: await proof("POST", `${login.issuer}/token`) });
  assert.equal(issued["token_type"], "DPoP", JSON.stringify(issued));
  const token = String(issued["access_token"]);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token)));
  const ath = hash.toBase64({ alphabet: "base64url", omitPadding: true });
  const headers = {
    authorization: `DPoP ${token}`,
    dpop: await proof("GET", `${shop.rest}/orders`, { ath }),
  };
  const once = await fetch(`${shop.rest}/orders`, { headers });
  assert.equal(once.status, 200, await once.text());
  const again = await fetch(`${shop.rest}/orders`, { headers });
  assert.equal(again.status, 401);
  assert.match(again.headers.get("www-authenticate")!, /^DPoP error="invalid_dpop_proof".*algs="RS256/);
  await again.text();
  assert.equal(await statusOf(fetch(`${shop.rest}/orders`, { headers: bearer(token) })), 401, "stolen");
});
