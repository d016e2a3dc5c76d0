import assert from "node:assert/strict";
import { Secret } from "../../expression/secret.ts";
import { asking } from "./testing.ts";

const basicOf = (text: string) => `Basic ${new TextEncoder().encode(text).toBase64()}`;

async function refusalOf(asked: ReturnType<Awaited<ReturnType<typeof asking>>>) {
  const found = await asked;
  assert.ok(found instanceof Response, `let in: ${JSON.stringify(found)}`);
  return { status: found.status, challenge: found.challenges, text: await found.text() };
}

Deno.test("basic: the right pair is let in, in UTF-8 and in Latin-1, whatever the case of the scheme", async () => {
  const ask = await asking({ type: "basic", username: "ada", password: ["pw:", new Secret("sé€cret")] });
  const caller = { id: "ada", scheme: "basic" };
  assert.deepEqual(await ask({ authorization: basicOf("ada:pw:sé€cret") }), caller);
  assert.deepEqual(
    await ask({ authorization: basicOf("ada:pw:sé€cret").replace("Basic", "bAsIc ") }),
    caller,
  );
  const latin = await asking({ type: "basic", username: "ada", password: "caffè" });
  assert.deepEqual(await latin({ authorization: `Basic ${btoa("ada:caffè")}` }), caller);
});

Deno.test("basic: an unknown user, a wrong password, and what is no pair get the very same answer", async () => {
  const ask = await asking({ type: "basic", username: "ada", password: "secret" });
  const wrong = await Promise.all(
    ["eve:secret", "ada:wrong", "ada", "", "ada:secret "].map((pair) =>
      refusalOf(ask({ authorization: basicOf(pair) }))
    ),
  );
  const none = await refusalOf(ask());
  assert.equal(none.status, 401);
  assert.equal(none.challenge, 'Basic realm="shop", charset="UTF-8"');
  for (const refusal of wrong) assert.deepEqual(refusal, none);
  assert.deepEqual(await refusalOf(ask({ authorization: "Basic %%%" })), none);
  assert.deepEqual(await refusalOf(ask({ authorization: "Bearer secret" })), none);
});

Deno.test("bearer: the token is let in, and nothing near it", async () => {
  const ask = await asking({ type: "bearer", token: new Secret("t-123") }),
    caller = { id: "bearer", scheme: "bearer" };
  assert.deepEqual(await ask({ authorization: "Bearer t-123" }), caller);
  assert.deepEqual(await ask({ authorization: "bearer   t-123" }), caller);
  assert.equal((await refusalOf(ask())).challenge, 'Bearer realm="shop"', "no error where nothing was shown");
  assert.equal(
    (await refusalOf(ask({ authorization: "Bearer t-124" }))).challenge,
    'Bearer realm="shop", error="invalid_token"',
  );
  for (
    const sent of ["t-123", "Bearer", "Bearer ", "Bearer t-12", "Bearer t-1234", "Basic t-123", "Bearert-123"]
  ) {
    assert.equal((await refusalOf(ask({ authorization: sent }))).status, 401, sent);
  }
});

Deno.test("bearer: a token that is written with its scheme is shown with one scheme", async () => {
  const ask = await asking({ type: "bearer", token: "Bearer t-123" });
  assert.deepEqual(await ask({ authorization: "Bearer t-123" }), { id: "bearer", scheme: "bearer" });
});

Deno.test("apikey: header, query and cookie, each only in its own place", async () => {
  const headers = { "X-Key": "k 1&2" },
    url = "http://127.0.0.1:3000/a?x=1&X-Key=k%201%262",
    cookie = "a=b; X-Key=k%201%262";
  for (const placement of ["header", "query", "cookie"] as const) {
    const ask = await asking({
      type: "apikey",
      keys: [{ placement, name: "X-Key", value: new Secret("k 1&2") }],
    });
    const shown = { header: await ask(headers), query: await ask({}, url), cookie: await ask({ cookie }) };
    for (const [place, found] of Object.entries(shown)) {
      if (place === placement) assert.deepEqual(found, { id: "X-Key", scheme: "apikey" });
      else assert.ok(found instanceof Response && found.status === 401, `${placement} took ${place}`);
    }
    const wrong = await refusalOf(ask({ "x-key": "", cookie: "X-Key=", authorization: "k 1&2" }));
    assert.equal(wrong.challenge, `ApiKey realm="shop", name="X-Key", in="${placement}"`);
  }
});

Deno.test("apikey: of several keys all have to be right", async () => {
  const keys = ["A", "B"].map((name) => ({ placement: "header" as const, name, value: name.toLowerCase() }));
  const ask = await asking({ type: "apikey", keys });
  assert.deepEqual(await ask({ a: "a", b: "b" }), { id: "A B", scheme: "apikey" });
  for (const headers of [{ a: "a" }, { b: "b" }, { a: "a", b: "x" }, {}] as Record<string, string>[]) {
    assert.equal((await refusalOf(ask(headers))).status, 401);
  }
});
