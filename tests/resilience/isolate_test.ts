/**
 * The isolate in the program as users start it: from sources, from the bundle, and compiled. Every format is read and a
 * script run in each; whatever does not end is stopped, and nothing else waits for it.
 *
 * @module
 */
import types from "avsc/lib/types.js";
import assert from "node:assert/strict";
import { bundle } from "../../tools/bundle.ts";
import { compileCapstan } from "../../tools/compile.ts";
import { BuildError, thisTarget } from "../../tools/toolchain.ts";
import {
  CAPSTAN,
  type Command,
  type Folder,
  folderWith,
  rpc,
  run,
  startServer,
  upstream,
} from "../testing.ts";
import { tryLeaves } from "./leaves.ts";

const OUT = await Deno.makeTempDir({ prefix: "capstan-isolate-" });
globalThis.addEventListener("unload", () => Deno.removeSync(OUT, { recursive: true }));
const BUNDLE = await bundle(OUT), BINARY = `${OUT}/capstan`;
const compiled = await compileCapstan(BUNDLE, thisTarget(), BINARY).then(() => true, (error) => {
  if (!(error instanceof BuildError)) throw error;
  return false;
});

/** The ways to start it. */
const PROGRAMS: readonly (readonly [name: string, command: Command, ignore: boolean])[] = [
  ["sources", CAPSTAN, false],
  ["bundle", [Deno.execPath(), "run", "-A", "--quiet", BUNDLE], false],
  ["binary", [BINARY], !compiled],
];

const AVRO = {
  type: "record",
  name: "Ship",
  fields: [{ name: "id", type: "long" }, { name: "name", type: "string" }],
};
const avro = (types as { Type: { forSchema(schema: unknown): { toBuffer(value: unknown): Uint8Array } } })
  .Type
  .forSchema(AVRO);

/** What each format's route answers, and what is made of it. */
const ANSWERS: Readonly<Record<string, readonly [body: string | Uint8Array<ArrayBuffer>, value: unknown]>> = {
  json: ['{"id":12345678901234567890,"n":0.12345678901234567890}', { id: 1, n: 0 }],
  xml: ["<ship><id>1</id></ship>", { id: "1" }],
  yaml: ["id: 12345678901234567890", { id: 1 }],
  csv: ["id,name\n1,Ada\n\n2,Bob", [{ id: "1", name: "Ada" }, { id: "2", name: "Bob" }]],
  tsv: ['id\tname\n1\t"Ada', [{ id: "1", name: '"Ada' }]],
  psv: ["id|name\n1|Ada", [{ id: "1", name: "Ada" }]],
  html: ["<table><tr><td>id<td>name<tr><td>1<td>Ada</table>", { tables: [[{ id: "1", name: "Ada" }]] }],
  markdown: ["# Ada\n\nship", {
    frontMatter: {},
    tables: [],
    sections: [{ heading: "Ada", level: 1, content: "ship" }],
  }],
  avro: [new Uint8Array(avro.toBuffer({ id: 1, name: "Ada" })), { id: 1, name: "Ada" }],
  protobuf: [Uint8Array.of(8, 1, 18, 3, 65, 100, 97), { id: 1, name: "Ada" }],
  text: ["Ada", "Ada"],
};
/** Numbers are looked at as text: `JSON.parse` would lose their digits here. */
const DIGITS: Readonly<Record<string, RegExp>> = {
  json: /"id": ?12345678901234567890,\s*"n": ?0\.12345678901234567890\b/,
  yaml: /"id": ?12345678901234567890\b/,
};

function specification(origin: string): string {
  const formats = Object.keys(ANSWERS);
  return `ikanos: "1.0.0-beta5"
info: { display: Formats }
capability:
  consumes:
    - type: http
      namespace: api
      baseUri: ${origin}
      resources:
${
    formats.map((format) => {
      const schema = format === "avro"
        ? ", outputSchema: ship.avsc"
        : format === "protobuf"
        ? ", outputSchema: ship.proto"
        : "";
      return `        ${format}: { path: /${format}, operations: { ${format}: { method: GET, outputRawFormat: ${format}${schema} } } }`;
    }).join("\n")
  }
        slow: { path: /slow, operations: { slow: { method: GET, outputRawFormat: markdown } } }
  exposes:
    - type: mcp
      namespace: tools
      port: 3001
      tools:
${
    formats.map((format) => `        ${format}: { description: Reads ${format}, call: api.${format} }`).join(
      "\n",
    )
  }
        plain: { description: Says hello, outputParameters: [{ name: hello, type: string, value: you }] }
        script:
          description: Runs a script
          inputParameters: { n: { type: integer, required: true } }
          steps: [{ type: script, name: double, file: double.js, with: { n: "{{n}}" } }]
        spin:
          description: Never ends
          steps: [{ type: script, name: spin, file: spin.js }]
    - type: control
      port: 3002
      management: { scripting: { timeout: 600000, statementLimit: 1000000000 } }
`;
}

const FILES = {
  "ship.avsc": JSON.stringify(AVRO),
  "ship.proto": 'syntax = "proto3"; message Ship { int64 id = 1; string name = 2; }',
  "double.js": "result = { n: context.n * 2 };",
  "spin.js": "result = Array.prototype.every.call({ length: 2 ** 53 - 1 }, () => true);",
};

function apiOf() {
  return upstream((request) => {
    const [body] = ANSWERS[new URL(request.url).pathname.slice(1)] ?? ["?"];
    return new Response(body, { headers: { "content-type": "application/octet-stream" } });
  });
}

/** Calls a tool of a server: the text of its answer. */
async function callTool(url: string, name: string, args: Record<string, unknown> = {}): Promise<string> {
  const { result } = await rpc(url, "tools/call", { name, arguments: args }) as {
    result: { content: { text: string }[] };
  };
  return result.content[0]!.text;
}

function folderOf(origin: string): Promise<Folder> {
  return folderWith({ "ships.yml": specification(origin), ...FILES });
}

for (const [program, command, ignore] of PROGRAMS) {
  Deno.test({
    name: `every format is read, and a script run, by the program from ${program}`,
    ignore,
    async fn() {
      await using api = apiOf();
      await using folder = await folderOf(api.origin);
      await using server = await startServer(command, ["serve", `${folder.path}/ships.yml`, "--port", "0"]);
      const url = server.urls[0]!;
      for (const [format, [, value]] of Object.entries(ANSWERS)) {
        const text = await callTool(url, format), digits = DIGITS[format];
        if (digits) assert.match(text, digits, format);
        else {assert.deepEqual(
            format === "text" ? text : JSON.parse(text),
            value,
            `${format}: ${server.err()}`,
          );}
      }
      assert.deepEqual(JSON.parse(await callTool(url, "script", { n: 21 })), { n: 42 });
      const called = await run(command, ["call", `${folder.path}/ships.yml`, "script", "n=4"]);
      assert.deepEqual(JSON.parse(called.out), { n: 8 }, called.err);
      const read = await run(command, ["call", `${folder.path}/ships.yml`, "avro"]);
      assert.deepEqual(JSON.parse(read.out), { id: 1, name: "Ada" }, read.err);
    },
  });

  Deno.test({
    name:
      `a script that never ends stops nothing but itself in the program from ${program}, and SIGTERM ends it`,
    ignore,
    async fn() {
      await using api = apiOf();
      await using folder = await folderOf(api.origin);
      await using server = await startServer(command, ["serve", `${folder.path}/ships.yml`, "--port", "0"]);
      const url = server.urls[0]!;
      let ended = false;
      const spinning = Promise.allSettled([1, 2].map(() => callTool(url, "spin"))).then(() => ended = true);
      // Everything else is answered while both spin.
      for (let n = 0; n < 5; n++) {
        assert.match(await callTool(url, "plain"), /you/);
        assert.deepEqual(JSON.parse(await callTool(url, "csv")), ANSWERS["csv"]![1]);
        assert.deepEqual(JSON.parse(await callTool(url, "script", { n })), { n: n * 2 });
      }
      assert.deepEqual(JSON.parse(await callTool(url, "script", { n: 3 })), { n: 6 });
      assert.equal(ended, false);
      assert.equal(await server.end("SIGTERM"), 0);
      await spinning;
    },
  });

  Deno.test({
    name: `what is loaded late is there in the program from ${program}`,
    // From its sources each of them has tests of its own.
    ignore: ignore || program === "sources",
    fn: () => tryLeaves(command),
  });
}
