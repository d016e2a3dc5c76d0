/**
 * What the program loads only when it is needed, beside formats and scripts: credentials, packed answers, what surfaces ask
 * of callers, what they tell of themselves, the other lane of MCP, exporters and the verbs.
 *
 * @module
 */
import assert from "node:assert/strict";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { type Command, folderWith, run, startServer, upstream } from "../testing.ts";

const PACKED: Readonly<Record<string, (text: string) => Uint8Array>> = {
  gzip: (text) => gzipSync(text),
  deflate: (text) => deflateSync(text),
  br: (text) => brotliCompressSync(text),
};
const CREDENTIALS: Readonly<Record<string, (origin: string) => string>> = {
  digest: () => "{ type: digest, username: ada, password: pass-98765 }",
  oauth2: (origin) =>
    `{ type: oauth2, tokenEndpoint: "${origin}/token", clientId: ada, clientSecret: secret-98765 }`,
};

/** An API behind credentials, that packs its answers; an issuer of tokens; a collector of traces and figures. */
function everything() {
  return upstream((request) => {
    const { pathname, origin } = new URL(request.url), shown = request.headers.get("authorization") ?? "";
    if (pathname === "/token") return Response.json({ access_token: "t0ken-98765", expires_in: 600 });
    if (pathname === "/ask") {
      return Response.json({
        active: true,
        sub: "ada",
        iss: origin,
        aud: "https://a.example",
        exp: 4102444800,
      });
    }
    if (pathname === "/digest/a" && !shown.startsWith("Digest ")) {
      const challenge = 'Digest realm="r", nonce="n", qop="auth", algorithm=SHA-256';
      return new Response(null, { status: 401, headers: { "www-authenticate": challenge } });
    }
    const pack = PACKED[pathname.slice(1, -2)];
    if (!pack) return Response.json({ shown: shown.split(" ")[0] });
    // The runtime of some binaries knows no brotli, and none is asked for there.
    const isAsked = pathname !== "/br/a" || request.headers.get("accept-encoding")?.includes("br");
    if (!isAsked) return Response.json({ packed: true });
    const headers = { "content-type": "application/json", "content-encoding": pathname.slice(1, -2) };
    return new Response(pack('{"packed":true}') as Uint8Array<ArrayBuffer>, { headers });
  });
}

function specification(origin: string): string {
  const names = [...Object.keys(CREDENTIALS), ...Object.keys(PACKED)];
  const each = (line: (name: string) => string) => names.map(line).join("\n");
  return `ikanos: "1.0.0-beta5"
info: { display: Leaves, version: "1.0" }
capability:
  consumes:
${
    each((name) =>
      `    - { type: http, namespace: ${name}, baseUri: "${origin}/${name}"${
        CREDENTIALS[name] ? `, authentication: ${CREDENTIALS[name](origin)}` : ""
      }, resources: { a: { path: /a, operations: { get: { method: GET } } } } }`
    )
  }
  exposes:
    - type: mcp
      namespace: tools
      port: 0
      tools:
${each((name) => `        ${name}: { description: Calls it, call: ${name}.get }`)}
    - type: rest
      namespace: digests
      port: 0
      authentication: { type: digest, username: ada, password: pass-98765 }
      resources: { a: { path: /a, operations: { get: { method: GET, call: gzip.get } } } }
    - type: rest
      namespace: asks
      port: 0
      authentication: { type: oauth2, authorizationServerUri: "${origin}", resource: "https://a.example", tokenValidation: introspection, introspectionEndpoint: "${origin}/ask", clientId: c, clientSecret: s }
      resources: { a: { path: /a, operations: { get: { method: GET, call: br.get } } } }
    - type: rest
      namespace: plain
      port: 0
      resources: { a: { path: /a, operations: { get: { method: GET, call: deflate.get } } } }
    - type: skill
      namespace: skills
      port: 0
      skills: { greet: { description: Greets } }
    - type: control
      namespace: control
      port: 0
      management: { info: true }
      observability: { exporters: { otlp: { endpoint: "${origin}" } } }
`;
}

/** Asks one surface after the other for what it loads late. */
async function askSurfaces(urls: readonly string[]): Promise<void> {
  const [mcp, digests, asks, plain, skills, control] = urls;
  const text = async (url: string, headers: Record<string, string> = {}) =>
    await (await fetch(url, { headers })).text();
  const post = async (message: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(`${mcp}/mcp`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        ...headers,
      },
      body: JSON.stringify(message),
    });
    return await response.text();
  };
  const call = (name: string) => ({
    jsonrpc: "2.0",
    id: 1,
    method: "tools/call",
    params: { name, arguments: {} },
  });
  for (const name of Object.keys(PACKED)) assert.match(await post(call(name)), /packed/, name);
  assert.match(await post(call("digest")), /Digest/);
  assert.match(await post(call("oauth2")), /Bearer/);
  // Several messages in one are answered by the SDK.
  assert.match(await post([call("gzip")], { "mcp-protocol-version": "2025-03-26" }), /packed/);
  assert.match(await text(`${mcp}/mcp/server-card`), /capstan\/tools/);
  assert.match((await fetch(`${digests}/a`)).headers.get("www-authenticate") ?? "", /^Digest .*nonce=/);
  assert.match(await text(`${asks}/a`, { authorization: "Bearer opaque-98765" }), /packed/);
  assert.match(await text(`${plain}/a`), /packed/);
  assert.match(await text(`${plain}/openapi.json`), /"openapi":"3\.1/);
  assert.match(await text(`${plain}/docs`), /<html/);
  const zip = new Uint8Array(await (await fetch(`${skills}/skills/greet/download`)).arrayBuffer());
  assert.equal(new TextDecoder().decode(zip.subarray(0, 2)), "PK");
  for (
    const [path, pattern] of [["metrics", /capstan_calls_total/], ["traces", /traceId/], [
      "status",
      /Leaves/,
    ]] as const
  ) {
    assert.match(await text(`${control}/${path}`), pattern, path);
  }
}

/**
 * Everything of a program that is loaded late.
 *
 * @param command The program.
 */
export async function tryLeaves(command: Command): Promise<void> {
  await using api = everything();
  await using folder = await folderWith({ "leaves.yml": specification(api.origin) });
  const spec = `${folder.path}/leaves.yml`;
  await using server = await startServer(command, ["serve", spec], { surfaces: 6 });
  assert.equal(server.urls.length, 6, server.err());
  await askSurfaces(server.urls);
  assert.equal(await server.end("SIGTERM"), 0);
  const collected = new Set(api.requests.map(({ url }) => url.pathname));
  for (const path of ["/v1/traces", "/v1/metrics"]) assert.ok(collected.has(path), path);
  const said = await Promise.all([
    ["export", "openapi", spec, "--surface", "plain", "--spec-version", "3.0", "--format", "yaml"],
    ["validate", "--strict", spec],
    ["inspect", spec],
    ["schema"],
    ["completions", "bash"],
  ].map(async (args) => {
    const { out, err } = await run(command, args);
    return `${out}${err}`;
  }));
  const expected = [/^openapi: 3\.0/m, /strict-/, /Leaves/, /"\$schema"/, /capstan/];
  said.forEach((text, i) => assert.match(text, expected[i]!));
}
