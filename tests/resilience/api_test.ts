/**
 * APIs that fail in every way: each call ends in time, in an error that says what is wrong; good calls between them go
 * on, and nothing is asked again without end.
 *
 * @module
 */
import assert from "node:assert/strict";
import { CallError } from "../../lib/upstream/error.ts";
import { ATTEMPTS } from "../../lib/upstream/time/retry.ts";
import { compileText, flowOf } from "../capability.ts";
import { hostileApi, HOSTILITIES } from "./hostile_api.ts";

/** How long a call of an API that never ends may take, and any other, in milliseconds. */
const ENDLESS_MS = 1_500, CALL_MS = 120_000;
/** After so long something hangs, in milliseconds. */
const WATCHDOG_MS = 150_000;
/** How many calls of each kind run at once. */
const AT_ONCE = 8;

/** How calls of each kind end. */
const ENDS: Readonly<Record<string, string>> = {
  ok: "ok",
  reset: "unreachable",
  stall: "timeout",
  halfhead: "timeout",
  silence: "timeout",
  drip: "timeout",
  headers: "bad_response",
  truncate: "unreachable",
  chunks: "unreachable",
  more: "bad_response",
  lengths: "bad_response",
  lie: "bad_response",
  bomb: "response_too_large",
  garbage: "bad_response",
  unpacked: "bad_response",
  storm: "rate_limited",
  later: "rate_limited",
};

const specOf = (origin: string) =>
  `ikanos: "1.0.0-beta5"
capability:
  consumes:
    - type: http
      namespace: api
      baseUri: ${origin}/v1
      resources:
${
    HOSTILITIES.map((kind) =>
      `        ${kind}: { path: /${kind}, operations: { get-${kind}: { method: GET } } }`
    ).join("\n")
  }
  exposes:
    - type: mcp
      namespace: tools
      port: 3999
      tools:
${HOSTILITIES.map((kind) => `        ${kind}: { description: Calls it, call: api.get-${kind} }`).join("\n")}
`;

/** Gives up on what hangs. */
function bounded<T>(work: Promise<T>, what: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} hangs`)), WATCHDOG_MS);
  });
  return Promise.race([work, limit]).finally(() => clearTimeout(timer));
}

Deno.test("every way to fail ends in time and in words, and good calls between them are answered", async () => {
  assert.deepEqual(Object.keys(ENDS), HOSTILITIES);
  await using api = hostileApi();
  const capability = await compileText(specOf(api.origin));
  const call = async (kind: string): Promise<string> => {
    const time = ENDS[kind] === "timeout" ? ENDLESS_MS : CALL_MS;
    try {
      const { value } = await flowOf(capability, kind).run({}, { deadline: performance.now() + time });
      assert.deepEqual(value, { ok: true }, kind);
      return "ok";
    } catch (error) {
      assert.ok(error instanceof CallError, `${kind}: ${error}`);
      assert.ok(error.data.message.length > 10, kind);
      return error.data.code;
    }
  };
  const ends = await bounded(
    Promise.all(HOSTILITIES.flatMap((kind) =>
      Array.from({ length: AT_ONCE }, async () => {
        const [end, good] = await Promise.all([call(kind), call("ok")]);
        assert.equal(good, "ok", `beside ${kind}`);
        return [kind, end] as const;
      })
    )),
    "a call",
  );
  for (const [kind, end] of ends) assert.equal(end, ENDS[kind], kind);
  for (const [kind, count] of api.asked) {
    if (kind !== "ok") assert.ok(count <= AT_ONCE * ATTEMPTS, `${kind} was asked for ${count} times`);
  }
  assert.equal(api.asked.get("later"), AT_ONCE, "who asks for a day is left alone");
  // Nothing holds on to a connection whose call is over.
  for (let tries = 0; api.open > 0; tries++) {
    assert.ok(tries < 6000, `${api.open} connections are left`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
});

Deno.test("a capability that was failed hundreds of times answers as before, and holds nothing", async () => {
  await using api = hostileApi();
  const capability = await compileText(specOf(api.origin));
  const run = (kind: string) =>
    flowOf(capability, kind).run({}, { deadline: performance.now() + 60_000 }).then(
      () => "ok",
      () => "failed",
    );
  const kinds = ["garbage", "truncate", "chunks", "lengths", "lie"];
  const ended: Record<string, number> = { ok: 0, failed: 0 };
  await bounded(
    Promise.all(Array.from({ length: 25 }, async () => {
      for (let i = 0; i < 10; i++) {
        const end = await run(kinds[i % kinds.length]!);
        ended[end] = ended[end]! + 1;
      }
    })),
    "a call",
  );
  assert.deepEqual(ended, { ok: 0, failed: 250 });
  assert.equal(await run("ok"), "ok");
});
