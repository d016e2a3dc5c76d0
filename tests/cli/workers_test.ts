/**
 * `serve --workers`: one capability on several cores, as its clients and its operator see it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { CAPSTAN, folderWith, freePort, run, startServer, upstream } from "../testing.ts";

const isLinux = Deno.build.os === "linux";

/** How many connections are opened where every worker is to get one: that one gets none is beyond chance. */
const MANY = 40;

const capability = (origin: string, exposes: string, authentication = "") =>
  `ikanos: "1.0.0-beta5"
capability:
  consumes:
    - type: http
      namespace: shop
      baseUri: ${origin}
      ${authentication}
      resources:
        items: { path: /items, operations: { list-items: { method: GET } } }
  exposes:
${exposes}`;

const mcp = (port: number, tool = "list-items", more = "") =>
  `    - { type: mcp, namespace: tools, port: ${port}, ${more} tools: { ${tool}: { description: Lists, call: shop.list-items } } }
`;

/** Sends a request over a connection of its own. */
async function alone(url: string, method: string, params: unknown = {}): Promise<Record<string, unknown>> {
  using client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
  const answer = await fetch(`${url}/mcp`, {
    client,
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
  });
  return await answer.json();
}

const everywhere = (url: string, method: string, params: unknown = {}) =>
  Promise.all(Array.from({ length: MANY }, () => alone(url, method, params)));

const CALL = { name: "list-items", arguments: {} };

Deno.test({
  name: "several workers answer on one port, each with a token of its own, and one signal ends all",
  ignore: !isLinux,
  async fn() {
    const tokens: string[] = [];
    await using shop = upstream((request) => {
      if (!request.url.endsWith("/token")) {
        return Response.json({ by: tokens.indexOf(request.headers.get("authorization")!.slice(7)) });
      }
      tokens.push(crypto.randomUUID());
      return Response.json({ access_token: tokens.at(-1), token_type: "bearer", expires_in: 3600 });
    });
    const credential =
      `authentication: { type: oauth2, tokenEndpoint: "${shop.origin}/token", clientId: a, clientSecret: "{{S}}", grantType: client_credentials }`;
    await using folder = await folderWith({ "a.yml": capability(shop.origin, mcp(0), credential) });
    await using server = await startServer(CAPSTAN, [
      ...["serve", `${folder.path}/a.yml`, "--port", "0", "--workers", "2"],
    ], { env: { S: "secret" } });
    const [url] = server.urls, answers = await everywhere(url!, "tools/call", CALL);
    const texts = new Set(answers.map((answer) => JSON.stringify(answer)));
    assert.equal(texts.size, 2, [...texts].join("\n"));
    assert.equal(tokens.length, 2);
    assert.equal(await server.end(), 0);
    assert.match(server.err(), /^2 workers$/m);
    await assert.rejects(fetch(url!));
  },
});

Deno.test({
  name: "a call in flight is answered by whichever worker has it when the signal comes",
  ignore: !isLinux,
  async fn() {
    const all = Promise.withResolvers<void>(), go = Promise.withResolvers<void>();
    let waiting = 0;
    await using shop = upstream(async () => {
      if (++waiting === MANY) all.resolve();
      await go.promise;
      return Response.json({ ok: true });
    });
    await using folder = await folderWith({ "a.yml": capability(shop.origin, mcp(0)) });
    await using server = await startServer(CAPSTAN, [
      ...["serve", `${folder.path}/a.yml`, "--port", "0", "--workers", "2"],
    ]);
    const answers = everywhere(server.urls[0]!, "tools/call", CALL);
    await all.promise;
    const ended = server.end("SIGTERM");
    go.resolve();
    for (const answer of await answers) {
      assert.equal((answer["result"] as { isError?: boolean }).isError, false, JSON.stringify(answer));
    }
    assert.equal(await ended, 0);
  },
});

Deno.test({
  name: "reloading reaches every worker",
  ignore: !isLinux,
  async fn() {
    const port = freePort(), control = freePort();
    const document = (tool: string) =>
      capability(
        "http://127.0.0.1:9",
        mcp(port, tool) +
          `    - { type: control, namespace: c, port: ${control}, management: { reload: true } }\n`,
      );
    await using folder = await folderWith({ "a.yml": document("old-tool") });
    await using server = await startServer(CAPSTAN, ["serve", `${folder.path}/a.yml`, "--workers", "2"], {
      surfaces: 2,
    });
    const names = async () =>
      new Set(
        (await everywhere(server.urls[0]!, "tools/list")).map((answer) =>
          (answer["result"] as { tools: { name: string }[] }).tools[0]!.name
        ),
      );
    assert.deepEqual(await names(), new Set(["old-tool"]));
    await Deno.writeTextFile(`${folder.path}/a.yml`, document("new-tool"));
    const answer = await fetch(`http://127.0.0.1:${control}/config/reload`, { method: "POST" });
    assert.equal(answer.status, 200, await answer.text());
    assert.deepEqual(await names(), new Set(["new-tool"]));
  },
});

Deno.test({
  name: "a port that is taken is not shared with whoever has it, not even with workers of another start",
  ignore: !isLinux,
  async fn() {
    const port = freePort();
    await using folder = await folderWith({ "a.yml": capability("http://127.0.0.1:9", mcp(port)) });
    const args = ["serve", `${folder.path}/a.yml`, "--workers", "2"];
    await using _server = await startServer(CAPSTAN, args);
    const { code, err } = await run(CAPSTAN, args);
    assert.equal(code, 1);
    assert.match(err, new RegExp(`port ${port} is already in use`));
  },
});

Deno.test({
  name: "several workers ask who calls, each for itself",
  ignore: !isLinux,
  async fn() {
    const key = 'authentication: { type: apikey, key: X-Key, value: "{{S}}", placement: header },';
    await using shop = upstream(() => Response.json({ fine: true }));
    await using folder = await folderWith({ "a.yml": capability(shop.origin, mcp(0, "a", key)) });
    await using server = await startServer(CAPSTAN, [
      ...["serve", `${folder.path}/a.yml`, "--port", "0", "--workers", "2"],
    ], { env: { S: "the-key" } });
    const ask = async (key: string) => {
      using client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
      const answer = await fetch(`${server.urls[0]}/mcp`, {
        client,
        method: "POST",
        headers: { "content-type": "application/json", "x-key": key },
        body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
      });
      await answer.body?.cancel();
      return answer.status;
    };
    // Every worker has some of the right ones, and of the wrong ones none lets any in.
    assert.deepEqual(
      new Set(await Promise.all(Array.from({ length: MANY }, () => ask("the-key")))),
      new Set([200]),
    );
    assert.deepEqual(new Set(await Promise.all(["a", "b", "c", "d"].map(ask))), new Set([401]));
    assert.equal(await server.end(), 0);
    assert.match(server.err(), /^2 workers$/m);
  },
});

Deno.test({
  name: "digest is asked for by every worker: each knows the nonces of the others, and a count is taken once",
  ignore: !isLinux,
  async fn() {
    const digest = "authentication: { type: digest, username: u, password: p },";
    await using folder = await folderWith({
      "a.yml": capability("http://127.0.0.1:9", mcp(freePort(), "a", digest)),
    });
    await using server = await startServer(CAPSTAN, ["serve", `${folder.path}/a.yml`, "--workers", "2"]);
    const url = `${server.urls[0]}/mcp`;
    const ask = async (authorization?: string) => {
      using client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
      const answer = await fetch(url, {
        client,
        method: "POST",
        headers: {
          "content-type": "application/json",
          accept: "application/json",
          ...(authorization === undefined ? {} : { authorization }),
        },
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" }),
      });
      await answer.body?.cancel();
      return { status: answer.status, challenge: answer.headers.get("www-authenticate") ?? "" };
    };
    const { challenge } = await ask(), nonce = /nonce="([^"]+)"/.exec(challenge)![1]!;
    const realm = /realm="([^"]+)"/.exec(challenge)![1]!;
    const sha = (text: string) => createHash("sha256").update(text).digest("hex");
    const answers = Array.from({ length: MANY }, (_, i) => {
      const nc = (i + 1).toString(16).padStart(8, "0");
      const response = sha(`${sha(`u:${realm}:p`)}:${nonce}:${nc}:c:auth:${sha("POST:/mcp")}`);
      return `Digest username="u", realm="${realm}", nonce="${nonce}", uri="/mcp", algorithm=SHA-256, ` +
        `qop=auth, nc=${nc}, cnonce="c", response="${response}"`;
    });
    const statuses = async () => new Set((await Promise.all(answers.map(ask))).map(({ status }) => status));
    assert.deepEqual(await statuses(), new Set([200]));
    assert.deepEqual(await statuses(), new Set([401]), "each was used, whichever worker took it");
    assert.equal(await server.end(), 0);
    assert.match(server.err(), /^2 workers$/m);
  },
});

Deno.test("over stdio --workers changes nothing, and says so; a word that is no number is refused", async () => {
  await using folder = await folderWith({ "a.yml": capability("http://127.0.0.1:9", mcp(freePort())) });
  const stdin = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}\n';
  const good = await run(CAPSTAN, ["serve", "--stdio", "--workers", "auto", `${folder.path}/a.yml`], {
    stdin,
  });
  assert.match(good.out, /"list-items"/);
  if (navigator.hardwareConcurrency > 1) {
    assert.match(good.err, /one worker serves this capability: over stdio there is one client/);
  }
  const bad = await run(CAPSTAN, ["serve", "--workers", "many", `${folder.path}/a.yml`]);
  assert.equal(bad.code, 2);
  assert.match(bad.err, /--workers takes a number from 1 to 64, or auto, not many/);
});

/** Asks until an answer is as wanted. */
async function until<T>(ask: () => Promise<T>, isWanted: (answer: T) => boolean): Promise<T> {
  for (let tries = 0;; tries++) {
    const answer = await ask();
    if (isWanted(answer)) return answer;
    assert.ok(tries < 3000, `not so: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

Deno.test({
  name: "the control port answers for all workers: metrics, traces, lines of the log, totals",
  ignore: !isLinux,
  async fn() {
    const control = freePort();
    await using shop = upstream(() => Response.json({ ok: true }));
    const management = "management: { info: true, traces: true, logs: true }";
    await using folder = await folderWith({
      "a.yml": capability(
        shop.origin,
        mcp(freePort()) + `    - { type: control, namespace: c, port: ${control}, ${management} }\n`,
      ),
    });
    await using server = await startServer(CAPSTAN, ["serve", `${folder.path}/a.yml`, "--workers", "2"], {
      surfaces: 2,
    });
    await everywhere(server.urls[0]!, "tools/call", CALL);
    const ask = async (path: string) => await (await fetch(`http://127.0.0.1:${control}${path}`)).text();
    const counted =
      `capstan_calls_total{type="mcp",surface="tools",name="list-items",outcome="ok"} ${MANY}\n`;
    const metrics = await until(() => ask("/metrics"), (text) => text.includes(counted));
    assert.equal(metrics.split("# TYPE capstan_calls_total").length, 2);
    assert.match(
      metrics,
      new RegExp(
        `capstan_upstream_request_duration_seconds_count\\{operation="shop.list-items"\\} ${MANY}\\n`,
      ),
    );
    const status = JSON.parse(await ask("/status"));
    assert.equal(status.telemetry.calls.finished, MANY);
    const { traces } = JSON.parse(await ask("/traces?limit=1000"));
    assert.equal(traces.length, MANY);
    for (const { traceId, timestamp } of traces) {
      assert.equal(JSON.parse(await ask(`/traces/${traceId}`)).spans.length, 2);
      assert.ok(Math.abs(Date.parse(timestamp) - Date.now()) < 600_000, timestamp);
    }
    const { logs } = JSON.parse(await ask("/logs?limit=1000"));
    assert.equal(logs.filter(({ logger }: { logger: string }) => logger === "call").length, MANY);
  },
});

Deno.test({
  name: "a capability whose scripts the operator can change, or whose refresh token changes, has one worker",
  ignore: !isLinux,
  async fn() {
    const refresh =
      'authentication: { type: oauth2, tokenEndpoint: "http://127.0.0.1:9/token", clientId: a, grantType: refresh_token, refreshToken: "{{R}}" }';
    const control =
      `    - { type: control, namespace: c, port: ${freePort()}, management: { scripting: { enabled: true } } }\n`;
    await using folder = await folderWith({
      "refresh.yml": capability("http://127.0.0.1:9", mcp(freePort()), refresh),
      "scripts.yml": capability("http://127.0.0.1:9", mcp(freePort()) + control),
    });
    for (
      const [file, surfaces, why] of [
        ["refresh.yml", 1, /one worker serves this capability: the refresh token of shop may change/],
        ["scripts.yml", 2, /one worker serves this capability: its control port changes what scripts may do/],
      ] as const
    ) {
      await using server = await startServer(CAPSTAN, ["serve", `${folder.path}/${file}`, "--workers", "2"], {
        env: { R: "r" },
        surfaces,
      });
      assert.match(server.err(), why);
      assert.doesNotMatch(server.err(), /2 workers/);
    }
  },
});
