/**
 * Secrets: however they come back, nobody gets to see them.
 *
 * @module
 */
import assert from "node:assert/strict";
import { upstream } from "../testing.ts";
import { call, capability, CREDENTIALS, TOKEN } from "./capability.ts";

Deno.test("a secret that the upstream echoes in an error is taken out, in every writing", async () => {
  await using api = upstream(() =>
    new Response(
      JSON.stringify({
        error: `token ${TOKEN} is bad`,
        encoded: encodeURIComponent(TOKEN),
        base64: btoa(TOKEN),
        header: `Bearer ${TOKEN}`,
      }),
      { status: 403, headers: { "content-type": "application/json" } },
    )
  );
  for (const flags of [[], ["--format", "json"]]) {
    const { code, out, err } = await call(capability({ origin: api.origin }), ["api.list", ...flags]);
    assert.equal(code, 1);
    for (const form of [TOKEN, encodeURIComponent(TOKEN), btoa(TOKEN)]) {
      assert.ok(!(out + err).includes(form), `${form} in ${out + err}`);
    }
  }
});

Deno.test("a dry run shows no secret and sends nothing", async () => {
  await using api = upstream(() => Response.json({ ok: true }));
  for (const [kind, authentication] of Object.entries(CREDENTIALS)) {
    const { code, out, err } = await call(capability({ origin: api.origin, authentication }), [
      "api.list",
      "--dry-run",
    ]);
    assert.equal(code, 0, `${kind}: ${err}`);
    assert.match(out, /\*\*\*/, kind);
    for (const form of [TOKEN, encodeURIComponent(TOKEN), btoa(`user:${TOKEN}`)]) {
      assert.ok(!out.includes(form), kind);
    }
  }
  assert.equal(api.requests.length, 0);
});

Deno.test("an access token is taken out of the very answer that refuses it", async () => {
  let given = 0;
  await using api = upstream((request) =>
    new URL(request.url).pathname === "/token"
      ? Response.json({ access_token: `live-token-${++given}`, expires_in: 60 })
      : new Response(`no: ${request.headers.get("authorization")}`, { status: 401 })
  );
  const authentication =
    `      authentication: { type: oauth2, tokenEndpoint: "${api.origin}/token", clientId: a, clientSecret: '{{API_TOKEN}}' }`;
  const { code, out, err } = await call(capability({ origin: api.origin, authentication }), ["api.list"]);
  assert.equal(code, 1);
  assert.match(err, /no: Bearer \*\*\*/);
  assert.doesNotMatch(out + err, /live-token/);
});

Deno.test("what a variable puts into the path of baseUri is as secret as any other", async () => {
  await using api = upstream((request) => new Response(`nothing at ${request.url}`, { status: 404 }));
  for (
    const [origin, secret] of [[`${api.origin}/bot{{API_TOKEN}}`, "12345:AAbb-cc"], [
      "{{API_TOKEN}}",
      "T00/B00/XyZ1",
    ]]
  ) {
    const env = { API_TOKEN: origin === "{{API_TOKEN}}" ? `${api.origin}/${secret}` : secret! };
    const text = capability({ origin: origin!, authentication: "" });
    for (const flags of [[], ["--dry-run"], ["--format", "json"]]) {
      const { out, err } = await call(text, ["api.list", ...flags], env);
      assert.match(out + err, /\/\S*\*\*\*\/base\/items/);
      assert.ok(!(out + err).includes(secret!), out + err);
    }
  }
  assert.ok(api.requests.every(({ url }) => /12345:AAbb-cc|T00\/B00\/XyZ1/.test(url.pathname)));
});

Deno.test("where a text is cut, no half of a secret stays", async (t) => {
  const secret = "k".repeat(5) + crypto.randomUUID() + "-" + crypto.randomUUID();
  const long = Array.from({ length: 40 }, () => crypto.randomUUID()).join("");
  const cases: [string, string, Response][] = [
    ["in the words of an API", secret, Response.json({ message: "x".repeat(280) + secret }, { status: 400 })],
    [
      "near the fault of an answer",
      secret,
      new Response(`Bearer ${secret}`, { headers: { "content-type": "application/json" } }),
    ],
    [
      "at the end of an excerpt",
      long,
      new Response(`${long}\n`.repeat(4) + "y".repeat(500) + long + "z".repeat(20_000), { status: 400 }),
    ],
  ];
  for (const [where, token, response] of cases) {
    await t.step(where, async () => {
      await using api = upstream(() => response.clone());
      const operations =
        "        read: { path: /read, operations: { read: { method: GET, outputRawFormat: json } } }\n";
      const { code, out, err } = await call(capability({ origin: api.origin, operations }), ["api.read"], {
        API_TOKEN: token,
      });
      assert.equal(code, 1);
      assert.ok(!(out + err).includes(token.slice(0, 12)), out + err);
    });
  }
});
