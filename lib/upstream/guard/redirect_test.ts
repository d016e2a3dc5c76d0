import assert from "node:assert/strict";
import { Secret } from "../../expression/secret.ts";
import { callOperation } from "../call.ts";
import type { Credential, Operation } from "../operation.ts";
import { argument, context, failureOf, operation, serve } from "../testing.ts";

const TOKEN = "s3cr3t-value-of-a-credential";
const secret = new Secret(TOKEN);
const KINDS: Record<string, Partial<Operation>> = {
  bearer: { credentials: [{ type: "bearer", token: secret }] },
  basic: { credentials: [{ type: "basic", username: "u", password: secret }] },
  ...Object.fromEntries((["header", "query", "cookie", "body"] as const).map((placement) => [
    `apikey in ${placement}`,
    { credentials: [{ type: "apikey", placement, name: "X-Key", value: secret } satisfies Credential] },
  ])),
  "fixed header": { fixedHeaders: [{ name: "X-Fixed", value: secret }] },
  "argument header": { headers: [{ name: "X-Mine", get: () => TOKEN }] },
  "argument authorization": { headers: [{ name: "Authorization", get: () => TOKEN }] },
  "cookie argument": { cookies: [{ name: "session", get: () => TOKEN }] },
};

async function everything(request: Request): Promise<string> {
  return JSON.stringify([request.url, ...request.headers, await request.text()]);
}

for (const [kind, changes] of Object.entries(KINDS)) {
  Deno.test(`callOperation() leaves ${kind} at home when redirected to another declared origin`, async () => {
    let seen = "";
    await using other = serve(async (request) => {
      seen = await everything(request);
      return Response.json({ ok: true });
    });
    for (const status of [302, 303, 307, 308]) {
      let home = "";
      await using server = serve(async (request) => {
        home = await everything(request);
        const key = new URL(request.url).search;
        return new Response(null, { status, headers: { location: `${other.origin}/there${key}` } });
      });
      const answer = await callOperation(
        operation(server.origin, {
          method: "POST",
          body: { type: "json", get: () => ({ a: 1 }) },
          ...changes,
          reach: [{ origin: server.origin, path: "" }, { origin: other.origin, path: "" }],
        }),
        { args: {} },
        context(),
      );
      assert.deepEqual(answer.value, { ok: true });
      assert.ok(home.includes(TOKEN) || home.includes(btoa(`u:${TOKEN}`)), "it was sent home");
      assert.ok(!seen.includes(TOKEN) && !seen.includes(btoa(`u:${TOKEN}`)), `${status}: ${seen}`);
      assert.equal(seen.includes('{\\"a\\":1}'), status >= 307);
    }
  });
}

Deno.test("callOperation() does not go where the capability declares nothing", async () => {
  let reached = false;
  await using other = serve(() => {
    reached = true;
    return new Response("no");
  });
  for (
    const location of [
      `${other.origin}/`,
      "/admin",
      "/v1/../admin",
      "/v1/%2e%2e/admin",
      "/v1/..%2fadmin",
      "/v1/..%5cadmin",
      "/v10",
      "file:///etc/passwd",
      "data:text/plain,x",
      "http://169.254.169.254/latest/meta-data/",
      "http://u:p@127.0.0.1/",
    ]
  ) {
    await using server = serve(() => new Response(null, { status: 302, headers: { location } }));
    const data = await failureOf(callOperation(
      operation(server.origin, {
        base: { origin: server.origin, path: "/v1" },
        path: ["/x"],
        reach: [{ origin: server.origin, path: "/v1" }],
      }),
      { args: {} },
      context(),
    ));
    assert.equal(data.code, "blocked", location);
    assert.match(data.message, /redirected/);
  }
  assert.equal(reached, false);
});

Deno.test("callOperation() follows redirects inside the base path with credentials, at most five", async () => {
  await using server = serve((request) => {
    const n = Number(new URL(request.url).searchParams.get("n"));
    if (request.headers.get("authorization") !== "Bearer x") return new Response(null, { status: 401 });
    return n === 0
      ? Response.json("arrived")
      : new Response(null, { status: 307, headers: { location: `/v1/next?n=${n - 1}` } });
  });
  const changes: Partial<Operation> = {
    base: { origin: server.origin, path: "/v1" },
    reach: [{ origin: server.origin, path: "/v1" }],
    query: [argument("n")],
    credentials: [{ type: "bearer", token: new Secret("x") }],
  };
  const answer = await callOperation(operation(server.origin, changes), { args: { n: 5 } }, context());
  assert.equal(answer.value, "arrived");
  const data = await failureOf(
    callOperation(operation(server.origin, changes), { args: { n: 6 } }, context()),
  );
  assert.equal(data.code, "upstream_error");
  assert.match(data.message, /more than 5/);
});

Deno.test("callOperation() does not bring credentials back to an origin that another host leads to", async () => {
  const seen: (string | null)[] = [];
  await using other = serve((request) =>
    new Response(null, { status: 307, headers: { location: new URL(request.url).searchParams.get("back")! } })
  );
  await using server = serve((request) => {
    seen.push(request.headers.get("authorization"));
    const url = new URL(request.url);
    return url.pathname === "/back" ? Response.json(1) : new Response(null, {
      status: 307,
      headers: { location: `${other.origin}/?back=${url.origin}/back` },
    });
  });
  await callOperation(
    operation(server.origin, {
      reach: [{ origin: server.origin, path: "" }, { origin: other.origin, path: "" }],
      credentials: [{ type: "bearer", token: new Secret("x") }],
    }),
    { args: {} },
    context(),
  );
  assert.deepEqual(seen, ["Bearer x", null]);
});

Deno.test("callOperation() explains a redirect that leads nowhere", async () => {
  for (const headers of [{}, { location: "http://[" }, { location: " " }] as HeadersInit[]) {
    await using server = serve(() => new Response(null, { status: 302, headers }));
    const data = await failureOf(callOperation(operation(server.origin), { args: {} }, context()));
    assert.equal(data.code, "bad_response");
    assert.match(data.message, /redirect/);
  }
});

Deno.test("callOperation() names where a redirect led to and came from, when that cannot be reached", async () => {
  const closed = Deno.listen({ port: 0, hostname: "127.0.0.1" }), { port } = closed.addr as Deno.NetAddr;
  closed.close();
  const target = `http://127.0.0.1:${port}`;
  await using server = serve(() =>
    new Response(null, { status: 302, headers: { location: `${target}/f?key=1` } })
  );
  const data = await failureOf(callOperation(
    operation(server.origin, {
      path: ["/r"],
      repeatable: false,
      reach: [{ origin: server.origin, path: "" }, { origin: target, path: "" }],
    }),
    { args: {} },
    context(),
  ));
  assert.equal(data.code, "unreachable");
  assert.equal(
    data.message,
    `api.operation: 127.0.0.1:${port} refused the connection, where 127.0.0.1:${server.port}/r redirected to`,
  );
  assert.match(data.upstream!.url, new RegExp(`^${target}/f`));
});
