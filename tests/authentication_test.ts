/**
 * Authentication out, from the document to the wire.
 *
 * @module
 */
import assert from "node:assert/strict";
import { callFlow, compileText, startUpstream, toolSpec } from "./capability.ts";

const OPERATION = "path: /a\noperations: { get: { method: GET } }";

Deno.test("an authorization server is found by its metadata, however the type is written, and is reachable", async () => {
  await using identity = startUpstream((request) => {
    const { origin, pathname } = new URL(request.url);
    return pathname === "/.well-known/oauth-authorization-server/tenant"
      ? Response.json({ issuer: `${origin}/tenant`, token_endpoint: `${origin}/elsewhere/token` })
      : pathname === "/elsewhere/token"
      ? Response.json({ access_token: "t1", token_type: "bearer" })
      : new Response(null, { status: 404 });
  });
  await using api = startUpstream((request) => Response.json(request.headers.get("authorization")));
  for (const type of ["oauth2", "OAuth-2", "oauth_2"]) {
    const capability = await compileText(
      toolSpec(api.origin, {
        consumes:
          `authentication: { type: ${type}, authorizationServerUri: "${identity.origin}/tenant", clientId: me, clientSecret: "{{SECRET}}" }`,
        operation: OPERATION,
        tool: "call: api.get",
      }),
      { env: { SECRET: "client-s3cret" } },
    );
    assert.equal(await callFlow(capability, "t"), "Bearer t1");
    assert.ok(capability.reach.some((reach) => reach.origin === identity.origin), type);
  }
});

Deno.test("a grant that needs a person sets the tool aside", async () => {
  const capability = await compileText(toolSpec("http://127.0.0.1:1", {
    consumes:
      "authentication: { type: oauth2, tokenEndpoint: http://127.0.0.1:1/token, clientId: me, grantType: authorization_code }",
    operation: OPERATION,
    tool: "call: api.get",
  }));
  const [disabled] = capability.disabled;
  assert.equal(disabled?.diagnostic.code, "unknown-authentication");
  assert.match(disabled!.diagnostic.message, /authorization_code/);
  assert.match(disabled!.diagnostic.fix!, /client_credentials/);
});
