/**
 * What an answer did not have: told with its place, what is there instead, and the nearest name; once, and then counted.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { CallEvent } from "../../lib/telemetry/call.ts";
import { compileText, flowOf, startUpstream } from "../capability.ts";
import { CAPSTAN, run } from "../testing.ts";

const document = (origin: string, tools: string) =>
  `ikanos: "1.0.0-beta5"
capability:
  consumes:
    - type: http
      namespace: api
      baseUri: ${origin}
      resources:
        geo: { path: /geo, operations: { geo: { method: GET } } }
        none: { path: /none, operations: { none: { method: GET } } }
        weather:
          path: /weather
          operations: { get: { method: GET, inputParameters: { lat: { in: query } } } }
  exposes:
    - type: mcp
      namespace: t
      port: 3999
      tools:
${tools.replace(/^/gm, "        ")}
`;

const api = () =>
  startUpstream((request) =>
    new URL(request.url).pathname === "/none" ? Response.json(null) : Response.json({
      results: [{ id: 1, name: "Bergen", note: "n" }, { id: 2, name: "Oslo" }],
      total: 2,
      page: { next: null },
    })
  );

/** Runs a tool, and gives what was told of the call, and what the capability counted. */
async function told(tools: string, times = 1, args: Record<string, unknown> = {}) {
  await using upstream = api();
  const capability = await compileText(document(upstream.origin, tools)), events: CallEvent[] = [];
  const flow = flowOf(capability, "t"), logged: string[] = [];
  capability.drift.listen((event) => logged.push(`${event.count} ${event.flow} ${event.output}`));
  let value: unknown;
  for (let i = 0; i < times; i++) {
    const tell = (event: CallEvent) => void events.push(event);
    value = (await flow.run(flow.inputs.parse(args), { deadline: performance.now() + 60_000, tell })).value;
  }
  return { events, value, logged, lines: events.map(({ place, message }) => `${place} | ${message}`) };
}

const outputs = (text: string) =>
  `t:
  description: d
  call: api.geo
  outputParameters:
${text.replace(/^/gm, "    ")}`;

Deno.test("a mapping that the answer does not have is told, with what is there and the nearest name", async () => {
  const { events, value } = await told(outputs("- { type: array, mapping: $.result }"));
  assert.equal(value, null);
  assert.deepEqual(events, [{
    code: "not_found_in_answer",
    place: "t: $.result",
    message: "the answer has no result: it has results, total, page; did you mean results?",
    source: "spec.yml:22:30",
  }]);
});

Deno.test("every way to look for something tells of what is not there", async () => {
  for (
    const [tools, line] of [
      [
        outputs("- { type: array, mapping: '$.reslts[*].id' }"),
        "t: $.reslts[*].id | the answer has no reslts: it has results, total, page; did you mean results?",
      ],
      [
        outputs("- { type: object, properties: { n: { type: string, mapping: $.page.next.url } } }"),
        "t: $.page.next.url | $.page.next is null",
      ],
      [
        outputs("- { name: totl, type: number }"),
        "t: $.totl | the answer has no totl: it has results, total, page; did you mean total?",
      ],
      [
        outputs("- { name: x, type: string, value: 'of {{totl}}' }"),
        "t: {{totl}} | the answer has no totl: it has results, total, page; did you mean total?",
      ],
      [
        "t: { description: d, steps: { g: { type: call, call: api.geo }, w: { type: call, call: api.get, with: { lat: '{{g.reslts[0].id}}' } } } }",
        "t: g.reslts[0].id | g has no reslts: it has results, total, page; did you mean results?",
      ],
      [
        "t: { description: d, steps: { g: { type: call, call: api.geo } }, mappings: [{ target: x, value: '$.g.results[0].nme' }] }",
        "t: $.g.results[0].nme | $.g.results[0] has no nme: it has id, name, note; did you mean name?",
      ],
      [
        "t: { description: d, steps: { g: { type: call, call: api.geo } }, outputParameters: [{ name: totl, type: number }] }",
        "t: totl | no step has an output called totl; g has results, total, page; did you mean total?",
      ],
      [
        "t: { description: d, steps: { g: { type: call, call: api.geo }, l: { type: lookup, index: g.results, match: nme, lookupValue: Oslo } } }",
        "t: nme | no entry has nme: the first has id, name, note; did you mean name?",
      ],
      [
        "t: { description: d, steps: { g: { type: call, call: api.geo }, l: { type: lookup, index: g.results, match: name, lookupValue: Rome } } }",
        "t: lookupValue | none of the 2 entries has this name",
      ],
      [
        "t: { description: d, steps: { g: { type: call, call: api.geo }, l: { type: lookup, index: g.results, match: name, lookupValue: Oslo, outputParameters: [idd] } } }",
        "t: idd | no entry has idd: the first has id, name; did you mean id?",
      ],
    ] as const
  ) assert.deepEqual((await told(tools)).lines, [line], tools);
});

Deno.test("what is there, what some elements leave out, and a filter that nothing fits are not told", async () => {
  const { lines, value } = await told(outputs(`- type: object
  properties:
    total: { type: number, mapping: $.total }
    next: { type: string, mapping: $.page.next }
    none: { type: array, mapping: "$.results[?@.id > 7].id" }
    rows:
      type: array
      mapping: $.results
      items:
        type: object
        properties:
          name: { type: string, mapping: $.name }
          note: { type: string, mapping: $.note }`));
  assert.deepEqual(lines, []);
  assert.deepEqual(value, {
    total: 2,
    next: null,
    none: [],
    rows: [{ name: "Bergen", note: "n" }, { name: "Oslo", note: null }],
  });
});

Deno.test("what no element of a list has is told once for the list, and counted from call to call", async () => {
  const tools = outputs(`- type: array
  mapping: $.results
  items: { type: object, properties: { nam: { type: string, mapping: $.nam } } }`);
  const { lines, logged } = await told(tools, 11);
  assert.deepEqual(
    lines,
    Array(11).fill("t: $.nam | an element has no nam: it has id, name, note; did you mean name?"),
  );
  assert.deepEqual(logged, ["1 t $.nam", "10 t $.nam"]);
});

Deno.test("an answer that is null is told once, not for every output", async () => {
  const { lines, value } = await told(`t:
  description: d
  call: api.none
  outputParameters:
    - type: object
      properties: { a: { type: string, mapping: $.a }, b: { type: string, mapping: $.b } }`);
  assert.deepEqual(value, { a: null, b: null });
  assert.deepEqual(lines, ["t | the answer is null or empty, so every declared output is null"]);
});

Deno.test("a value that becomes null is drift, in mock outputs too", async () => {
  const capability = await compileText(document(
    "http://127.0.0.1:9",
    "t: { description: d, inputParameters: { n: { type: string } }, outputParameters: [{ name: n, type: number, value: '{{n}}' }] }",
  ));
  const flow = flowOf(capability, "t");
  const result = await flow.run({ n: "many" }, { deadline: performance.now() + 60_000 });
  assert.deepEqual([result.value, result.drift], [{ n: null }, ["n"]]);
});

Deno.test("capstan call prints what the answer did not have", async () => {
  await using upstream = api();
  const file = await Deno.makeTempFile({ suffix: ".yml" });
  try {
    await Deno.writeTextFile(
      file,
      document(upstream.origin, outputs("- { type: array, mapping: $.result }")),
    );
    const { code, out, err } = await run(CAPSTAN, ["call", file, "t"]);
    assert.equal(code, 0, err);
    assert.equal(out.trim(), "null");
    assert.match(
      err,
      /not found: t: \$\.result: the answer has no result: it has results, total, page; did you mean results\? \(.*:22:30\)/,
    );
  } finally {
    await Deno.remove(file);
  }
});
