/**
 * Answers made to stop whoever reads them: each ends in an error or in what it is, and the capability goes on.
 *
 * @module
 */
import assert from "node:assert/strict";
import { CallError } from "../../lib/upstream/error.ts";
import type { Link } from "../../lib/isolate/link.ts";
import type { CallEvent } from "../../lib/telemetry/call.ts";
import { compileText, flowOf, startUpstream, toolSpec } from "../capability.ts";

/** Calls a tool whose API gives one answer. */
async function given(body: string, contentType: string, format?: string, deadlineMs = 300_000) {
  await using api = startUpstream(() => new Response(body, { headers: { "content-type": contentType } }));
  const raw = format === undefined ? "" : `, outputRawFormat: ${format}`;
  const capability = await compileText(
    toolSpec(api.origin, {
      operation: `path: /a\noperations: { get: { method: GET${raw} } }`,
      tool: "call: api.get",
    }),
  );
  const events: CallEvent[] = [];
  const outcome = await flowOf(capability, "t").run({}, {
    deadline: performance.now() + deadlineMs,
    tell: (event) => void events.push(event),
  }).then(({ value }) => value, (error: unknown) => {
    assert.ok(error instanceof CallError, String(error));
    return error.data.code;
  });
  return { outcome, events, requests: api.seen.length };
}

Deno.test("an answer whose format nobody declared is not taken apart where it is large", async () => {
  const wide = `|${"a|".repeat(3000)}\n|${"-|".repeat(3000)}\n${"|b\n".repeat(12_000)}`;
  for (
    const [type, body] of [
      ["text/markdown", wide],
      ["text/csv", `a,b\n${"1,2\n".repeat(100_000)}`],
      ["application/yaml", "a: 1\n".repeat(100_000)],
      ["text/html", "<table><tr><td>".repeat(30_000)],
    ] as const
  ) {
    const { outcome, events } = await given(body, type);
    assert.equal(outcome, body, type);
    assert.match(events[0]!.message, /passed on unread: write outputRawFormat/);
    assert.equal(events[0]!.code, "odd_answer");
  }
});

Deno.test("a declared answer that stands for more than fits is refused, and counted, not timed", async () => {
  for (
    const [format, body] of [
      ["markdown", `|${"a|".repeat(3000)}\n|${"-|".repeat(3000)}\n${"|b\n".repeat(12_000)}`],
      ["csv", `a,b,c,d\n${",,,\n".repeat(1_000_000)}`],
      ["yaml", `a: &a [${"x,".repeat(2000)}]\nb: [${"*a,".repeat(2000)}]`],
      ["html", `<table>${"<tr><td colspan=100 rowspan=100>x".repeat(20_000)}</table>`],
      ["html", "<p>".repeat(1_100_000)],
      ["html", "<!---->".repeat(1_100_000)],
      ["xml", `<r>${"<a/>".repeat(2_100_000)}</r>`],
    ] as const
  ) {
    const { outcome, requests } = await given(body, "application/octet-stream", format);
    assert.equal(outcome, "response_too_large", format);
    assert.equal(requests, 1, "it is not asked for again");
  }
});

Deno.test("JSON that would take half a minute and gigabytes to be made is refused before it is made", async () => {
  const keys = Array.from({ length: 1_000_001 }, (_, i) => `"k${i}":1`).join(",");
  for (
    const [type, body] of [
      ["application/json", `[${"{},".repeat(3_000_000)}1]`],
      ["application/json", `[${"[],".repeat(3_000_000)}1]`],
      ["application/json", `{"a":{${keys}}}`],
      ["text/plain", `[${"[[]],".repeat(1_500_000)}1]`],
      ["application/x-ndjson", "{}\n".repeat(2_000_001)],
      ["application/x-ndjson", `[${"[],".repeat(20_000)}1]\n`.repeat(101)],
      ["text/event-stream", "data: 1\n\n".repeat(2_000_001)],
      ["text/event-stream", `data: "\n\n${`data: [${"[],".repeat(20_000)}1]\n\n`.repeat(101)}`],
    ] as const
  ) {
    const format = type === "application/x-ndjson" ? "json" : undefined;
    const { outcome, requests } = await given(body, type, format);
    // What nobody called JSON stays the text it is.
    if (type === "text/plain") assert.equal(outcome, body);
    else assert.equal(outcome, "response_too_large", `${type} ${body.slice(0, 20)}`);
    assert.equal(requests, 1, "it is not asked for again");
  }
});

Deno.test("tables in tables are read once", async () => {
  const { outcome } = await given("<table><tr><td>x".repeat(1200), "text/html", "html");
  assert.equal((outcome as { tables: unknown[] }).tables.length, 1200);
});

Deno.test("one long number in a large answer costs no more than its digits", async () => {
  const body = `[12345678901234567890,${'{"id":1,"name":"a ship"},'.repeat(800_000)}0.12345678901234567890]`;
  const { outcome } = await given(body, "application/json");
  const list = outcome as unknown[];
  assert.equal(list[0], 12345678901234567890n);
  assert.equal(String(list.at(-1)), "0.12345678901234567890");
});

Deno.test("an answer that takes longer than the call may is given up, and the next is read", async () => {
  const body = "a: [b, c]\n".repeat(500_000);
  assert.equal((await given(body, "application/yaml", "yaml", 300)).outcome, "timeout");
  assert.deepEqual((await given("a: 1", "application/yaml", "yaml")).outcome, { a: 1 });
});

Deno.test("what is odd about rows is told", async () => {
  const one = await given("a;b\n1;2\n\n3;4", "text/plain", "csv");
  assert.deepEqual(one.outcome, [{ "a;b": "1;2" }, { "a;b": "3;4" }]);
  assert.match(
    one.events[0]!.message,
    /the columns seem to be separated by semicolons, and CSV separates them by commas/,
  );
  const two = await given("a,a\n1,2", "text/csv");
  assert.deepEqual(two.outcome, [{ a: "2" }]);
  assert.match(two.events[0]!.message, /several columns are called "a"/);
});

Deno.test("JSON lines and event streams are lists", async () => {
  assert.deepEqual((await given('{"a":1}\n{"a":2}\n', "application/x-ndjson")).outcome, [{ a: 1 }, { a: 2 }]);
  assert.deepEqual((await given('{"a":1}\n{"a":2}\n', "application/jsonl; charset=utf-8", "json")).outcome, [
    { a: 1 },
    { a: 2 },
  ]);
  assert.deepEqual((await given('\u001e{"a":1}\n\u001e[2]\n', "application/json-seq")).outcome, [{ a: 1 }, [
    2,
  ]]);
  assert.deepEqual(
    (await given('data: {"a":1}\n\ndata: one\ndata: two\n\ndata: [DONE]\n\n', "text/event-stream")).outcome,
    [
      { a: 1 },
      "one\ntwo",
      "[DONE]",
    ],
  );
  assert.deepEqual((await given("event: add\nid: 7\ndata: 1\n\n", "text/event-stream")).outcome, [
    { event: "add", id: "7", data: 1 },
  ]);
  assert.equal((await given('{"a":1}\n{no', "application/x-ndjson")).outcome, "bad_response");
});

Deno.test("a fault inside a decoder is told as Capstan's own, and the API is not asked again", async () => {
  await using api = startUpstream(() => new Response("<a/>"));
  const capability = await compileText(
    toolSpec(api.origin, {
      operation: "path: /a\noperations: { get: { method: GET, outputRawFormat: xml } }",
      tool: "call: api.get",
    }),
    {
      // An isolate whose decoder breaks.
      makeLink: () => {
        const link: Link = {
          send: () => link.onAnswer({ kind: "fault", message: "secret of the inside", stack: undefined }),
          onAnswer: () => {},
          onFault: () => {},
          end: () => {},
        };
        return Promise.resolve(link);
      },
    },
  );
  await assert.rejects(
    flowOf(capability, "t").run({}, { deadline: performance.now() + 60_000 }),
    (error) => {
      assert.ok(error instanceof CallError);
      assert.equal(error.data.code, "internal");
      assert.equal(error.data.retryable, false);
      assert.doesNotMatch(JSON.stringify(error.data), /secret of the inside/);
      return true;
    },
  );
  assert.equal(api.seen.length, 1);
});
