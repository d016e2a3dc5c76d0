/**
 * An API that repeats the credentials it was sent does not tell them to whoever called.
 *
 * @module
 */
import assert from "node:assert/strict";
import { McpServer } from "../../lib/expose/mcp/server.ts";
import { createHttpHandler } from "../../lib/expose/mcp/transports/http.ts";
import type { Surface } from "../../lib/plan/capability.ts";
import type { CallError } from "../../lib/upstream/error.ts";
import type { ExposesMcp } from "../../schemas/mod.ts";
import { callFlow, compileText, flowOf, startUpstream, toolSpec } from "../capability.ts";

const KEY = 'k3y-"é&98765', TOKEN = "tok-1234567890";

/** What a tool gives whose API answers so. */
async function answered(
  answer: (request: Request) => Response,
  consumes: string,
  more: { operation?: string; env?: Record<string, string> } = {},
): Promise<unknown> {
  await using api = startUpstream((request) => answer(request));
  const capability = await compileText(
    toolSpec(api.origin, {
      consumes,
      operation: `path: /a\noperations: { op: { method: GET${more.operation ?? ""} } }`,
      tool: "call: api.op",
    }),
    { env: { TOKEN, KEY, ...more.env } },
  );
  const flow = flowOf(capability, "t");
  const result = await flow.run(flow.inputs.parse({}), { deadline: performance.now() + 60_000 });
  return result.bytes ? new TextDecoder().decode(result.bytes) : result.value;
}

const BEARER = 'authentication: { type: bearer, token: "{{TOKEN}}" }';
const HEADER = 'authentication: { type: apikey, key: X-Key, value: "{{KEY}}", placement: header }';

Deno.test("fault U14: a success that echoes a credential has it masked, exact and escaped", async () => {
  const echo = (request: Request) =>
    Response.json({
      token: request.headers.get("authorization"),
      list: ["a", { [TOKEN]: `x${TOKEN}y` }],
      n: 1,
    });
  assert.deepEqual(await answered(echo, BEARER), {
    token: "Bearer ***",
    list: ["a", { "***": "x***y" }],
    n: 1,
  });
  assert.deepEqual(
    await answered(() => new Response(`${TOKEN} ${btoa(TOKEN)} ${TOKEN.toUpperCase()}`), BEARER),
    "*** *** ***",
  );
  const escaped = {
    json: new Response(JSON.stringify([KEY]).replace("é", "\\u00e9"), {
      headers: { "content-type": "application/json" },
    }),
    percent: Response.json([`https://x/?k=${encodeURIComponent(KEY)}`]),
    xml: new Response("<a>k3y-&quot;&#233;&amp;98765</a>", {
      headers: { "content-type": "application/xml" },
    }),
  };
  assert.deepEqual(await answered(() => escaped.json, HEADER), ["***"]);
  assert.deepEqual(await answered(() => escaped.percent, HEADER), ["https://x/?k=***"]);
  assert.ok(!JSON.stringify(await answered(() => escaped.xml, HEADER)).includes("98765"));
});

Deno.test("fault U14: so it has in bytes, whose length stays, and in what is declared of an answer", async () => {
  const bytes = () => new Response(`a${TOKEN}b`, { headers: { "content-type": "application/octet-stream" } });
  assert.equal(await answered(bytes, BEARER), `a${"*".repeat(TOKEN.length)}b`);
  const basic = "authentication: { type: basic, username: ada, password: pass-98765 }";
  const echo = (request: Request) => Response.json({ auth: request.headers.get("authorization") });
  assert.deepEqual(await answered(echo, basic), { auth: "Basic ***" });
});

Deno.test("fault U14: variables under the name of a credential are credentials; other values are not", async () => {
  const echo = (request: Request) =>
    Response.json([
      request.headers.get("x-api-key"),
      new URL(request.url).search,
      request.headers.get("x-area"),
    ]);
  assert.deepEqual(
    await answered(echo, 'headers: { X-Area: "{{AREA_NAME}}" }', {
      operation:
        ', inputParameters: { X-Api-Key: { in: header, value: "{{API_TOKEN}}" }, access_token: { in: query, value: "{{API_TOKEN}}" } }',
      env: { AREA_NAME: "north-west", API_TOKEN: TOKEN },
    }),
    ["***", "?access_token=***", "north-west"],
  );
});

Deno.test("keys written out in headers and cookies whose names say so are credentials, wherever they are declared", async () => {
  const names = ["x-shared-key", "x-own-token", "x-given-secret", "cookie", "x-region"];
  const echo = (request: Request) => Response.json(names.map((name) => request.headers.get(name)));
  assert.deepEqual(
    await answered(echo, "headers: { X-Shared-Key: written-shared, X-Region: north-west }", {
      operation:
        ", headers: { X-Own-Token: written-own }, inputParameters: { X-Given-Secret: { in: header, value: written-given }, session: { in: cookie, value: written-session } }",
    }),
    ["***", "***", "***", "session=***", "north-west"],
  );
});

const written = (text: string, write: (code: number) => string) =>
  Array.from(text, (c) => write(c.charCodeAt(0))).join("");
const hexOf = (code: number) => code.toString(16).padStart(2, "0");
const WAYS: Readonly<Record<string, string>> = {
  "upper case": TOKEN.toUpperCase(),
  hexadecimal: written(TOKEN, hexOf),
  "hexadecimal in upper case": written(TOKEN, hexOf).toUpperCase(),
  "every letter escaped for JSON": written(TOKEN, (code) => `\\u00${hexOf(code)}`),
  "every letter percent-encoded": written(TOKEN, (code) => `%${hexOf(code)}`),
  "every letter as a reference of XML": written(TOKEN, (code) => `&#${code};`),
  "one letter escaped": TOKEN.replace("1", "\\u0031"),
  base64: btoa(`user:${TOKEN}`),
  "letters in braces": written(TOKEN, (code) => `\\u{${hexOf(code)}}`),
  "percent-encoded three times": TOKEN.replace("-", "%25252D"),
};

Deno.test("a success that echoes a credential in a needless writing has it masked", async () => {
  for (const [way, text] of Object.entries(WAYS)) {
    const given = await answered(() => Response.json([text]), BEARER);
    assert.match(String(given), /^[\w=]*\*\*\*[\w=]*$/, way);
    if (text.includes("\\u0")) {
      const raw = () => new Response(`["${text}"]`, { headers: { "content-type": "application/json" } });
      assert.deepEqual(await answered(raw, BEARER), ["***"], way);
    }
  }
});

Deno.test("a credential that an API breaks over lines is masked in successes and errors", async () => {
  const token = "tok-1234567890-abcdefghij-ABCDEFGHIJ", env = { TOKEN: token };
  const lines = (text: string, end: string) => text.match(/.{1,20}/g)!.join(end);
  for (const text of [lines(token, "\n"), lines(token, "\r\n  "), lines(btoa(`ada:${token}`), "\n")]) {
    for (
      const body of [JSON.stringify({ text }), JSON.stringify({ text: JSON.stringify(text) }, undefined, 2)]
    ) {
      const answer = (status: number) =>
        new Response(body, { status, headers: { "content-type": "application/json" } });
      const { text: given } = await answered(() => answer(200), BEARER, { env }) as { text: string };
      assert.match(given, /^"?[\w=]{0,6}\*\*\*[\w=]{0,4}"?$/);
      await assert.rejects(answered(() => answer(400), BEARER, { env }), (error) => {
        assert.doesNotMatch(JSON.stringify((error as CallError).data), /567890|abcdef|OjAtYWJj/);
        return true;
      });
    }
  }
});

Deno.test("an error that echoes a credential in a needless writing has it taken out", async () => {
  for (const [way, text] of Object.entries(WAYS)) {
    for (const body of [JSON.stringify({ message: text }), `{"message":"${text}"}`]) {
      const answer = () =>
        new Response(body, { status: 400, headers: { "content-type": "application/json" } });
      await assert.rejects(answered(answer, BEARER), (error) => {
        const all = JSON.stringify((error as CallError).data);
        assert.ok(!all.includes(text) && !all.includes(JSON.stringify(text).slice(1, -1)), `${way}: ${all}`);
        assert.ok(!all.includes(TOKEN), way);
        return true;
      });
    }
  }
});

Deno.test("formats that write one word in several pieces, and names of fields, hold no credential", async () => {
  const wide = (text: string) =>
    new Uint8Array([255, 254, ...[...text].flatMap((c) => [c.charCodeAt(0), 0])]);
  const answers: Readonly<Record<string, readonly [type: string, body: string | Uint8Array<ArrayBuffer>]>> = {
    "XML in pieces": ["application/xml", "<a>tok-<![CDATA[12345]]>67890</a>"],
    "XML by references": ["application/xml", `<a>${WAYS["every letter as a reference of XML"]}</a>`],
    "YAML escapes": ["application/yaml", `a: "${written(TOKEN, (code) => `\\x${hexOf(code)}`)}"`],
    "YAML base64": ["application/yaml", `a: !!binary ${btoa(TOKEN)}`],
    "HTML in pieces": ["text/html", "<table><tr><th>n<tr><td>tok-<b>123</b>4567890</table>"],
    "a column of CSV": ["text/csv", `${TOKEN},b\n1,2`],
    "a column of a table": ["text/markdown", `|${TOKEN}|b|\n|-|-|\n|1|2|\n`],
    "CSV in UTF-16": ["text/csv; charset=utf-16le", wide(`a\n${TOKEN}`)],
    "bytes in UTF-16": ["application/octet-stream", wide(TOKEN)],
    "bytes in upper case": ["application/octet-stream", TOKEN.toUpperCase()],
    "bytes in base64": ["application/octet-stream", btoa(TOKEN)],
    "the name of a field": ["application/json", JSON.stringify({ [TOKEN]: 1, [`${TOKEN}!`]: 2 })],
  };
  for (const [what, [type, body]] of Object.entries(answers)) {
    const given = JSON.stringify(
      await answered(() => new Response(body, { headers: { "content-type": type } }), BEARER),
    ).replaceAll("\\u0000", "").toLowerCase();
    assert.match(given, /\*\*\*/, what);
    assert.ok(
      !given.includes("1234567890") && !given.includes(btoa(TOKEN).toLowerCase()),
      `${what}: ${given}`,
    );
  }
  assert.deepEqual(
    await answered(
      () => Response.json({ [TOKEN]: 1, x: { [`${TOKEN}`]: 3 }, [TOKEN.toUpperCase()]: 2 }),
      BEARER,
    ),
    { "***": 1, x: { "***": 3 }, "*** 2": 2 },
  );
});

Deno.test("an answer without a credential in it is the very one that came", async () => {
  const body = { a: "token", b: [1.5, null, "tok-"] };
  assert.deepEqual(await answered(() => Response.json(body), BEARER), body);
  // Too short to be looked for: it would be found in what has nothing to do with it.
  assert.deepEqual(
    await answered(() => Response.json({ a: "abc" }), "authentication: { type: bearer, token: abc }"),
    {
      a: "abc",
    },
  );
});

Deno.test("fault U14: a caller's own value is no secret", async () => {
  await using api = startUpstream((request) => Response.json({ key: request.headers.get("x-key") }));
  const capability = await compileText(toolSpec(api.origin, {
    operation: "path: /a\noperations: { op: { method: GET, inputParameters: { X-Key: { in: header } } } }",
    tool: "call: api.op",
  }));
  assert.deepEqual(await callFlow(capability, "t", { "X-Key": "mine-12345" }), { key: "mine-12345" });
});

Deno.test("what a call tells its caller while it runs holds no secret, though it quotes an answer", async () => {
  const column = 'inputParameters: { X-Area: { in: header, value: "{{API_TOKEN}}" } }';
  for (
    const [consumes, type, body] of [
      [BEARER, "text/csv", `${TOKEN},${TOKEN}\n1,2\n`],
      [BEARER, "text/csv", `a;${TOKEN}\n1;2\n`],
      [column, "text/csv", `${TOKEN},${TOKEN}\n1,2\n`],
      [column, "application/json", JSON.stringify({ [TOKEN]: 1 })],
    ] as const
  ) {
    await using api = startUpstream(() => new Response(body, { headers: { "content-type": type } }));
    const capability = await compileText(
      toolSpec(api.origin, {
        consumes,
        operation: "path: /a\noperations: { op: { method: GET } }",
        tool: "call: api.op\noutputParameters: [{ name: n, type: number, mapping: $.tok }]",
      }),
      { env: { TOKEN, API_TOKEN: TOKEN } },
    );
    const handler = createHttpHandler(
      new McpServer(capability, capability.surfaces[0] as Surface<ExposesMcp>),
    );
    const _meta = { "io.modelcontextprotocol/logLevel": "debug", progressToken: 1 };
    const response = await handler(
      new Request("http://127.0.0.1/mcp", {
        method: "POST",
        headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
        body: JSON.stringify({
          jsonrpc: "2.0",
          id: 1,
          method: "tools/call",
          params: { name: "t", arguments: {}, _meta },
        }),
      }),
    );
    const text = await response.text();
    assert.match(text, /notifications\/message[^]*\*\*\*/, `${body} gave ${text}`);
    assert.ok(!text.includes(TOKEN), text);
  }
});
