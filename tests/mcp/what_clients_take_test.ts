/**
 * What clients can take: definitions of tools, results and errors, as real clients of every kind need them.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { ExposesMcp } from "../../schemas/mod.ts";
import { listen } from "../../lib/expose/http.ts";
import { McpServer } from "../../lib/expose/mcp/server.ts";
import { memoryHost } from "../../lib/host/memory.ts";
import type { Surface } from "../../lib/plan/capability.ts";
import { CLIENTS } from "../clients/clients.ts";
import { compileText, flowOf, startUpstream, toolSpec } from "../capability.ts";

/** A tool, called over an API that answers with what is given. */
async function called(
  answer: () => Response,
  parts: { operation: string; tool: string },
  { args = {}, era = "legacy" }: { args?: unknown; era?: "legacy" | "modern" } = {},
) {
  await using api = startUpstream(answer);
  const capability = await compileText(toolSpec(api.origin, parts));
  const host = memoryHost();
  const server = new McpServer(capability, capability.surfaces[0] as Surface<ExposesMcp>, { host });
  const text = await server.call(server.toolbox.byName.get("t")!, args, era, () => undefined, (text) => text);
  return { result: JSON.parse(text), seen: api.seen, host, server };
}

const GET = `path: /a\noperations: { op: { method: GET } }`;
const OBJECT =
  `call: api.op\noutputParameters: [{ type: object, properties: { a: { type: string, mapping: $.a } } }]`;

Deno.test("C1: structuredContent comes exactly where an outputSchema is advertised", async () => {
  const bare = await called(() => Response.json({ a: "x" }), { operation: GET, tool: "call: api.op" });
  assert.deepEqual(bare.result, { content: [{ type: "text", text: '{"a":"x"}' }], isError: false });
  assert.equal(bare.server.toolbox.tools[0]!.definition.outputSchema, undefined);
  const declared = await called(() => Response.json({ a: "x" }), { operation: GET, tool: OBJECT });
  assert.deepEqual(declared.result.structuredContent, { a: "x" });
  assert.equal(declared.server.toolbox.tools[0]!.definition.outputSchema?.["type"], "object");
});

Deno.test("C2: an error is readable text, and its data stands under _meta", async () => {
  for (const tool of ["call: api.op", OBJECT]) {
    for (const era of ["legacy", "modern"] as const) {
      const { result } = await called(() => Response.json({ why: "gone" }, { status: 404 }), {
        operation: GET,
        tool,
      }, { era });
      assert.equal(result.isError, true);
      assert.ok(!("structuredContent" in result));
      assert.match(result.content[0].text, /^not_found: /);
      assert.equal(result._meta["capstan/error"].code, "not_found");
      assert.equal("io.modelcontextprotocol/serverInfo" in result._meta, era === "modern");
      assert.equal(result.resultType, era === "modern" ? "complete" : undefined);
    }
  }
});

Deno.test("C3, S16: an empty success says in one text what was done", async () => {
  const { result } = await called(() => new Response(null, { status: 204 }), {
    operation: `path: "/a/{id}"\noperations: { op: { method: DELETE } }`,
    tool: "call: api.op",
  }, { args: { id: "7" } });
  assert.deepEqual(result, {
    content: [{ type: "text", text: "Done: DELETE /a/{id} answered 204. The answer has no content." }],
    isError: false,
  });
});

Deno.test("C4: the root of an input schema is closed, with inputs and without", async () => {
  for (const operation of [GET, `path: "/a/{id}"\noperations: { op: { method: GET } }`]) {
    const capability = await compileText(toolSpec("http://127.0.0.1:1", { operation, tool: "call: api.op" }));
    assert.equal(flowOf(capability, "t").inputs.schema["additionalProperties"], false);
  }
});

/** The inputs of a tool, written as a flow mapping. */
async function inputsOf(inputs: string) {
  const capability = await compileText(toolSpec("http://127.0.0.1:1", {
    operation: `path: /a\noperations:\n  op:\n    method: POST\n    inputParameters: ${inputs}`,
    tool: "call: api.op",
  }));
  return flowOf(capability, "t").inputs;
}

Deno.test("C5: an object that takes anything says so", async () => {
  const { schema } = await inputsOf("{ o: { in: body, type: object, description: d } }");
  assert.deepEqual((schema["properties"] as Record<string, unknown>)["o"], {
    type: "object",
    description: "d",
    properties: {},
    additionalProperties: true,
  });
});

Deno.test("C6: names on the wire take no dots, and both spellings are accepted", async () => {
  const inputs = await inputsOf(
    '{ "a.gte": { in: query, type: string }, a_gte: { in: query, type: string } }',
  );
  const [dotted, plain] = inputs.list.map(({ wireName }) => wireName);
  assert.match(dotted!, /^a_gte_[0-9a-f]{8}$/);
  assert.equal(plain, "a_gte");
  for (const name of ["a.gte", dotted!]) {
    assert.deepEqual({ ...inputs.parse({ [name]: "1" }) }, { "a.gte": "1" });
  }
});

Deno.test("C7: formats that some converter does not know become words, and are still checked", async () => {
  const inputs = await inputsOf(
    "{ m: { in: query, type: string, format: email }, d: { in: query, type: string, format: date }, " +
      "n: { in: query, type: integer, format: int64 }, l: { in: query, type: array, items: { type: string, format: ipv4 } } }",
  );
  const properties = inputs.schema["properties"] as Record<string, Record<string, unknown>>;
  assert.deepEqual(properties["m"], {
    description: "The query parameter m of the request (an e-mail address).",
    type: "string",
  });
  assert.equal(properties["d"]!["format"], "date");
  assert.ok(!("format" in properties["n"]!));
  assert.deepEqual(properties["l"]!["items"], { type: "string", description: "An IPv4 address." });
  assert.throws(() => inputs.parse({ m: "nobody" }), /an e-mail address/);
  assert.throws(() => inputs.parse({ l: ["x"] }), /an IPv4 address/);
});

Deno.test("what may be null is a choice of two schemas: a list of types loses AutoGen the whole server", async () => {
  const { schema, parse } = await inputsOf(
    "{ m: { in: query, type: string, nullable: true, enum: [a, b], default: a, description: d }, " +
      "o: { in: body, type: object, properties: { z: { type: string, nullable: true, maxLength: 9 } } } }",
  );
  const { m, o } = schema["properties"] as Record<string, Record<string, Record<string, unknown>>>;
  assert.deepEqual(m, {
    description: "d",
    default: "a",
    anyOf: [{ type: "string", enum: ["a", "b"] }, { type: "null" }],
  });
  assert.deepEqual(o!["properties"]!["z"], {
    anyOf: [{ type: "string", maxLength: 9 }, { type: "null" }],
  });
  assert.deepEqual({ ...parse({ m: null, o: { z: null } }) }, { m: null, o: { z: null } });
  assert.throws(() => parse({ o: { z: "0123456789" } }), /o\.z/);
});

Deno.test("an input without a type says of which types any value is, and a choice says its own", async () => {
  const { schema, parse } = await inputsOf(
    "{ any: { in: body, description: d }, one: { in: query, enum: [1, 2] }, l: { in: body, type: array } }",
  );
  const { any, one, l } = schema["properties"] as Record<string, Record<string, unknown>>;
  const types = (any!["anyOf"] as { type: string }[]).map(({ type }) => type);
  assert.deepEqual(types, ["string", "number", "boolean", "object", "array", "null"]);
  assert.equal(one!["type"], "number");
  assert.deepEqual(l!["items"], {});
  for (const value of ["x", 1, true, { a: [1] }, [{}], null]) {
    assert.deepEqual({ ...parse({ any: value }) }, { any: value });
  }
});

const NESTED = `{ o: { in: body, type: object, properties: { id: { type: string, required: true }, 
        deep: { type: object, properties: { a: { type: string }, b: { type: string, nullable: true } } } } } }`;

Deno.test("C8: null for an optional property is dropped at any depth", async () => {
  const inputs = await inputsOf(NESTED.replace(/\n\s*/g, " "));
  const parsed = inputs.parse({ o: { id: "1", deep: { a: null, b: null } } });
  assert.deepEqual(JSON.parse(JSON.stringify(parsed)), { o: { id: "1", deep: { b: null } } });
  assert.throws(() => inputs.parse({ o: { id: null } }), /o\.id: expected string, got null/);
});

Deno.test("C10: one line per fault", async () => {
  const inputs = await inputsOf(
    "{ lines: { in: body, type: array, required: true, items: { type: object, properties: { sku: { type: string, required: true } } } } }",
  );
  assert.throws(() => inputs.parse({ lines: [{}] }), {
    message: "lines[0].sku: expected a value, got nothing",
  });
});

Deno.test("C12: bytes where an output is declared are an error", async () => {
  const png = () =>
    new Response(new Uint8Array([137, 80, 78, 71]), { headers: { "content-type": "image/png" } });
  const { result } = await called(png, { operation: GET, tool: OBJECT });
  assert.equal(result.isError, true);
  assert.equal(result._meta["capstan/error"].code, "bad_response");
});

Deno.test("C15: an input without a description says where it goes", async () => {
  const inputs = await inputsOf(
    '{ q: { in: query, type: string }, "X-A": { in: header, type: string }, own: { in: query, type: string, description: Its own } }',
  );
  const described = Object.values(inputs.schema["properties"] as Record<string, { description: string }>)
    .map(({ description }) => description);
  assert.deepEqual(described, [
    "The query parameter q of the request.",
    "The header X-A of the request.",
    "Its own",
  ]);
});

Deno.test("C17: a result of null fields says that the API gave nothing", async () => {
  const { result } = await called(() => Response.json(null), { operation: GET, tool: OBJECT });
  assert.deepEqual(result.content.map((part: { text: string }) => part.text), [
    '{"a":null}',
    "The API gave nothing (GET /a answered 200): what is null here was not in the answer.",
  ]);
  assert.deepEqual(result.structuredContent, { a: null });
});

Deno.test("a client that offers HTTP/2 with each request, as Java's own does, is answered in HTTP/1.1", async () => {
  const listener = listen({ hostname: "127.0.0.1", port: 0, handler: () => new Response("here") });
  const { port } = listener, client = await Deno.connect({ hostname: "127.0.0.1", port });
  const offer = [
    "GET / HTTP/1.1",
    "Connection: Upgrade, HTTP2-Settings",
    "Content-Length: 0",
    `Host: 127.0.0.1:${port}`,
    "HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA",
    "Upgrade: h2c",
  ];
  await client.write(new TextEncoder().encode(`${offer.join("\r\n")}\r\n\r\n`));
  const bytes = new Uint8Array(1024), read = await client.read(bytes);
  assert.match(new TextDecoder().decode(bytes.subarray(0, read!)), /^HTTP\/1\.1 200 /);
  client.close();
  await listener.close();
});

Deno.test("C11: the matrix pins what each client needs, six are the core, and its page has the pins of today", async () => {
  const page = await Deno.readTextFile(new URL("../../docs/clients.md", import.meta.url));
  const builds: Record<string, string> = { rust: "Cargo.toml", java: "pom.xml" };
  for (const { name, driver, packages, language } of CLIENTS) {
    const build = builds[language] && await Deno.readTextFile(
      new URL(`../clients/${driver}/${builds[language]}`, import.meta.url),
    );
    const version = /\d+\.\d+\.\d+$/.exec(packages[0]!)?.[0];
    if (build) assert.ok(build.includes(version!), `${builds[language]} has another version than ${version}`);
    for (const pin of packages) {
      assert.match(pin, /(?:==|@v?|:)\d+\.\d+\.\d+$/, name);
      assert.ok(page.includes(`\`${pin}\``), `docs/clients.md has no ${pin}: deno task clients --write`);
    }
    assert.ok(await Deno.stat(new URL(`../clients/${driver}`, import.meta.url)), name);
  }
  assert.equal(CLIENTS.filter(({ core }) => core).length, 6);
  assert.equal(new Set(CLIENTS.map(({ name }) => name)).size, CLIENTS.length);
});

Deno.test("report 22: only pictures that models take are images; SVG is text", async () => {
  const answer = (type: string) => () =>
    new Response(new TextEncoder().encode("<svg/>"), { headers: { "content-type": type } });
  const kinds: Record<string, string> = {
    "image/png": "image",
    "image/webp": "image",
    "image/svg+xml": "text",
    "image/tiff": "resource",
    "image/x-icon": "resource",
  };
  for (const [type, kind] of Object.entries(kinds)) {
    const { result } = await called(answer(type), { operation: GET, tool: "call: api.op" });
    assert.equal(result.content[0].type, kind, type);
    if (kind === "text") assert.equal(result.content[0].text, "<svg/>");
  }
});

Deno.test("report 30: arguments that clients add are dropped where nothing near is declared", async () => {
  const inputs = await inputsOf("{ q: { in: query, type: string } }");
  const added = { toolCallId: "1", sessionId: "s", action: "sendMessage", chatInput: "x" };
  assert.deepEqual({ ...inputs.parse({ q: "x", ...added }) }, { q: "x" });
  assert.throws(() => inputs.parse({ q: "x", other: 1, more: 2 }), {
    message:
      "2 arguments are not valid: other: no such argument; more: no such argument. The arguments are q",
  });
  const near = await inputsOf("{ actions: { in: query, type: string } }");
  assert.throws(() => near.parse({ action: "x" }), /did you mean actions/);
});

Deno.test("U11: of 200,000 unknown arguments the first 20 are told, and how many there are", async () => {
  const inputs = await inputsOf("{ q: { in: query, type: string } }");
  const many = Object.fromEntries(Array.from({ length: 200_000 }, (_, i) => [`unknown${i}`, i]));
  assert.throws(() => inputs.parse(many), (error: Error & { data: { fields: unknown[] } }) => {
    assert.equal(error.data.fields.length, 20);
    assert.match(error.message, /^200000 arguments are not valid: .*; and 199980 more/);
    assert.ok(error.message.length < 2000);
    return true;
  });
});

Deno.test("U11: arguments that are 30,000 deep are invalid", async () => {
  const deep = `${'{"o":'.repeat(30_000)}1${"}".repeat(30_000)}`;
  for (
    const inputs of [
      NESTED.replace(/\n\s*/g, " "),
      "{ o: { in: body, type: object } }",
      "{ o: { in: body } }",
    ]
  ) {
    const { result, seen } = await called(() => Response.json({}), {
      operation: `path: /a\noperations:\n  op:\n    method: POST\n    inputParameters: ${inputs}`,
      tool: "call: api.op",
    }, { args: JSON.parse(deep) });
    assert.equal(result._meta?.["capstan/error"].code, "invalid_arguments", inputs);
    assert.equal(seen.length, 0);
  }
});

Deno.test("S11: a fault of Capstan's own is logged under a reference that the caller is given", async () => {
  const { server, host } = await called(() => Response.json({}), { operation: GET, tool: "call: api.op" });
  const tool = server.toolbox.tools[0]!,
    flow = { ...tool.flow, run: () => Promise.reject(new TypeError("a fault")) };
  const text = await server.call({ ...tool, flow }, {}, "legacy", () => undefined, (text) => text);
  const { reference, stack } = host.logged.at(-1)!;
  assert.ok(reference && stack?.includes("a fault"));
  assert.ok(text.includes(reference));
  assert.ok(!text.includes("a fault"));
});

Deno.test("C14, C16: tools are selected by name, pattern, tag and safety, and both figures of their cost are told", async () => {
  const directory = await Deno.makeTempDir(), file = `${directory}/spec.yml`;
  await Deno.writeTextFile(
    file,
    `ikanos: "1.0.0-beta5"
info: { display: D, description: d }
capability:
  consumes:
    - type: http
      namespace: api
      baseUri: http://127.0.0.1:1
      resources:
        o: { path: /orders, operations: { list: { method: GET }, add: { method: POST, tags: [admin] } } }
        i: { path: /items, operations: { list-items: { method: GET, tags: [admin] } } }
  exposes:
    - type: mcp
      namespace: t
      transport: stdio
      tools:
        list-orders: { description: a, call: api.list, outputParameters: [{ type: array }] }
        add-order: { description: b, call: api.add }
        items.list: { description: c, call: api.list-items }
`,
  );
  const inspect = async (...flags: string[]) => {
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", "cli.ts", "inspect", file, "--format", "json", ...flags],
    }).output();
    const [surface] = JSON.parse(new TextDecoder().decode(stdout)).surfaces;
    return { ...surface, names: surface.tools.map((tool: { name: string }) => tool.name) };
  };
  const all = await inspect();
  assert.deepEqual(all.names, ["list-orders", "add-order", "items_list"]);
  assert.deepEqual(all.renamed, [["items.list", "items_list"]]);
  assert.ok(all.promptTokens > 0 && all.promptTokens < all.definitionTokens);
  assert.deepEqual((await inspect("--only", "safe")).names, ["list-orders", "items_list"]);
  assert.deepEqual((await inspect("--only", "*-order*", "--without", "add-order")).names, ["list-orders"]);
  assert.deepEqual((await inspect("--without", "tag:admin")).names, ["list-orders"]);
  assert.deepEqual((await inspect("--only", "items.list", "--only", "add-order")).names, [
    "add-order",
    "items_list",
  ]);
  const served = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-check",
      "cli.ts",
      "serve",
      "--stdio",
      file,
      "--only",
      "safe",
      "--without",
      "nothing-*",
    ],
    stdin: "null",
  }).output();
  const said = new TextDecoder().decode(served.stderr);
  assert.match(said, /offers 2 of 3 tools/);
  assert.match(said, /nothing-\* selects none of its tools/);
  await Deno.remove(directory, { recursive: true });
});
