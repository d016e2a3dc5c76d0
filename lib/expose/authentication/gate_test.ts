import assert from "node:assert/strict";
import type { LogEntry } from "../../host/host.ts";
import { createGate } from "./gate.ts";
import { Refusal } from "./refusal.ts";
import { Slowdown } from "./slowdown.ts";

const request = (headers: Record<string, string> = {}, path = "/orders", method = "GET") =>
  new Request(`http://127.0.0.1:3000${path}`, { method, headers });

function gateOf(refusal: Refusal) {
  const logged: LogEntry[] = [], watch = { at: 0 };
  const gate = createGate({
    authenticator: {
      authenticate: ({ headers }) => headers.has("x-ok") ? { id: "ada", scheme: "basic" } : refusal,
      metadata: { path: "/.well-known/oauth-protected-resource/mcp", document: "{}" },
    },
    surface: "the mcp surface tools",
    log: (entry) => void logged.push(entry),
    now: () => watch.at,
  });
  return { gate, logged, watch };
}

Deno.test("createGate() words refusals for the client, and lets who is known in", async () => {
  const { gate } = gateOf(new Refusal({ status: 401, challenges: ["Bearer"], detail: "Show a token." }));
  assert.deepEqual(gate.admit(request({ "x-ok": "1" }), () => "::1"), { id: "ada", scheme: "basic" });
  const plain = await gate.admit(request(), () => "::1") as Response;
  assert.equal(await plain.text(), "Unauthorized");
  assert.equal(plain.headers.get("www-authenticate"), "Bearer");
  const mcp = await gate.admit(
    request({ accept: "application/json, text/event-stream" }),
    () => "::1",
  ) as Response;
  assert.equal(await mcp.text(), "Unauthorized");
  const other = await gate.admit(request({ accept: "*/*" }), () => "::1") as Response;
  assert.equal(other.headers.get("content-type"), "application/problem+json");
  assert.equal(other.headers.get("www-authenticate"), "Bearer");
  assert.deepEqual(await other.json(), {
    type: "about:blank",
    title: "Unauthorized",
    status: 401,
    detail: "Show a token.",
    code: "unauthorized",
    retryable: false,
  });
});

Deno.test("createGate() gives its metadata to anybody, at exactly its path", async () => {
  const { gate } = gateOf(new Refusal({ status: 401, detail: "" })),
    path = "/.well-known/oauth-protected-resource/mcp";
  assert.equal((await gate.admit(request({}, `${path}?x=1`), () => "::1") as Response).status, 200);
  for (
    const [other, method] of [[`${path}/x`, "GET"], [path, "POST"], [`/?${path}`, "GET"], [
      "/",
      "GET",
    ]] as const
  ) {
    assert.equal(
      (await gate.admit(request({}, other, method), () => "::1") as Response).status,
      401,
      `${method} ${other}`,
    );
  }
});

Deno.test("createGate() lets nobody in when finding out fails, at once or later, and logs it", async () => {
  for (
    const fail of [() => Promise.reject(new Error("broken")), () => {
      throw new Error("broken");
    }]
  ) {
    const logged: LogEntry[] = [];
    const gate = createGate({
      authenticator: { authenticate: fail },
      surface: "the mcp surface tools",
      log: (entry) => void logged.push(entry),
      now: () => 0,
    });
    const response = await gate.admit(request(), () => "::1") as Response;
    assert.equal(response.status, 503);
    assert.equal(logged[0]?.level, "error");
    assert.match(logged[0]!.stack!, /broken/);
  }
});

Deno.test("createGate() writes one sentence now and then, with how often it came", async () => {
  const { gate, logged, watch } = gateOf(
    new Refusal({ status: 401, detail: "", log: "a token without aud" }),
  );
  for (let i = 0; i < 5; i++) await gate.admit(request(), () => "::1");
  watch.at += 10_001;
  await gate.admit(request(), () => "::1");
  assert.deepEqual(logged.map(({ message }) => message), [
    "the mcp surface tools: a token without aud",
    "the mcp surface tools: a token without aud (and 4 more of these)",
  ]);
});

Deno.test("Slowdown: a few wrong secrets wait for nothing, more wait longer, up to a bound", () => {
  const watch = { at: 0 }, slow = new Slowdown(() => watch.at);
  const delays = Array.from({ length: 12 }, () => slow.delayOf("10.0.0.1", ""));
  assert.deepEqual(delays, [0, 0, 0, 100, 200, 400, 800, 1600, 2000, 2000, 2000, 2000]);
  assert.equal(slow.delayOf("10.0.0.2", ""), 0, "others are not concerned");
  watch.at += 10 * 60_000 + 1;
  assert.equal(slow.delayOf("10.0.0.1", ""), 0, "it is forgotten");
});

Deno.test("Slowdown: many addresses that guess for one name are slow, and so are many addresses of one IPv6 site", () => {
  const slow = new Slowdown(() => 0);
  for (let i = 0; i < 5; i++) slow.delayOf(`10.0.0.${i}`, "ada");
  assert.ok(slow.delayOf("10.0.1.1", "ada") > 0);
  for (let i = 0; i < 5; i++) slow.delayOf(`2001:db8:1:2::${i}`, "");
  assert.ok(slow.delayOf("2001:db8:1:2:ffff::1", "") > 0);
});

Deno.test("Slowdown: what is remembered and what waits has a bound", async () => {
  const slow = new Slowdown(() => 0);
  for (let i = 0; i < 4; i++) slow.delayOf("10.0.0.1", "");
  for (let i = 0; i < 10_000; i++) slow.delayOf(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}x`, "");
  assert.equal(slow.delayOf("10.0.0.1", ""), 0, "the quietest are forgotten first");
  const all = await Promise.all(Array.from({ length: 501 }, () => slow.wait(1)));
  assert.equal(all.filter((waited) => !waited).length, 1);
});

Deno.test("Slowdown of one of several workers counts a wrong secret for all of them, after the first", () => {
  const slowdown = new Slowdown(() => 0, 4);
  assert.deepEqual(Array.from({ length: 3 }, () => slowdown.delayOf("127.0.0.1", "ann")), [0, 200, 2000]);
});
