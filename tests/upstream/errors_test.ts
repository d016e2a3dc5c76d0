/**
 * Every way in which a call can fail ends in the one error, of the right kind, from a document as people write it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { CallError, type CallErrorData, type ErrorCode } from "../../lib/upstream/error.ts";
import { compileText, flowOf, startUpstream, toolSpec } from "../capability.ts";

const TOKEN = "t0ken-that-nobody-may-see";

/** How a call of one operation fails. */
async function failure(
  origin: string,
  options: {
    args?: Record<string, unknown>;
    milliseconds?: number;
    method?: string;
    more?: string;
    consumes?: string;
    path?: string;
    token?: string;
    signal?: AbortSignal;
  } = {},
): Promise<CallErrorData> {
  const capability = await compileText(
    toolSpec(origin, {
      consumes: `authentication: { type: bearer, token: "{{TOKEN}}" }\n${options.consumes ?? ""}`,
      operation: `path: ${options.path ?? "/a"}\noperations:\n  get: { method: ${options.method ?? "GET"}${
        options.more ?? ""
      } }`,
      tool: "call: api.get",
    }),
    { env: { TOKEN: options.token ?? TOKEN } },
  );
  const flow = flowOf(capability, "t");
  try {
    await flow.run(flow.inputs.parse(options.args ?? {}), {
      deadline: performance.now() + (options.milliseconds ?? 60_000),
      ...(options.signal ? { signal: options.signal } : {}),
    });
  } catch (error) {
    assert.ok(error instanceof CallError, String(error));
    return error.data;
  }
  assert.fail("it did not fail");
}

/** What holds of every failure. */
function check(data: CallErrorData, code: ErrorCode, retryable: boolean): void {
  const text = JSON.stringify(data);
  assert.equal(data.code, code, text);
  assert.equal(data.retryable, retryable, text);
  assert.ok(data.hint.length > 10, text);
  assert.ok(!text.includes(TOKEN), "no secret is in it");
  assert.ok(!/\n {4}at /.test(text), "no stack is in it");
  if (code !== "invalid_arguments") assert.match(data.source ?? "", /^spec\.yml:\d+:\d+$/, text);
}

Deno.test("every error status has its code", async () => {
  const codes: [number, ErrorCode, boolean][] = [
    [400, "upstream_error", false],
    [401, "unauthorized", false],
    [402, "upstream_error", false],
    [403, "forbidden", false],
    [404, "not_found", false],
    [409, "conflict", false],
    [410, "not_found", false],
    [418, "upstream_error", false],
    [422, "upstream_error", false],
    [429, "rate_limited", true],
    [500, "upstream_error", true],
    [501, "upstream_error", false],
    [503, "upstream_error", true],
  ];
  for (const [status, code, retryable] of codes) {
    await using api = startUpstream((request) =>
      Response.json({ error: { message: `said ${request.headers.get("authorization")}` } }, {
        status,
        // A 403 that asks for patience is a limit.
        headers: status === 403 ? {} : { "retry-after": "3600" },
      })
    );
    const data = await failure(api.origin);
    check(data, code, retryable);
    assert.equal(data.upstream?.status, status);
    assert.match(data.message, /said Bearer \*\*\*/);
    assert.match(data.upstream?.body ?? "", /\*\*\*/);
    if (status === 429) assert.equal(data.retryAfterSeconds, 3600);
  }
});

Deno.test("what cannot be sent, reached, waited for or read has its code", async () => {
  await using api = startUpstream(async (request) => {
    switch (new URL(request.url).pathname) {
      case "/v1/slow":
        // It is never answered; a call that must have been sent has a second for that.
        await new Promise<void>((resolve) => request.signal.addEventListener("abort", () => resolve()));
        return Response.json(1);
      case "/v1/away":
        return new Response(null, { status: 302, headers: { location: "http://127.0.0.1:1/elsewhere" } });
      case "/v1/large":
        return new Response("x".repeat(2000));
      case "/v1/broken":
        return new Response("{", { headers: { "content-type": "application/json" } });
      case "/v1/round":
        return new Response(null, { status: 302, headers: { location: "/v1/round" } });
      case "/v1/nowhere":
        return new Response(null, { status: 302 });
    }
    return Response.json(1);
  });
  const at = (path: string, more: Parameters<typeof failure>[1] = {}) =>
    failure(api.origin, { path, ...more });
  check(await at("/slow", { milliseconds: 100 }), "timeout", true);
  const post = await at("/slow", { milliseconds: 1_000, method: "POST" });
  check(post, "timeout", false);
  assert.match(post.hint, /may have acted/);
  check(await at("/away"), "blocked", false);
  check(await at("/large", { more: ", maxBinarySize: 1KiB" }), "response_too_large", false);
  check(await at("/broken"), "bad_response", false);
  check(await at("/round"), "upstream_error", false);
  check(await at("/nowhere"), "bad_response", false);
  check(await at('"/{id}"', { args: { id: ".." } }), "invalid_arguments", false);
  check(await at('"/{id}"', { args: {} }), "invalid_arguments", false);
  check(await at("/a", { token: "two\nlines-of-a-token" }), "misconfigured", false);
  check(await failure("http://127.0.0.1:1"), "unreachable", true);
  check(await failure("http://127.0.0.1:1", { method: "POST" }), "unreachable", false);
  check(await failure("http://169.254.169.254"), "blocked", false);
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 50);
  const cancelled = await at("/slow", { signal: controller.signal });
  check(cancelled, "timeout", true);
  assert.match(cancelled.message, /cancelled/);
});

Deno.test("a long answer of an API is cut, and a secret at the cut does not show in part", async () => {
  for (const before of [1980, 1990, 1995, 8180]) {
    await using api = startUpstream(() =>
      new Response("x".repeat(before) + TOKEN + "y".repeat(9000), {
        status: 400,
        headers: { "content-type": "text/plain" },
      })
    );
    const data = await failure(api.origin);
    check(data, "upstream_error", false);
    const { body } = data.upstream!;
    assert.ok(body!.length < 2100);
    for (let length = 6; length <= TOKEN.length; length++) {
      assert.ok(!body!.includes(TOKEN.slice(0, length)), `${before}: ${body!.slice(-40)}`);
    }
  }
});
