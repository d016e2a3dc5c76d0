import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { Secret } from "../../expression/secret.ts";
import { compileOperationCall } from "../call.ts";
import type { Credential } from "../operation.ts";
import { context, failureOf, operation, serve } from "../testing.ts";
import { strongestChallenge } from "./challenge.ts";

const FIELD = /(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g;

/** A server that checks every field of a digest, and may change its nonce. */
function digestServer(
  algorithm: string,
  options: { everyNonce?: number; next?: boolean; qop?: boolean } = {},
) {
  const hash = (text: string) =>
    createHash(algorithm.startsWith("MD5") ? "md5" : "sha256").update(text).digest("hex");
  const state = { nonce: 1, uses: 0, counts: new Set<string>(), challenges: 0 };
  const challenge = (stale: boolean) => {
    state.challenges++;
    const qop = options.qop === false ? "" : ', qop="auth,auth-int"';
    return new Response(null, {
      status: 401,
      headers: {
        "www-authenticate":
          `Basic realm="digest, a=1", Digest realm="a \\"b\\"", nonce="n${state.nonce}", opaque="o"` +
          `, algorithm=${algorithm}${qop}${stale ? ", stale=true" : ""}`,
      },
    });
  };
  const server = serve((request) => {
    const header = request.headers.get("authorization");
    if (!header) return challenge(false);
    const f = Object.fromEntries([...header.matchAll(FIELD)].map((m) => [m[1]!, m[2] ?? m[3]!]));
    if (f["nonce"] !== `n${state.nonce}`) return challenge(true);
    if (options.everyNonce && state.uses >= options.everyNonce) {
      state.nonce++;
      state.uses = 0;
      return challenge(true);
    }
    const url = new URL(request.url);
    const secret = hash('user:a "b":pass');
    const a1 = algorithm.endsWith("-sess") ? hash(`${secret}:${f["nonce"]}:${f["cnonce"]}`) : secret;
    const a2 = hash(`${request.method}:${url.pathname}${url.search}`);
    const middle = options.qop === false ? "" : `${f["nc"]}:${f["cnonce"]}:auth:`;
    const right = f["response"] === hash(`${a1}:${f["nonce"]}:${middle}${a2}`) && f["opaque"] === "o" &&
      f["uri"] === url.pathname + url.search && !state.counts.has(`${f["nonce"]} ${f["nc"]}`);
    if (options.qop !== false) state.counts.add(`${f["nonce"]} ${f["nc"]}`);
    if (!right) return challenge(false);
    state.uses++;
    const headers: Record<string, string> = {};
    if (options.next) headers["authentication-info"] = `qop=auth, nextnonce="n${++state.nonce}"`;
    return Response.json("in", { headers });
  });
  return { server, state };
}

const digest = (password = "pass"): Credential => ({
  type: "digest",
  username: "user",
  password: new Secret(password),
});

for (const algorithm of ["MD5", "MD5-sess", "SHA-256", "SHA-256-sess"]) {
  Deno.test(`digest answers ${algorithm}, keeps the nonce and counts its uses`, async () => {
    const { server, state } = digestServer(algorithm);
    await using _ = server;
    const call = compileOperationCall(
      operation(server.origin, { credentials: [digest()], query: [{ name: "q", get: () => "a b" }] }),
    );
    for (let i = 0; i < 3; i++) assert.equal((await call({ args: {} }, context())).value, "in");
    await Promise.all(Array.from({ length: 5 }, () => call({ args: {} }, context())));
    assert.equal(state.challenges, 1);
  });

  Deno.test(`digest gives one nonce of ${algorithm} one count, although several calls were given it`, async () => {
    const { server, state } = digestServer(algorithm);
    await using _ = server;
    const call = compileOperationCall(operation(server.origin, { credentials: [digest()] }));
    await Promise.all(Array.from({ length: 5 }, () => call({ args: {} }, context())));
    assert.equal(state.challenges, 5);
  });
}

Deno.test("digest follows stale and next nonces, and the old form without qop", async () => {
  for (const options of [{ everyNonce: 2 }, { next: true }, { qop: false }]) {
    const { server, state } = digestServer("SHA-256", options);
    await using _ = server;
    const call = compileOperationCall(operation(server.origin, { credentials: [digest()] }));
    for (let i = 0; i < 6; i++) assert.equal((await call({ args: {} }, context())).value, "in");
    if (options.next) assert.equal(state.challenges, 1);
  }
});

Deno.test("digest gives up on a wrong password after one answer", async () => {
  const { server, state } = digestServer("SHA-256");
  await using _ = server;
  const call = compileOperationCall(operation(server.origin, { credentials: [digest("wrong")] }));
  assert.equal((await failureOf(call({ args: {} }, context()))).code, "unauthorized");
  assert.equal(state.challenges, 2);
});

Deno.test("digest follows nonces that hold for one use each, under concurrent calls", async () => {
  const unused = new Set<string>();
  let issued = 0;
  await using server = serve((request) => {
    const nonce = /nonce="(\w+)"/.exec(request.headers.get("authorization") ?? "")?.[1];
    if (nonce !== undefined && unused.delete(nonce)) return Response.json("in");
    unused.add(`n${++issued}`);
    const stale = nonce === undefined ? "" : ", stale=true";
    return new Response(null, {
      status: 401,
      headers: { "www-authenticate": `Digest realm="r", nonce="n${issued}", qop="auth"${stale}` },
    });
  });
  const call = compileOperationCall(operation(server.origin, { credentials: [digest()] }));
  for (let round = 0; round < 3; round++) {
    const answers = await Promise.all(Array.from({ length: 12 }, () => call({ args: {} }, context())));
    assert.ok(answers.every((answer) => answer.value === "in"));
  }
});

Deno.test("digest hashes a realm as the bytes it came as", async () => {
  const bytes = (text: string) =>
    Array.from(new TextEncoder().encode(text), (b) => String.fromCharCode(b)).join("");
  const hash = (data: string) => createHash("md5").update(data, "latin1").digest("hex");
  await using server = serve((request) => {
    const header = request.headers.get("authorization");
    const f = Object.fromEntries([...(header ?? "").matchAll(FIELD)].map((m) => [m[1]!, m[2] ?? m[3]!]));
    const a1 = hash(bytes("user:Café:pass")), a2 = hash("GET:/");
    const right = hash(`${a1}:n:${f["nc"]}:${f["cnonce"]}:auth:${a2}`);
    if (f["response"] === right && f["realm"] === bytes("Café")) return Response.json("in");
    return new Response(null, {
      status: 401,
      headers: {
        "www-authenticate": `Digest realm="${bytes("Café")}", nonce="n", qop="auth", charset=UTF-8`,
      },
    });
  });
  const call = compileOperationCall(operation(server.origin, { credentials: [digest()] }));
  assert.equal((await call({ args: {} }, context())).value, "in");
});

Deno.test("digest sends a body again with its answer, and hides a name where asked to", async () => {
  const seen: [string | null, string][] = [];
  await using server = serve(async (request) => {
    const header = request.headers.get("authorization"), body = await request.text();
    seen.push([header, body]);
    return header ? Response.json("in") : new Response(null, {
      status: 401,
      headers: {
        "www-authenticate": 'Digest realm="r", nonce="n", qop="auth", algorithm=SHA-256, userhash=true',
      },
    });
  });
  const call = compileOperationCall(operation(server.origin, {
    method: "POST",
    repeatable: false,
    body: { type: "json", get: () => ({ a: 1 }) },
    credentials: [digest()],
  }));
  assert.equal((await call({ args: {} }, context())).value, "in");
  assert.deepEqual(seen.map(([, body]) => body), ['{"a":1}', '{"a":1}']);
  const name = createHash("sha256").update("user:r").digest("hex");
  assert.match(seen[1]![0]!, new RegExp(`username="${name}".*userhash=true`));
});

Deno.test("a refused credential is told beside what the API asks for", async () => {
  const cases: [string, Credential[], RegExp][] = [
    ['Digest realm="r", nonce="n", qop="auth-int"', [digest()], /digest only in a form/],
    ['Digest realm="r", nonce="n", algorithm=SHA-1', [digest()], /digest only in a form/],
    ['Basic realm="x, Digest"', [digest()], /asks for Basic.*presents Digest/],
    [
      'Digest realm="r", nonce="n"',
      [{ type: "bearer", token: new Secret("t0ken") }],
      /asks for Digest.*Bearer/,
    ],
    ['Negotiate, Basic realm="x"', [], /asks for Negotiate or Basic/],
    ["Bearer", [{ type: "bearer", token: new Secret("t0ken") }], /did not accept the declared credentials/],
  ];
  for (const [header, credentials, hint] of cases) {
    await using server = serve(() =>
      new Response(null, { status: 401, headers: { "www-authenticate": header } })
    );
    const data = await failureOf(
      compileOperationCall(operation(server.origin, { credentials }))({ args: {} }, context()),
    );
    assert.equal(data.code, "unauthorized");
    assert.match(data.operatorHint!, hint, header);
  }
  await using server = serve(() =>
    new Response(null, {
      status: 403,
      headers: {
        "www-authenticate": 'Bearer error="insufficient_scope", error_description="needs orders:write"',
      },
    })
  );
  const data = await failureOf(
    compileOperationCall(operation(server.origin, {
      credentials: [{ type: "bearer", token: new Secret("t0ken") }],
    }))({ args: {} }, context()),
  );
  assert.match(data.message, /needs orders:write/);
});

Deno.test("strongestChallenge() finds a digest among others, and refuses what it cannot answer", () => {
  const found = strongestChallenge(
    'Digest realm="r", nonce="a", algorithm=MD5, Digest realm="r", nonce="b", algorithm=SHA-256',
  );
  assert.equal(found?.nonce, "b");
  assert.equal(strongestChallenge('Basic realm="Digest nonce=1"'), undefined);
  assert.equal(strongestChallenge('Digest realm="r", nonce="a", qop="auth-int"'), undefined);
});

/** An authorization server and the API behind it. */
function tokenServer(
  options: { expiresIn?: number; refuse?: () => Response | undefined; gate?: Promise<void> } = {},
) {
  const state = {
    issued: 0,
    requests: [] as { form: URLSearchParams; authorization: string | null }[],
    valid: new Set<string>(),
    refresh: "r0",
  };
  const server = serve(async (request) => {
    if (new URL(request.url).pathname !== "/token") {
      const token = request.headers.get("authorization")?.replace("Bearer ", "");
      // Which token it was, without the token: an answer that repeats one has it masked.
      return token && state.valid.has(token)
        ? Response.json(`token ${token.split("-").at(-1)}`)
        : new Response(null, { status: 401 });
    }
    const form = new URLSearchParams(await request.text());
    state.requests.push({ form, authorization: request.headers.get("authorization") });
    await options.gate;
    const refused = options.refuse?.();
    if (refused) return refused;
    if (form.get("grant_type") === "refresh_token") {
      if (form.get("refresh_token") !== state.refresh) {
        return Response.json({ error: "invalid_grant" }, { status: 400 });
      }
      state.refresh = `r${state.issued + 1}`;
    }
    const token = `access-token-${++state.issued}`;
    state.valid.add(token);
    return Response.json({
      access_token: token,
      token_type: "bearer",
      refresh_token: state.refresh,
      ...(options.expiresIn ? { expires_in: options.expiresIn } : {}),
    });
  });
  const call = (changes: Record<string, unknown> = {}, reach = [{ origin: server.origin, path: "" }]) =>
    compileOperationCall(operation(server.origin, {
      reach,
      credentials: [{
        type: "oauth2",
        tokenEndpoint: `${server.origin}/token`,
        grant: "client_credentials",
        clientId: "id:1",
        clientSecret: new Secret("client-s3cret"),
        clientAuthentication: "basic",
        scopes: ["a", "b"],
        audience: "aud",
        resource: "res",
        ...changes,
      }],
    }));
  return { server, state, call };
}

Deno.test("oauth2 fetches one token for all who wait, and keeps it", async () => {
  const { server, state, call } = tokenServer({
    gate: new Promise((resolve) => setTimeout(resolve, 50)),
    expiresIn: 3600,
  });
  await using _ = server;
  const run = call();
  const answers = await Promise.all(Array.from({ length: 8 }, () => run({ args: {} }, context())));
  assert.ok(answers.every((answer) => answer.value === "token 1"));
  const [request] = state.requests;
  assert.equal(state.requests.length, 1);
  assert.equal(request!.authorization, `Basic ${btoa("id%3A1:client-s3cret")}`);
  assert.deepEqual(Object.fromEntries(request!.form), {
    grant_type: "client_credentials",
    scope: "a b",
    audience: "aud",
    resource: "res",
  });
});

Deno.test("oauth2 sends the client in the body where asked to", async () => {
  const { server, state, call } = tokenServer();
  await using _ = server;
  await call({ clientAuthentication: "post" })({ args: {} }, context());
  assert.equal(state.requests[0]!.authorization, null);
  assert.equal(state.requests[0]!.form.get("client_secret"), "client-s3cret");
});

Deno.test("oauth2 gets one new token after a 401, and keeps a rotated refresh token", async () => {
  const { server, state, call } = tokenServer();
  await using _ = server;
  const run = call({ grant: "refresh_token", refreshToken: new Secret("r0") });
  assert.equal((await run({ args: {} }, context())).value, "token 1");
  state.valid.clear();
  assert.equal((await run({ args: {} }, context())).value, "token 2");
  state.valid.clear();
  assert.equal((await run({ args: {} }, context())).value, "token 3");
  assert.deepEqual(state.requests.map((r) => r.form.get("refresh_token")), ["r0", "r1", "r2"]);
});

Deno.test("oauth2 renews early and does not wait for it", async () => {
  const { server, state, call } = tokenServer({ expiresIn: 1000 });
  await using _ = server;
  const run = call(), clock = performance.now;
  try {
    assert.equal((await run({ args: {} }, context())).value, "token 1");
    performance.now = () => clock.call(performance) + 950_000;
    assert.equal((await run({ args: {} }, context())).value, "token 1");
    while (state.requests.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    performance.now = () => clock.call(performance) + 1_001_000;
    assert.equal((await run({ args: {} }, context())).value, "token 2");
    assert.equal(state.requests.length, 2);
  } finally {
    performance.now = clock;
  }
});

Deno.test("oauth2 explains refusals, without secrets, and stays inside the reach", async () => {
  const { server, state, call } = tokenServer({
    refuse: () =>
      Response.json({ error: "invalid_client", error_description: "bad client-s3cret" }, { status: 401 }),
  });
  await using _ = server;
  const data = await failureOf(call()({ args: {} }, context()));
  assert.equal(data.code, "unauthorized");
  assert.match(data.operatorHint!, /clientSecret/);
  assert.ok(!JSON.stringify(data).includes("client-s3cret"));
  const outside = call({ tokenEndpoint: "http://127.0.0.1:1/token" }, [{ origin: server.origin, path: "/" }]);
  assert.equal((await failureOf(outside({ args: {} }, context()))).code, "blocked");
  assert.equal(state.requests.length, 1);
});

Deno.test("oauth2 waits for a slow token endpoint no longer than the call may", async () => {
  const gate = Promise.withResolvers<void>(), { server, call } = tokenServer({ gate: gate.promise });
  await using _ = server;
  // The endpoint answers only after the call has given up.
  assert.equal((await failureOf(call()({ args: {} }, context(100)))).code, "timeout");
  gate.resolve();
});
