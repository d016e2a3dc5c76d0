/**
 * What a failed call says to whoever called, and to the person who runs the capability; and what is logged of a fault.
 *
 * @module
 */
import assert from "node:assert/strict";
import { denoHost } from "../../lib/host/deno.ts";
import type { LogEntry } from "../../lib/host/host.ts";
import { resolveBinds } from "../../lib/plan/binds/binds.ts";
import { compileCapability } from "../../lib/expose/compile.ts";
import { readSpecification } from "../../lib/document/read.ts";
import { CallError, type CallErrorData } from "../../lib/upstream/error.ts";
import { callRecord } from "../../lib/telemetry/observed/request_log.ts";
import { callFlow, compileText, flowOf, startUpstream, toolSpec } from "../capability.ts";
import { CAPSTAN, folderWith, freePort, run, startServer } from "../testing.ts";

/** The error of one call. */
async function failing(origin: string, method: string, more = ""): Promise<CallErrorData> {
  const capability = await compileText(toolSpec(origin, {
    operation: `path: /a\noperations: { op: { method: ${method}${more} } }`,
    tool: "call: api.op",
  }));
  try {
    await callFlow(capability, "t");
  } catch (error) {
    assert.ok(error instanceof CallError, String(error));
    return error.data;
  }
  assert.fail("it did not fail");
}

/** Advice to repeat a call as it is. */
const REPEAT = /try again|call again(?! with)|wait/i;

Deno.test("fault C13: a hint never contradicts retryable, and names nothing of the document", async () => {
  for (const method of ["GET", "POST"]) {
    for (
      const status of [
        300,
        304 + 1,
        400,
        401,
        402,
        403,
        404,
        405,
        408,
        409,
        410,
        413,
        415,
        418,
        422,
        500,
        501,
        503,
      ]
    ) {
      await using api = startUpstream(() =>
        Response.json({ message: "no" }, { status, headers: { "retry-after": "" } })
      );
      const data = await failing(api.origin, method), text = `${method} ${status} ${data.hint}`;
      const advice = data.hint.replace(/check whether it did before you call again/, "").replace(
        /whether to call again with other values/,
        "",
      ).replace(/correct the arguments, and call again/, "");
      assert.equal(REPEAT.test(advice), data.retryable, text);
      assert.ok(!/baseUri|consumes|specification|Content-Type|credential the|scopes/.test(data.hint), text);
      assert.ok(data.operatorHint, text);
    }
  }
});

Deno.test("fault C13: an unsafe call that failed after it was sent says that it may have acted", async () => {
  const acted = /may have acted/;
  await using broken = startUpstream(() => Response.json({ message: "boom" }, { status: 500 }));
  assert.match((await failing(broken.origin, "POST")).hint, acted);
  assert.doesNotMatch((await failing(broken.origin, "GET")).hint, acted);
  await using refused = startUpstream(() => Response.json({ message: "no" }, { status: 400 }));
  assert.doesNotMatch((await failing(refused.origin, "POST")).hint, acted);
  await using odd = startUpstream(() =>
    new Response("{", { headers: { "content-type": "application/json" } })
  );
  assert.match((await failing(odd.origin, "POST", ", outputRawFormat: json")).hint, acted);
  // Nobody listens: nothing was done.
  const nobody = await failing(`http://127.0.0.1:${freePort()}`, "POST");
  assert.deepEqual([nobody.code, nobody.retryable], ["unreachable", false]);
  assert.doesNotMatch(nobody.hint, acted);
  assert.match(nobody.hint, /nothing was done/);
  // The connection breaks once the request is there.
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const closing = (async () => {
    for await (const connection of listener) {
      await connection.read(new Uint8Array(1000));
      connection.close();
    }
  })();
  assert.match((await failing(`http://127.0.0.1:${listener.addr.port}`, "POST")).hint, acted);
  listener.close();
  await closing;
});

Deno.test("fault C13: call tells the operator's text and the caller's", async () => {
  await using api = startUpstream(() => Response.json({ message: "who?" }, { status: 401 }));
  await using folder = await folderWith({
    "s.yml": toolSpec(api.origin, {
      operation: "path: /a\noperations: { op: { method: GET } }",
      tool: "call: api.op",
    }),
  });
  const { err, code } = await run(CAPSTAN, ["call", "s.yml", "t"], { cwd: folder.path });
  assert.equal(code, 1);
  assert.match(err, /what to do: the API asks for credentials: add authentication to the consumes entry/);
  assert.match(err, /text for the caller: The API did not accept the credentials of this server\./);
});

Deno.test("report 27: a 403 that says it is a limit is one, any other is not", async () => {
  const limits: [headers: Record<string, string>, body: unknown][] = [
    [{ "retry-after": "60", "x-ratelimit-remaining": "0" }, {
      message: "You have exceeded a secondary rate limit.",
    }],
    [{ "x-ratelimit-remaining": "0" }, {}],
    [{ "ratelimit-remaining": "0" }, {}],
    [{ "retry-after": "5" }, {}],
    [{}, { message: "API rate limit exceeded for user 1" }],
    [{}, { error: { message: "Quota exceeded for quota metric" } }],
    [{}, { error: "Too many requests" }],
    [{}, "Request was throttled."],
  ];
  for (const [headers, body] of limits) {
    await using api = startUpstream(() => Response.json(body, { status: 403, headers }));
    const data = await failing(api.origin, "GET");
    assert.deepEqual([data.code, data.retryable], ["rate_limited", true], JSON.stringify([headers, body]));
    if (headers["retry-after"]) assert.equal(data.retryAfterSeconds, Number(headers["retry-after"]));
    assert.match(data.hint, /^Wait/);
  }
  await using reset = startUpstream(() =>
    Response.json({}, {
      status: 403,
      headers: {
        "x-ratelimit-remaining": "0",
        "x-ratelimit-reset": String(Math.ceil(Date.now() / 1000) + 1000),
      },
    })
  );
  const { retryAfterSeconds } = await failing(reset.origin, "GET");
  assert.ok(retryAfterSeconds! > 900 && retryAfterSeconds! <= 1001, String(retryAfterSeconds));
  for (
    const [headers, message] of [[{}, "you may not"], [
      { "x-ratelimit-remaining": "12" },
      "no scope",
    ]] as const
  ) {
    await using api = startUpstream(() => Response.json({ message }, { status: 403, headers }));
    const data = await failing(api.origin, "GET");
    assert.deepEqual([data.code, data.retryable], ["forbidden", false]);
  }
});

Deno.test("fault S11: a fault of Capstan's own is logged with its stack under a reference the caller has", async () => {
  const log: LogEntry[] = [], host = denoHost((entry) => log.push(entry)), secret = "t0k-98765";
  const text = toolSpec("http://127.0.0.1:9", {
    consumes: `authentication: { type: bearer, token: ${secret} }`,
    operation: "path: /a\noperations: { op: { method: POST } }",
    tool: "call: api.op",
  });
  const readText = () => {
    throw new Deno.errors.NotFound();
  };
  const spec = readSpecification("spec.yml", { readText }, { text });
  const binds = resolveBinds(spec, { env: () => undefined, readText });
  const capability = await compileCapability(spec, {
    binds: binds.values,
    readText,
    host,
    wire: "fetch",
  });
  // A call that breaks where nothing of a document or an API could have broken it.
  const call = {
    get deadline(): number {
      throw new RangeError(`odd ${secret}`);
    },
  };
  const error = await flowOf(capability, "t").run({}, call).catch((error) => error) as CallError;
  assert.ok(error instanceof CallError);
  const { data } = error;
  assert.equal(data.code, "internal");
  assert.equal(log.length, 1);
  assert.equal(log[0]!.reference, data.reference);
  assert.match(log[0]!.stack ?? "", /RangeError: odd \*\*\*[\s\S]*\n {4}at /);
  assert.ok(data.message.includes(data.reference!) && data.hint.includes(data.reference!));
  assert.ok(!JSON.stringify([data, log]).includes(secret));
});

Deno.test("fault C13: the log has the operator's text, REST the caller's alone", async () => {
  await using api = startUpstream(() => Response.json({ message: "who?" }, { status: 401 }));
  const port = freePort();
  await using folder = await folderWith({
    "s.yml": `ikanos: "1.0.0-beta5"
capability:
  consumes:
    - { type: http, namespace: api, baseUri: "${api.origin}", resources: { r: { path: /b, operations: { get: { method: GET } } } } }
  exposes:
    - { type: rest, namespace: w, port: ${port}, resources: { b: { path: /b, operations: { get: { method: GET, call: api.get } } } } }
`,
  });
  await using _server = await startServer(CAPSTAN, ["serve", "s.yml"], { cwd: folder.path });
  const problem = await (await fetch(`http://127.0.0.1:${port}/b`)).json();
  assert.match(problem.hint, /Continue without this call/);
  assert.equal(problem.operatorHint, undefined);
  const call = {
    target: { type: "rest", surface: "w", kind: "operation", name: "get" },
    requests: 1,
    retries: 0,
    milliseconds: 1,
    ended: 0,
    outcome: "unauthorized",
  } as unknown as Parameters<typeof callRecord>[0];
  const failure = { code: "unauthorized", message: "no", operatorHint: "add t0k-1 to it" };
  const { data } = callRecord(call, failure, (text) => text.replace("t0k-1", "***"));
  assert.deepEqual((data as { error: unknown }).error, {
    code: "unauthorized",
    message: "no",
    operatorHint: "add *** to it",
  });
});
