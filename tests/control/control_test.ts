/**
 * The control port, as its operators have it: over HTTP and by the commands that talk to it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { hasPromtool, promtool } from "../../lib/telemetry/testing.ts";
import { CAPSTAN, folderWith, freePort, run, startServer } from "../testing.ts";

const spec = (control: number, mcp: number, value = "first", more = "") =>
  `ikanos: "1.0.0-beta5"
info: { display: Watched, description: d, version: "1.0" }
capability:
  exposes:
    - type: control
      port: ${control}
      management: { info: true, reload: true, validate: true, scripting: {} }
    - type: mcp
      namespace: tools
      port: ${mcp}
      tools:
        one: { description: One, outputParameters: [{ type: string, value: ${value} }] }
        sum:
          description: Sums
          steps: { s: { type: script, language: javascript, file: sum.js } }
${more}`;

const call = async (port: number, name = "one") => {
  const response = await fetch(`http://127.0.0.1:${port}/mcp`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: {} } }),
  });
  return JSON.stringify((await response.json()).result);
};

async function started(files: Record<string, string>, flags: readonly string[] = []) {
  const control = freePort(), mcp = freePort();
  const folder = await folderWith({ "c.yml": spec(control, mcp), "sum.js": "result = 1 + 1", ...files });
  const file = `${folder.path}/c.yml`;
  const server = await startServer(CAPSTAN, ["serve", file, ...flags], { surfaces: 2 });
  return {
    control,
    mcp,
    file,
    server,
    url: `http://127.0.0.1:${control}`,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

Deno.test("health and status say what runs", async () => {
  await using it = await started({});
  const live = await fetch(`${it.url}/health/live`);
  assert.deepEqual([live.status, await live.json()], [200, { status: "UP" }]);
  assert.deepEqual(await (await fetch(`${it.url}/health/ready`)).json(), {
    status: "UP",
    adapters: [
      { type: "control", port: it.control, state: "started" },
      { type: "mcp", namespace: "tools", port: it.mcp, state: "started" },
    ],
  });
  const status = await (await fetch(`${it.url}/status`)).json();
  assert.equal(status.capability.display, "Watched");
  assert.equal(status.capability.specVersion, "1.0.0-beta5");
  assert.match(status.uptime, /^PT\d+S$/);
  const lost = await fetch(`${it.url}/helth/live`);
  assert.equal(lost.status, 404);
  assert.match(await lost.text(), /Did you mean \/health\/live\?/);
  const wrong = await fetch(`${it.url}/config/reload`);
  assert.deepEqual([wrong.status, wrong.headers.get("allow"), await wrong.text().then(Boolean)], [
    405,
    "POST",
    true,
  ]);
  // A page somebody else made cannot reach it through the browser of the operator.
  const foreign = await fetch(`${it.url}/config/reload`, {
    method: "POST",
    headers: { origin: "https://evil.example" },
  });
  assert.equal(foreign.status, 403);
  await foreign.body?.cancel();
  const health = await run(CAPSTAN, ["health", "--port", String(it.control)]);
  assert.deepEqual([health.code, health.out.split("\n")[0]], [0, "UP"]);
  const shown = await run(CAPSTAN, ["status", "--port", String(it.control)]);
  assert.match(shown.out, /^Watched 1\.0\n {2}capstan \S+, up for \d+s\n {2}control on port/);
});

Deno.test("reloading swaps the document, and one with errors or more reach changes nothing", async () => {
  await using it = await started({});
  assert.match(await call(it.mcp), /first/);
  await Deno.writeTextFile(it.file, spec(it.control, it.mcp, "second"));
  const checked = await run(CAPSTAN, ["reload", "--check", "--port", String(it.control)]);
  assert.deepEqual([checked.code, checked.out.trim()], [0, "valid"], checked.err);
  assert.match(await call(it.mcp), /first/);
  const reloaded = await run(CAPSTAN, ["reload", "--port", String(it.control)]);
  assert.deepEqual([reloaded.code, reloaded.out.trim()], [0, "reloaded"], reloaded.err);
  assert.match(await call(it.mcp), /second/);
  await Deno.writeTextFile(it.file, "ikanos: [");
  const broken = await run(CAPSTAN, ["reload", "--port", String(it.control)]);
  assert.equal(broken.code, 1);
  assert.match(broken.err, /c\.yml:1:9: error yaml-syntax[^]*what was served before continues/);
  assert.match(await call(it.mcp), /second/);
  const unknown = `        two: { description: Two, call: nobody.nothing }
`;
  await Deno.writeTextFile(it.file, spec(it.control, it.mcp, "half", unknown));
  const half = await run(CAPSTAN, ["reload", "--port", String(it.control)]);
  assert.equal(
    half.code,
    1,
    "a tool that cannot run is set aside at a start, and keeps a document from being served later",
  );
  assert.match(half.err, /error unknown-namespace[^]*what was served before continues/);
  assert.match(await call(it.mcp), /second/);
  const wider = `  consumes:
    - { type: http, namespace: a, baseUri: "https://api.example.com", resources: { r: { path: /, operations: { get: { method: GET } } } } }
`;
  await Deno.writeTextFile(it.file, spec(it.control, it.mcp, "third", wider));
  const response = await fetch(`${it.url}/config/reload`, { method: "POST" });
  assert.equal(response.status, 409);
  assert.match(
    (await response.json()).error,
    /reaches api\.example\.com:443, which was not granted .*restart/,
  );
  assert.match(await call(it.mcp), /second/);
  assert.match(it.server.err(), /^reloaded$/m);
  assert.match(it.server.err(), /^not reloaded: the document has errors; what was served before continues$/m);
});

Deno.test("no call is lost while the document is reloaded again and again", async () => {
  await using it = await started({});
  let over = false, calls = 0;
  const caller = (async () => {
    while (!over) {
      assert.match(await call(it.mcp), /first|second/);
      calls++;
    }
  })();
  for (let i = 0; i < 10; i++) {
    const before = calls;
    await Deno.writeTextFile(it.file, spec(it.control, it.mcp, i % 2 ? "first" : "second"));
    const response = await fetch(`${it.url}/config/reload`, { method: "POST" });
    assert.equal(response.status, 200, await response.text());
    while (calls === before) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  over = true;
  await caller;
});

Deno.test("--watch reads the document again when it changes", async () => {
  await using it = await started({}, ["--watch"]);
  const until = async (name: string, value: string) => {
    for (let tries = 0; !(await call(it.mcp, name)).includes(value); tries++) {
      assert.ok(tries < 400, it.server.err());
      // A log beside the document is none of it: it would be written because of each reload, and lead to the next.
      await Deno.writeTextFile(`${it.file}.log`, it.server.err());
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
  };
  const save = async (value: string) => {
    await Deno.writeTextFile(`${it.file}.new`, spec(it.control, it.mcp, value));
    await Deno.rename(`${it.file}.new`, it.file);
  };
  await save("watched");
  await until("one", "watched");
  // At once, so that nobody sees it half written and reads it twice.
  await Deno.writeTextFile(`${it.file}.sum`, "result = 40 + 2");
  await Deno.rename(`${it.file}.sum`, it.file.replace("c.yml", "sum.js"));
  await until("sum", "42");
  await Deno.rename(it.file, `${it.file}.gone`);
  for (let tries = 0; !it.server.err().includes("c.yml is not there"); tries++) {
    assert.ok(tries < 1200, it.server.err());
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.match(await call(it.mcp), /watched/);
  await save("again");
  await until("one", "again");
  await it.server.end("SIGTERM");
  assert.deepEqual(it.server.err().match(/^(?:not )?reloaded/gm), [
    "reloaded",
    "reloaded",
    "not reloaded",
    "reloaded",
  ]);
});

Deno.test("scripts are switched off and on while the capability runs", async () => {
  await using it = await started({});
  assert.match(await call(it.mcp, "sum"), /2/);
  const port = ["--port", String(it.control)];
  const off = await run(CAPSTAN, ["scripting", "--set", "enabled=false", ...port]);
  assert.equal(off.code, 0, off.err);
  assert.equal(JSON.parse(off.out).enabled, false);
  assert.match(await call(it.mcp, "sum"), /scripts are switched off/);
  const on = JSON.parse(
    (await run(CAPSTAN, ["scripting", "--set", "enabled=true", "--set", "timeout=5000", ...port])).out,
  );
  assert.deepEqual([on.enabled, on.timeout, on.stats.totalExecutions], [true, 5000, 1]);
  assert.match(await call(it.mcp, "sum"), /2/);
  for (
    const [setting, message] of [
      ["timeout=0", /timeout must be at least 1/],
      ["timeout=1.5", /integer/],
      ["colour=red", /colour is not a setting/],
      ['allowedLanguages=["ruby"]', /"ruby"/],
    ] as const
  ) {
    const { code, err } = await run(CAPSTAN, ["scripting", "--set", setting, ...port]);
    assert.equal(code, 1);
    assert.match(err, message);
  }
});

Deno.test("commands find the control port of the folder, and say when nothing answers", async () => {
  await using it = await started({});
  const here = await run(CAPSTAN, ["health"], { cwd: it.file.replace(/\/c\.yml$/, "") });
  assert.equal(here.code, 0, here.err);
  // The document of this test switches no log on.
  const off = await run(CAPSTAN, ["logs", "--port", String(it.control)]);
  assert.equal(off.code, 1);
  assert.match(off.err, /nothing at \/logs\n.*write management: \{ logs: true \} in the control section/);
  const nobody = await run(CAPSTAN, ["health", "--port", String(freePort())]);
  assert.equal(nobody.code, 1);
  assert.match(nobody.err, /nothing answers at http:\/\/127\.0\.0\.1:\d+; .*--port/);
});

Deno.test("commands show the credentials that a control port asks for, or say where to give them", async () => {
  const ports = [freePort(), freePort(), freePort()], [basic, key, mcp] = ports;
  const one = (port: number, authentication: string) =>
    `ikanos: "1.0.0-beta5"
capability:
  exposes:
    - { type: control, port: ${port}, authentication: { ${authentication} } }
    - { type: mcp, namespace: m${port}, port: ${
      port === key ? mcp : freePort()
    }, tools: { one: { description: One, outputParameters: [{ type: string, value: x }] } } }
`;
  await using folder = await folderWith({
    "a.yml": one(basic!, "type: basic, username: ann, password: pässword"),
    "b.yml": one(key!, "type: apikey, key: X-Key, value: the-key, placement: header"),
  });
  await using _server = await startServer(CAPSTAN, ["serve", folder.path], { surfaces: 4 });
  const health = (port: number, env: Record<string, string>) =>
    run(CAPSTAN, ["health", "--port", String(port)], { env });
  for (
    const [port, env, code, err] of [
      [basic!, {}, 1, /401.*\n(?:.*\n)*.*give name:password in CAPSTAN_CONTROL_USER/],
      [basic!, { CAPSTAN_CONTROL_USER: "ann:pässword" }, 0, /^$/],
      [key!, {}, 1, /401.*\n(?:.*\n)*.*CAPSTAN_CONTROL_HEADER, such as X-Key/],
      [key!, { CAPSTAN_CONTROL_HEADER: "X-Key: the-key" }, 0, /^$/],
      [key!, { CAPSTAN_CONTROL_HEADER: "the-key" }, 2, /CAPSTAN_CONTROL_HEADER takes a header/],
      [mcp!, {}, 1, /404(?:.*\n)*.*this may be no control port; name it with --port/],
    ] as const
  ) {
    const answer = await health(port, env);
    assert.deepEqual([answer.code, err.test(answer.err)], [code, true], `${port}: ${answer.err}`);
    assert.ok(!/the-key|pässword/.test(answer.out + answer.err));
  }
});

Deno.test("credentials for a control port go to no proxy and to nowhere an answer leads", async () => {
  const seen: string[] = [];
  const elsewhere = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    seen.push(request.url);
    return Response.json({ status: "UP", adapters: [] });
  });
  const proxy = `http://127.0.0.1:${elsewhere.addr.port}`;
  const port = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    assert.equal(request.headers.get("x-key"), "the-key");
    return Response.redirect(`${proxy}/health/ready`);
  });
  const asked = await run(CAPSTAN, ["health", "--port", String(port.addr.port)], {
    env: { CAPSTAN_CONTROL_HEADER: "X-Key: the-key", HTTP_PROXY: proxy, http_proxy: proxy },
  });
  await Promise.all([port.shutdown(), elsewhere.shutdown()]);
  assert.equal(asked.code, 1);
  assert.match(asked.err, /\/health\/ready answered 302.*\n.*redirects are not followed/);
  assert.deepEqual(seen, []);
});

Deno.test("a control port beyond this machine asks who calls, or does not listen", async () => {
  await using folder = await folderWith({ "c.yml": spec(freePort(), freePort()), "sum.js": "result = 1" });
  await using server = await startServer(CAPSTAN, ["serve", "--host", "0.0.0.0", `${folder.path}/c.yml`]);
  assert.equal(await server.end("SIGTERM"), 0);
  assert.match(server.err(), /not served: the control surface: beyond this machine .*authentication/);
});

/** A tool whose one output is no number. */
const DRIFTING =
  `        drifting: { description: Drifts, outputParameters: [{ type: integer, value: many }] }
`;

Deno.test("metrics, traces and logs say what was called, and hold no secret", async () => {
  const control = freePort(), mcp = freePort();
  await using folder = await folderWith({
    "c.yml": spec(control, mcp, "first", DRIFTING).replace(
      "scripting: {} }",
      "scripting: {}, logs: { stream: true } }",
    ),
    "sum.js": "console.log('adding'); result = 1 + 1",
  });
  await using server = await startServer(CAPSTAN, ["serve", `${folder.path}/c.yml`], { surfaces: 2 });
  const url = `http://127.0.0.1:${control}`, port = ["--port", String(control)];
  const stream = await fetch(`${url}/logs/stream`),
    reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
  assert.equal(stream.headers.get("content-type"), "text/event-stream");
  assert.match(await call(mcp), /first/);
  let heard = "";
  while (!heard.includes("one")) heard += (await reader.read()).value ?? assert.fail(heard);
  const metrics = await run(CAPSTAN, ["metrics", "--filter", "calls", ...port]);
  assert.match(metrics.out, /capstan_\w+.*tools.*one/, metrics.err);
  const traces = JSON.parse((await run(CAPSTAN, ["traces", "--operation", "one", ...port])).out);
  assert.match(traces.traces[0].operation, /one/);
  const trace = JSON.parse((await run(CAPSTAN, ["traces", traces.traces[0].traceId, ...port])).out);
  assert.ok(trace.spans.length >= 1);
  const lost = await run(CAPSTAN, ["traces", "nothing", ...port]);
  assert.match(lost.err, /there is no trace nothing/);
  await call(mcp, "sum");
  await call(mcp, "drifting");
  await call(mcp, "nobody");
  const logs = JSON.parse((await run(CAPSTAN, ["logs", ...port])).out);
  const kept = logs.logs.map(({ logger, message }: { logger: string; message: string }) =>
    `${logger}: ${message}`
  );
  for (
    const line of [
      /^call: mcp tools one: ok, /,
      /^script: script s: adding$/,
      /^drift: drift: drifting: value did not hold the type it declares, and became null \(once so far\)$/,
      /^missed: mcp tools: tools\/call nobody: there is no such tool$/,
    ]
  ) assert.ok(kept.some((each: string) => line.test(each)), `${line} is not in ${kept.join("\n")}`);
  const errors = JSON.parse(
    (await run(CAPSTAN, ["logs", "--level", "warning", "--logger", "missed", "--limit", "1", ...port])).out,
  );
  assert.deepEqual(
    errors.logs.map(({ level, logger }: { level: string; logger: string }) => [level, logger]),
    [["warning", "missed"]],
  );
  const slow = JSON.parse((await run(CAPSTAN, ["traces", "--slower-than", "1000000", ...port])).out);
  assert.deepEqual(slow.traces, []);
  for (
    const [path, error, hint] of [
      ["/logs?level=warnin", "level is warnin", "Use debug, info, warning, error."],
      ["/logs/stream?level=x", "level is x", "Use debug, info, warning, error."],
      ["/logs?limit=ten", "limit is ten", "Use a number from 0."],
      ["/traces?slowerThan=5", "there is no slowerThan", "Use operation, status, slowerThanMs, limit."],
      ["/traces?status=failed", "status is failed", "Use ok, error."],
    ]
  ) {
    const answer = await fetch(`${url}${path}`);
    assert.deepEqual([answer.status, await answer.json()], [400, { error, hint }]);
  }
  if (hasPromtool()) assert.equal((await promtool(await (await fetch(`${url}/metrics`)).text())).said, "");
  // Who follows the log does not keep it from stopping.
  assert.equal(await server.end("SIGTERM"), 0);
});

Deno.test("a change of scripting is refused once it is too large, while more of it would still come", async () => {
  await using at = await started({});
  let sent = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 1 << 16;
      if (sent > 256 << 20) controller.close();
      else controller.enqueue(new Uint8Array(1 << 16).fill(0x20));
    },
  });
  const response = await fetch(`${at.url}/scripting`, { method: "PUT", body: endless }).catch(() =>
    undefined
  );
  if (response) {
    assert.equal(response.status, 400);
    assert.match(await response.text(), /larger than 65536 bytes/);
  }
  assert.ok(sent < 256 << 20, "all of it was read");
});

Deno.test("each of several capabilities is read again by itself, by its control port and with --watch", async () => {
  const ports = [freePort(), freePort(), freePort(), freePort()] as const;
  await using folder = await folderWith({
    "a.yml": spec(ports[0], ports[1]),
    "b.yml": spec(ports[2], ports[3]),
    "sum.js": "result = 1 + 1",
  });
  await using server = await startServer(CAPSTAN, ["serve", folder.path, "--watch"], { surfaces: 4 });
  const reloaded = await fetch(`http://127.0.0.1:${ports[0]}/config/reload`, { method: "POST" });
  assert.deepEqual([reloaded.status, (await reloaded.json()).status], [200, "reloaded"]);
  await Deno.writeTextFile(`${folder.path}/b.new`, spec(ports[2], ports[3], "changed"));
  await Deno.rename(`${folder.path}/b.new`, `${folder.path}/b.yml`);
  for (let tries = 0; !(await call(ports[3])).includes("changed"); tries++) {
    assert.ok(tries < 1200, server.err());
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.match(await call(ports[1]), /first/);
  assert.equal(await server.end("SIGTERM"), 0);
  assert.match(server.err(), /^\S*a\.yml: reloaded$/m);
  assert.match(server.err(), /^\S*b\.yml: reloaded$/m);
});
