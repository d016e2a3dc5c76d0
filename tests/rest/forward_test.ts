import assert from "node:assert/strict";
import type { ExposesRest } from "../../schemas/mod.ts";
import { createRestHandler } from "../../lib/expose/rest/mod.ts";
import type { Surface } from "../../lib/plan/capability.ts";
import { listen } from "../../lib/expose/http.ts";
import { compileText } from "../capability.ts";

interface Parts {
  readonly forward?: string;
  readonly path?: string;
  readonly consumes?: string;
  readonly surface?: string;
  readonly operations?: string;
}

/** A capability that forwards to an API, listening. */
async function forwarding(
  answer: (request: Request) => Response | Promise<Response>,
  { forward = "{ targetNamespace: up }", path = "/p/{{path}}", consumes = "", surface = "", operations = "" }:
    Parts = {},
) {
  const seen: { url: string; headers: Headers }[] = [];
  const api = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    seen.push({ url: request.url, headers: new Headers(request.headers) });
    return answer(request);
  });
  const origin = `http://127.0.0.1:${api.addr.port}`;
  const capability = await compileText(`ikanos: "1.0.0-beta5"
capability:
  consumes:
    - type: http
      namespace: up
      baseUri: ${origin}/v1
${consumes.replaceAll("ORIGIN", origin).split("\n").map((line) => `      ${line}`).join("\n")}
  exposes:
    - type: rest
      namespace: api
      port: 3988
${surface.split("\n").map((line) => `      ${line}`).join("\n")}
      resources:
        all:
          path: "${path}"
          forward: ${forward}
${operations.split("\n").map((line) => `          ${line}`).join("\n")}
`);
  const handler = createRestHandler(capability, capability.surfaces[0] as Surface<ExposesRest>);
  const listener = listen({ hostname: "127.0.0.1", port: 0, handler });
  const ask = (target: string, init: RequestInit = {}) =>
    fetch(`${listener.url}${target}`, { redirect: "manual", ...init });
  return {
    ask,
    seen,
    capability,
    async [Symbol.asyncDispose]() {
      await listener.close();
      await api.shutdown();
    },
  };
}

const ok = () => Response.json({ ok: true });
const targetOf = ({ url }: { url: string }) => url.slice(url.indexOf("/", 8));

Deno.test("forward: every method, path, query and body reaches the API as it is", async () => {
  await using proxy = await forwarding(async (request) =>
    Response.json({ method: request.method, target: targetOf(request), body: await request.text() })
  );
  for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
    const body = method === "GET" || method === "OPTIONS" ? null : "héllo";
    const response = await proxy.ask("/p/a%20b/c%2Fd/?x=1&x=2&y=%2B", { method, body });
    assert.deepEqual(await response.json(), {
      method,
      target: "/v1/a%20b/c%2Fd/?x=1&x=2&y=%2B",
      body: body ?? "",
    });
  }
  const head = await proxy.ask("/p/a", { method: "HEAD" });
  assert.equal(head.status, 200);
  assert.equal(await head.text(), "");
});

Deno.test("forward: without a placeholder the path itself is sent on, and nothing below it", async () => {
  await using proxy = await forwarding(ok, { path: "/p" });
  await (await proxy.ask("/p?a=1")).body?.cancel();
  assert.deepEqual(proxy.seen.map(targetOf), ["/v1?a=1"]);
  const below = await proxy.ask("/p/a");
  assert.equal(below.status, 404);
  await below.body?.cancel();
});

Deno.test("forward: no segment leads out of the base path", async () => {
  await using proxy = await forwarding(ok);
  for (const path of ["/p/a/%2e%2e%2f%2e%2e/x", "/p/..%2f..%2fadmin", "/p/a%2f..%5c..", "/p/..;x/admin"]) {
    const response = await proxy.ask(path);
    assert.equal(response.status, 400, path);
    assert.equal((await response.json()).code, "invalid_arguments");
  }
  assert.equal(proxy.seen.length, 0);
});

Deno.test("forward: only trusted headers pass, and none that speaks of the connection", async () => {
  await using proxy = await forwarding(ok, {
    forward: "{ targetNamespace: up, trustedHeaders: [X-Trace, Authorization, Connection, X-Hop, Host] }",
  });
  const response = await proxy.ask("/p/a", {
    method: "POST",
    body: "{}",
    headers: {
      "x-trace": "t",
      "x-other": "no",
      authorization: "Bearer z",
      cookie: "a=1",
      "content-type": "application/json",
    },
  });
  await response.body?.cancel();
  const { headers } = proxy.seen[0]!;
  assert.equal(headers.get("x-trace"), "t");
  assert.equal(headers.get("authorization"), "Bearer z");
  assert.equal(headers.get("content-type"), "application/json");
  for (const name of ["x-other", "cookie"]) assert.equal(headers.get(name), null, name);
  const told = proxy.capability.diagnostics.filter(({ code }) => code === "input-of-credentials");
  assert.equal(told.length, 2, "Connection and Host are told");
});

Deno.test("forward: the credentials by which a caller is let in go no further, even when trusted", async () => {
  await using bearer = await forwarding(ok, {
    forward: "{ targetNamespace: up, trustedHeaders: [Authorization, X-Trace] }",
    surface: "authentication: { type: bearer, token: letmein }",
  });
  await (await bearer.ask("/p/a", { headers: { authorization: "Bearer letmein", "x-trace": "t" } })).body
    ?.cancel();
  assert.equal(bearer.seen[0]!.headers.get("authorization"), null);
  assert.equal(bearer.seen[0]!.headers.get("x-trace"), "t");
  await using keyed = await forwarding(ok, {
    surface: "authentication: { type: apikey, key: key, value: letmein, placement: query }",
  });
  await (await keyed.ask("/p/a?x=1&key=letmein&%6bey=letmein")).body?.cancel();
  assert.equal(targetOf(keyed.seen[0]!), "/v1/a?x=1");
});

Deno.test("forward: the API gets its declared credentials, headers and query, and no caller replaces them", async () => {
  await using proxy = await forwarding(ok, {
    forward: "{ targetNamespace: up, trustedHeaders: [Authorization, Api-Version] }",
    consumes: `authentication: { type: bearer, token: outbound-secret }
inputParameters:
  Api-Version: { in: header, value: "2025-09-03" }
  k: { in: query, value: "1" }`,
  });
  const headers = { authorization: "Bearer inbound", "api-version": "old" };
  await (await proxy.ask("/p/a?K=2&x=3", { headers })).body?.cancel();
  const sent = proxy.seen[0]!;
  assert.equal(sent.headers.get("authorization"), "Bearer outbound-secret");
  assert.equal(sent.headers.get("api-version"), "2025-09-03");
  assert.equal(targetOf(sent), "/v1/a?k=1&x=3");
});

Deno.test("forward: an OAuth token is had and presented, and had again when it is refused", async () => {
  let tokens = 0;
  await using proxy = await forwarding((request) => {
    if (targetOf(request) === "/v1/token") {
      return Response.json({
        access_token: `token-number-${++tokens}`,
        token_type: "Bearer",
        expires_in: 600,
      });
    }
    return request.headers.get("authorization") === "Bearer token-number-2"
      ? Response.json({ ok: true })
      : new Response(null, { status: 401, headers: { "www-authenticate": 'Bearer error="invalid_token"' } });
  }, {
    consumes: `authentication:
  type: oauth2
  tokenEndpoint: "ORIGIN/v1/token"
  clientId: me
  clientSecret: my-client-secret`,
  });
  await (await proxy.ask("/p/a")).body?.cancel();
  const again = await proxy.ask("/p/a", { method: "POST", body: "{}" });
  assert.deepEqual(await again.json(), { ok: true });
});

Deno.test("forward: status, headers and body come back without what is the connection's or the browser's", async () => {
  await using proxy = await forwarding(() =>
    new Response("<script>alert(1)</script>", {
      status: 418,
      headers: {
        "content-type": "text/html",
        "x-up": "1",
        etag: '"e"',
        "set-cookie": "session=1",
        "www-authenticate": "Basic",
        "access-control-allow-origin": "*",
        "strict-transport-security": "max-age=1",
        "clear-site-data": "*",
      },
    })
  );
  const response = await proxy.ask("/p/a");
  assert.equal(response.status, 418);
  assert.equal(await response.text(), "<script>alert(1)</script>");
  assert.equal(response.headers.get("x-up"), "1");
  assert.equal(response.headers.get("etag"), '"e"');
  assert.equal(response.headers.get("content-security-policy"), "sandbox");
  assert.equal(response.headers.get("x-content-type-options"), "nosniff");
  for (
    const name of [
      "set-cookie",
      "www-authenticate",
      "access-control-allow-origin",
      "strict-transport-security",
      "clear-site-data",
    ]
  ) assert.equal(response.headers.get(name), null, name);
});

Deno.test("forward: a redirect comes back with the address that callers reach", async () => {
  await using proxy = await forwarding((request) => {
    const { pathname, origin } = new URL(request.url);
    const to: Record<string, string> = {
      "/v1/absolute": `${origin}/v1/there?x=1&api_key=key-secret-1`,
      "/v1/relative": "below",
      "/v1/outside": "https://elsewhere.example/x?y=1",
      "/v1/script": "javascript:alert(1)",
      "/v1/data": "data:text/html,<script>alert(1)</script>",
      "/v1/leak": "https://elsewhere.example/?key=key-secret-1",
    };
    return new Response(null, { status: 302, headers: { location: to[pathname]! } });
  }, { consumes: "authentication: { type: apikey, key: api_key, value: key-secret-1, placement: query }" });
  const location = async (path: string) => {
    const response = await proxy.ask(path);
    assert.equal(response.status, 302);
    return response.headers.get("location");
  };
  assert.equal(await location("/p/absolute"), "/p/there?x=1");
  assert.equal(await location("/p/relative"), "/p/below");
  assert.equal(await location("/p/outside"), "https://elsewhere.example/x?y=1");
  for (const path of ["/p/leak", "/p/script", "/p/data"]) assert.equal(await location(path), null, path);
});

Deno.test("forward: an answer streams while it is made, and so does a body", async () => {
  const { promise: read, resolve: wasRead } = Promise.withResolvers<void>();
  await using proxy = await forwarding(async (request) => {
    if (request.method === "GET") {
      return new Response(
        new ReadableStream({
          async start(controller) {
            controller.enqueue(new TextEncoder().encode("data: 1\n\n"));
            // The second event is made only once the caller has the first.
            await read;
            controller.enqueue(new TextEncoder().encode("data: 2\n\n"));
            controller.close();
          },
        }),
        { headers: { "content-type": "text/event-stream" } },
      );
    }
    let size = 0;
    for await (const chunk of request.body!) size += chunk.length;
    return Response.json({ size });
  }, { consumes: "authentication: { type: bearer, token: data-secret-token }" });
  const response = await proxy.ask("/p/events"), reader = response.body!.getReader();
  const first = await reader.read();
  assert.equal(new TextDecoder().decode(first.value), "data: 1\n\n");
  wasRead();
  let rest = "";
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    rest += new TextDecoder().decode(next.value);
  }
  assert.equal(rest, "data: 2\n\n");
  let left = 64;
  const body = new ReadableStream({
    pull(controller) {
      if (left-- > 0) controller.enqueue(new Uint8Array(1 << 16));
      else controller.close();
    },
  });
  const uploaded = await proxy.ask("/p/upload", { method: "POST", body });
  assert.deepEqual(await uploaded.json(), { size: 64 << 16 });
});

Deno.test("forward: an upstream's body that holds a declared credential has it masked, also between two chunks", async () => {
  await using proxy = await forwarding(() =>
    new Response(
      new ReadableStream({
        async start(controller) {
          for (const piece of ['{"auth":"Bearer sec', "ret-of-the-api", '","x":"secret"}']) {
            controller.enqueue(new TextEncoder().encode(piece));
            await new Promise((resolve) => setTimeout(resolve, 5));
          }
          controller.close();
        },
      }),
      { headers: { "x-echo": "secret-of-the-api" } },
    ), { consumes: "authentication: { type: bearer, token: secret-of-the-api }" });
  const response = await proxy.ask("/p/a");
  assert.equal(await response.text(), '{"auth":"Bearer *****************","x":"secret"}');
  assert.equal(response.headers.get("x-echo"), "***");
});

Deno.test("forward: a packed answer arrives unpacked, with no length that is wrong", async () => {
  const text = "a".repeat(5000);
  await using proxy = await forwarding(() =>
    new Response(new Blob([text]).stream().pipeThrough(new CompressionStream("gzip")), {
      headers: { "content-encoding": "gzip", "content-type": "text/plain" },
    })
  );
  assert.equal(await (await proxy.ask("/p/a")).text(), text);
});

Deno.test("forward: operations win for their method; the API cannot be reached is 502; TRACE is never sent", async () => {
  const proxy = await forwarding(ok, {
    operations: "operations: { o: { method: GET, outputParameters: { m: { type: string, value: mock } } } }",
  });
  assert.deepEqual(await (await proxy.ask("/p/a")).json(), { m: "mock" });
  assert.deepEqual(await (await proxy.ask("/p/a", { method: "POST" })).json(), { ok: true });
  assert.equal(proxy.seen.length, 1);
  const handler = createRestHandler(proxy.capability, proxy.capability.surfaces[0] as Surface<ExposesRest>);
  await proxy[Symbol.asyncDispose]();
  const gone = await handler(new Request("http://127.0.0.1:3988/p/a", { method: "PUT" }));
  assert.equal(gone.status, 502);
  const { code, source } = await gone.json();
  assert.equal(code, "unreachable");
  assert.match(source, /^spec\.yml:1\d:\d+$/, "the place of the forward");
});

Deno.test("forward: an unknown namespace is a finding at its place", async () => {
  await using proxy = await forwarding(ok, { forward: "{ targetNamespace: nope }" });
  const [{ code, fix } = {}] = proxy.capability.diagnostics.filter((d) => d.severity === "error");
  assert.deepEqual([code, fix], ["unknown-namespace", "the namespaces are up"]);
});

Deno.test("forward: an API whose key travels in bodies is not forwarded to, since bodies pass as they are", async () => {
  const ofKey = (placement: string) =>
    forwarding(ok, {
      consumes: `authentication: { type: apikey, key: k, value: secret, placement: ${placement} }`,
    });
  await using inBody = await ofKey("body");
  const { disabled } = inBody.capability;
  assert.deepEqual(disabled.map(({ diagnostic }) => diagnostic.code), ["unknown-authentication"]);
  assert.match(disabled[0]!.diagnostic.message, /the key of up travels in the body/);
  assert.deepEqual(inBody.seen, []);
  await using inQuery = await ofKey("query");
  assert.deepEqual(inQuery.capability.disabled, []);
  assert.equal((await inQuery.ask("/p/a")).status, 200);
  assert.equal(inQuery.seen[0]!.url.endsWith("/v1/a?k=secret"), true, inQuery.seen[0]!.url);
});

Deno.test("forward: a caller that goes away ends the exchange with the API", async () => {
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  await using proxy = await forwarding(() =>
    new Response(
      new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(1 << 16)),
        cancel: () => resolve(),
      }),
    )
  );
  const leaving = new AbortController();
  const response = await proxy.ask("/p/endless", { signal: leaving.signal });
  await response.body!.getReader().read();
  leaving.abort();
  await ended;
});

Deno.test("forward: an answer that breaks off breaks off for the caller, and is never a whole one", async () => {
  let breakOff = () => {};
  await using proxy = await forwarding(() =>
    new Response(
      new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode("half of it"));
          breakOff = () => controller.error(new Error("gone"));
        },
      }),
    )
  );
  const response = await proxy.ask("/p/broken");
  breakOff();
  await assert.rejects(response.text());
});

Deno.test("forward: a body that is larger than what is held passes through to an API that wants digest", async () => {
  await using proxy = await forwarding(
    async (request) => Response.json({ size: (await request.bytes()).length }),
    {
      consumes: "authentication: { type: digest, username: me, password: my-digest-secret }",
    },
  );
  const sent = await proxy.ask("/p/a", { method: "PUT", body: new Uint8Array(3 << 20) });
  assert.deepEqual(await sent.json(), { size: 3 << 20 });
});

Deno.test("forward: no packing hides a declared credential", async () => {
  await using proxy = await forwarding((request) => {
    const packing = targetOf(request).endsWith("deflate") ? "deflate" : "gzip";
    const body = new Blob(["the token is secret-of-the-api"]).stream().pipeThrough(
      new CompressionStream(packing),
    );
    return new Response(body, { headers: { "content-encoding": packing, "content-type": "text/plain" } });
  }, {
    forward: "{ targetNamespace: up, trustedHeaders: [Accept-Encoding] }",
    consumes: "authentication: { type: bearer, token: secret-of-the-api }",
  });
  for (const path of ["/p/gzip", "/p/deflate"]) {
    const response = await proxy.ask(path, { headers: { "accept-encoding": "deflate" } });
    assert.equal(await response.text(), `the token is ${"*".repeat(17)}`, path);
  }
});

Deno.test("a forward masks keys written out in headers as well as those of variables", async () => {
  await using at = await forwarding(
    (request) => Response.json(["x-a-key", "x-b-token"].map((name) => request.headers.get(name))),
    {
      consumes:
        "headers: { X-A-Key: written-shared }\ninputParameters: [{ name: X-B-Token, in: header, value: written-given }]",
    },
  );
  const text = await (await at.ask("/p/a")).text();
  assert.deepEqual(at.seen.map(({ headers }) => headers.get("x-b-token")), ["written-given"]);
  assert.doesNotMatch(text, /written/);
});
