import assert from "node:assert/strict";
import { compileText, startUpstream } from "../../../../tests/capability.ts";
import type { ExposesMcp } from "../../../../schemas/mod.ts";
import type { Surface } from "../../../plan/capability.ts";
import type { Handler } from "../../http.ts";
import { createHttpHandler } from "../transports/http.ts";
import { HEADERS, init, MALFORMED_HANDSHAKES, MESSAGES, modern, rpc } from "./testing.ts";
import { McpServer } from "../server.ts";
import { serveStdio } from "../transports/stdio.ts";

async function capability() {
  const api = startUpstream((request) => {
    const { pathname } = new URL(request.url);
    if (pathname.endsWith("missing")) return Response.json({ message: "gone" }, { status: 404 });
    return Response.json(pathname === "/list" ? { data: [{ id: 1 }], total: 1 } : { id: pathname.slice(5) });
  });
  const compiled = await compileText(`ikanos: "1.0.0-beta5"
info: { display: Shop, description: A shop, version: "3.0.0" }
capability:
  consumes:
    - type: http
      namespace: api
      baseUri: ${api.origin}
      resources:
        l: { path: /list, operations: { list: { method: GET } } }
        o: { path: "/one/{id}", operations: { get: { method: GET } } }
  exposes:
    - type: mcp
      namespace: shop
      port: 3989
      tools:
        list: { description: l, display: The list, call: api.list, outputParameters: [{ type: array, mapping: $.data }] }
        one: { description: o, call: api.get, outputParameters: [{ type: object, properties: { id: { type: string, mapping: $.id } } }] }
        count: { description: c, call: api.list, outputParameters: [{ type: number, mapping: $.total }] }
        raw: { description: r, call: api.list }
`);
  return { api, server: new McpServer(compiled, compiled.surfaces[0] as Surface<ExposesMcp>) };
}

/** The JSON-RPC answers in a body, whichever form it came in. */
function answersOf(text: string): unknown[] {
  if (text.trim() === "") return [];
  if (
    /^(event|data|id|:)/m.test(text) && !text.trimStart().startsWith("{") && !text.trimStart().startsWith("[")
  ) {
    return text.split(/\n\n/).map((event) => /^data: ?(.*)$/m.exec(event)?.[1]).filter((d) => d).map((d) =>
      JSON.parse(d!)
    );
  }
  const value = JSON.parse(text);
  return Array.isArray(value) ? value : [value];
}

/** An answer without what may differ in words: a message is told apart only by its code. */
function essence(answer: unknown): unknown {
  const { error, ...rest } = answer as { error?: { code: number } };
  return error ? { ...rest, error: { code: error.code } } : rest;
}

async function ask(handler: Handler, message: unknown, headers: Record<string, string>) {
  const response = await handler(
    new Request("http://127.0.0.1/mcp", {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        ...headers,
      },
      body: JSON.stringify(message),
    }),
  );
  return { status: response.status, answers: answersOf(await response.text()).map(essence) };
}

/**
 * Where the lanes may differ, and why. Everything else must be the same.
 */
const ALLOWED: readonly {
  readonly why: string;
  readonly is: (message: unknown, direct: { status: number }) => boolean;
  /** The codes of the two lanes, where those differ. */
  readonly codes?: readonly [direct: number, sdk: number];
}[] = [
  {
    why: "an unknown tool or page is a bad request of the modern revision, which the SDK answers with 200",
    is: (message, { status }) => {
      const { name, cursor } = (message as { params?: { name?: string; cursor?: string } })?.params ?? {};
      return status === 400 && (cursor === "x" || ["nope", "", "__proto__"].includes(name ?? "-"));
    },
  },
  {
    why: "a malformed handshake has wrong parameters, which the SDK calls a fault of its own",
    is: (message) => MALFORMED_HANDSHAKES.includes(message),
    codes: [-32602, -32603],
  },
  {
    why:
      "a batch that a header calls one of the newest revision is an invalid request; the SDK gives no reason",
    is: (message, { status }) =>
      Array.isArray(message) && message.length > 0 && status === 400 &&
      !JSON.stringify(message).includes("_meta"),
    codes: [-32600, -32000],
  },
];

function codeOf({ answers }: { answers: unknown[] }): number | undefined {
  return (answers[0] as { error?: { code: number } } | undefined)?.error?.code;
}

/** Clients with a handshake are not told of tasks, which they cannot have; the SDK has one word for all revisions. */
function withoutTasks(answer: unknown): unknown {
  const { result } = answer as { result?: { protocolVersion?: string; capabilities?: object } };
  if (result?.protocolVersion === undefined) return answer;
  const { extensions: _, ...capabilities } = result.capabilities as { extensions?: unknown };
  return { ...answer as object, result: { ...result, capabilities } };
}

/** An invalid request's own id is answered wherever it can be read; the SDK does that for some faults only. */
function sameIds({ status, answers }: { status: number; answers: unknown[] }) {
  return {
    status,
    answers: answers.map((answer) => {
      const { error, id } = answer as { error?: { code: number }; id: unknown };
      return error?.code === -32600 ? { error } : { ...withoutTasks(answer) as object, id };
    }),
  };
}

Deno.test("both lanes give the same answers over HTTP", async () => {
  const { api, server } = await capability();
  await using _api = api;
  const direct = createHttpHandler(server), sdk = createHttpHandler(server, { direct: false });
  let compared = 0;
  for (const message of MESSAGES) {
    for (const [what, headersFor] of HEADERS) {
      const headers = headersFor(message as Record<string, unknown>);
      const [ours, theirs] = [await ask(direct, message, headers), await ask(sdk, message, headers)];
      const allowed = ALLOWED.find(({ is }) => is(message, ours));
      if (allowed?.codes && codeOf(ours) === allowed.codes[0]) {
        assert.equal(codeOf(theirs), allowed.codes[1]);
        continue;
      }
      if (allowed && !allowed.codes) {
        assert.deepEqual(ours.answers, theirs.answers);
        continue;
      }
      assert.deepEqual(sameIds(ours), sameIds(theirs), `${JSON.stringify(message)} with headers ${what}`);
      compared++;
    }
  }
  assert.ok(compared > 190, `only ${compared} compared`);
});

/** Sends lines over a connection, and gives the answers by id. */
async function talk(
  server: McpServer,
  lines: readonly unknown[],
  direct: boolean,
): Promise<Map<string, unknown>> {
  const answers = new Map<string, unknown>(), decoder = new TextDecoder();
  let other = 0;
  await serveStdio(server, {
    input: ReadableStream.from(lines.map((line) => new TextEncoder().encode(`${JSON.stringify(line)}\n`))),
    write(line) {
      const answer = JSON.parse(decoder.decode(line)) as { id?: unknown };
      answers.set(
        answer.id === null || answer.id === undefined ? `other ${other++}` : JSON.stringify(answer.id),
        essence(answer),
      );
      return Promise.resolve();
    },
  }, { direct });
  return answers;
}

Deno.test("both lanes give the same answers over stdio", async () => {
  const { api, server } = await capability();
  await using _api = api;
  const good = (message: unknown) => {
    const { jsonrpc, id, method, params } = (message ?? {}) as Record<string, unknown>;
    return jsonrpc === "2.0" && (typeof id === "number" || typeof id === "string") && Number(id) !== 1.5 &&
      typeof method === "string" && method !== "initialize" && !Array.isArray(params) &&
      typeof params !== "string";
  };
  const handshake = init("2025-06-18");
  const legacy = MESSAGES.filter(good).filter((m) =>
    !JSON.stringify(m).includes("protocolVersion") && (m as { method: string }).method !== "server/discover"
  );
  const current = MESSAGES.filter(good).filter((m) =>
    JSON.stringify(m).includes('protocolVersion":"2026-07-28"')
  );
  for (
    const [opening, messages] of [[
      [handshake, { jsonrpc: "2.0", method: "notifications/initialized" }],
      legacy,
    ], [[modern("server/discover", {}, 0)], current]] as const
  ) {
    const lines = [...opening, ...messages.map((message, i) => ({ ...message as object, id: 100 + i }))];
    const ours = await talk(server, lines, true), theirs = await talk(server, lines, false);
    assert.ok(ours.size > 10);
    for (const [id, answer] of theirs) {
      assert.deepEqual(
        withoutTasks(ours.get(id)),
        withoutTasks(answer),
        `${id}: ${JSON.stringify(lines.find((l) => JSON.stringify((l as { id?: unknown }).id) === id))}`,
      );
    }
  }
});

Deno.test("stdio: broken lines are answered, split characters are joined, and the calls in flight are finished", async () => {
  const { api, server } = await capability();
  await using _api = api;
  const bytes = new TextEncoder().encode(
    `{oops\n\n${JSON.stringify(rpc("tools/call", { name: "one", arguments: { id: "ö✓" } }, "ü"))}\n"x"\n${
      JSON.stringify(rpc("ping", undefined, 3))
    }`,
  );
  const pieces = Array.from({ length: Math.ceil(bytes.length / 3) }, (_, i) => bytes.slice(i * 3, i * 3 + 3)),
    out: string[] = [];
  await serveStdio(server, {
    input: ReadableStream.from(pieces),
    write: (line) => {
      out.push(new TextDecoder().decode(line));
      return Promise.resolve();
    },
  });
  const answers = out.map((line) =>
    JSON.parse(line) as { id: unknown; error?: { code: number }; result?: { structuredContent?: unknown } }
  );
  assert.deepEqual(answers.filter((a) => a.error).map((a) => [a.id, a.error!.code]), [[null, -32700], [
    null,
    -32600,
  ]]);
  assert.deepEqual(answers.find((a) => a.id === "ü")!.result!.structuredContent, {
    id: encodeURIComponent("ö✓"),
  });
  assert.ok(answers.some((a) => a.id === 3));
});

Deno.test("HTTP: what is no JSON-RPC post is refused in words", async () => {
  const { api, server } = await capability();
  await using _api = api;
  const handler = createHttpHandler(server);
  const post = (init: RequestInit & { path?: string } = {}) =>
    handler(
      new Request(`http://127.0.0.1${init.path ?? "/mcp"}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: "{}",
        ...init,
      }),
    );
  for (
    const [response, status] of [
      [await post({ path: "/elsewhere" }), 404],
      [await handler(new Request("http://127.0.0.1/mcp")), 405],
      [await post({ headers: { "content-type": "text/plain" } }), 415],
      [await post({ body: "" }), 400],
      [await post({ body: "{" }), 400],
      [await post({ body: `"${"x".repeat(5 << 20)}"` }), 413],
    ] as const
  ) {
    assert.equal(response.status, status);
    assert.equal(typeof (await response.json()).error.message, "string");
  }
});

Deno.test("lists say how long and for whom they may be kept: as the document has it, else not at all", async () => {
  const surface = (namespace: string, more: string) => `
    - type: mcp
      namespace: ${namespace}
      port: 3989${more}
      tools: { one: { description: o, outputParameters: [{ type: number, value: 1 }] } }
      resources: { two: { uri: "x:two", description: t, outputParameters: [{ type: number, value: 2 }] } }`;
  const compiled = await compileText(`ikanos: "1.0.0-beta5"
capability:
  exposes:${surface("kept", "\n      ttlMs: 5000\n      cacheScope: public")}${surface("fresh", "")}
`);
  const said = await Promise.all(compiled.surfaces.map(async (one) => {
    const handler = createHttpHandler(new McpServer(compiled, one as Surface<ExposesMcp>));
    return await Promise.all(["tools/list", "resources/list"].map(async (method) => {
      const message = modern(method), { answers } = await ask(handler, message, HEADERS[0]![1](message));
      const { ttlMs, cacheScope } = (answers[0] as { result: { ttlMs: number; cacheScope: string } }).result;
      return { ttlMs, cacheScope };
    }));
  }));
  const kept = { ttlMs: 5000, cacheScope: "public" }, fresh = { ttlMs: 0, cacheScope: "private" };
  assert.deepEqual(said, [[kept, kept], [fresh, fresh]]);
});
