import assert from "node:assert/strict";
import { startSurfaces } from "../../lib/expose/start.ts";
import { memoryHost } from "../../lib/host/memory.ts";
import { compileText } from "../capability.ts";
import { CAPSTAN, folderWith, run } from "../testing.ts";

const DOCUMENT = `ikanos: "1.0.0-beta5"
capability:
  exposes:
    - type: rest
      namespace: api
      port: 0
      authentication: { type: bearer, token: letmein }
      resources:
        hello:
          path: /hello
          operations:
            hello: { method: GET, outputParameters: { greeting: { type: string, value: Hello } } }
    - type: mcp
      namespace: tools
      port: 0
      tools:
        greet: { description: Greets, outputParameters: { greeting: { type: string, value: Hello } } }
`;
const PAGE = "https://app.example.com";

async function served(cors?: readonly string[]) {
  const capability = await compileText(DOCUMENT);
  const running = await startSurfaces(capability, cors ? { cors } : {}, { host: memoryHost({}) });
  const [rest, mcp] = running.listening.map(({ url }) => url);
  const ask = async (url: string, init: RequestInit) => {
    const response = await fetch(url, init);
    await response.body?.cancel();
    return response;
  };
  return {
    rest: (init: RequestInit) => ask(`${rest}/hello`, init),
    mcp: (init: RequestInit) => ask(`${mcp}/mcp`, init),
    [Symbol.asyncDispose]: () => running.close(),
  };
}

const preflight = (origin: string): RequestInit => ({
  method: "OPTIONS",
  headers: {
    origin,
    "access-control-request-method": "GET",
    "access-control-request-headers": "authorization",
  },
});

Deno.test("no page of another origin is let in unless the operator names it", async () => {
  await using api = await served();
  assert.equal((await api.rest(preflight(PAGE))).status, 403);
  assert.equal((await api.rest({ headers: { origin: PAGE, authorization: "Bearer letmein" } })).status, 403);
});

Deno.test("--cors: a named origin is answered before anybody asks who calls, and may read each answer", async () => {
  await using api = await served([PAGE]);
  const before = await api.rest(preflight(PAGE));
  assert.equal(before.status, 204);
  assert.equal(before.headers.get("access-control-allow-origin"), PAGE);
  assert.equal(before.headers.get("access-control-allow-headers"), "authorization");
  assert.match(before.headers.get("access-control-allow-methods")!, /\bGET\b/);
  const good = await api.rest({ headers: { origin: PAGE, authorization: "Bearer letmein" } });
  assert.equal(good.status, 200);
  assert.equal(good.headers.get("access-control-allow-origin"), PAGE);
  assert.equal(good.headers.get("access-control-allow-credentials"), null);
  assert.match(good.headers.get("vary")!, /Origin/);
  const refused = await api.rest({ headers: { origin: PAGE } });
  assert.equal(refused.status, 401);
  assert.equal(
    refused.headers.get("access-control-allow-origin"),
    PAGE,
    "a page can read why it was refused",
  );
});

Deno.test("--cors: other origins and other surfaces stay closed", async () => {
  await using api = await served([PAGE]);
  for (const origin of ["https://app.example.com.evil.example", "http://app.example.com", "null"]) {
    const response = await api.rest(preflight(origin));
    assert.equal(response.status, 403, origin);
    assert.equal(response.headers.get("access-control-allow-origin"), null);
  }
  assert.equal((await api.mcp(preflight(PAGE))).status, 403);
  await using open = await served(["*"]);
  assert.equal(
    (await open.rest(preflight("https://any.example"))).headers.get("access-control-allow-origin"),
    "*",
  );
});

Deno.test("capstan serve --cors refuses what is no origin", async () => {
  await using folder = await folderWith({ "a.yml": DOCUMENT });
  const { code, err } = await run(CAPSTAN, ["serve", "a.yml", "--cors", "app.example.com"], {
    cwd: folder.path,
  });
  assert.equal(code, 2);
  assert.match(err, /--cors app\.example\.com is not an origin; write its scheme and host/);
});

Deno.test("--cors says where it does nothing", async () => {
  const capability = await compileText(DOCUMENT.replace(/^ {4}- type: rest[\s\S]*(?=^ {4}- type: mcp)/m, ""));
  const running = await startSurfaces(capability, { cors: [PAGE] }, { host: memoryHost({}) });
  assert.match(running.notServed.join(), /pages of other origins: only REST surfaces take them/);
  await running.close();
  await using folder = await folderWith({ "a.yml": DOCUMENT });
  const { code, err } = await run(CAPSTAN, ["serve", "a.yml", "--stdio", "--cors", PAGE], {
    cwd: folder.path,
  });
  assert.deepEqual([code, err.includes("with --stdio nothing listens: leave out --cors")], [2, true]);
});
