/**
 * Having the functions of a start compiled when their module is.
 *
 * Deno's code cache holds what was compiled when a module was loaded. A function that is compiled when it is first called is
 * compiled so at every start again, and that is a quarter of a start. An engine compiles at once what it takes for a
 * function that is called at once: one in parentheses. So a bundle is started once, as a client starts it, and the
 * functions at the top of its modules that ran are written so. They stand first in their module, as declared functions do.
 *
 * Which functions run may differ a little from run to run, and the bundle with it; what it does does not.
 *
 * @module
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { BuildError } from "./toolchain.ts";

/** What V8 tells of a module: its functions, each with how often it was called. */
interface Coverage {
  readonly url: string;
  readonly functions: readonly {
    readonly ranges: readonly {
      readonly startOffset: number;
      readonly endOffset: number;
      readonly count: number;
    }[];
  }[];
}

/** A part of a text. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** A capability as many are: an API with a token, a tool with an argument, an answer that is reshaped. */
const SAMPLE = `ikanos: "1.0.0-beta5"
binds:
  - { namespace: env, keys: { SAMPLE_TOKEN: PATH } }
capability:
  consumes:
    - type: http
      namespace: shop
      baseUri: http://127.0.0.1:9
      authentication: { type: bearer, token: "{{SAMPLE_TOKEN}}" }
      resources:
        items:
          path: "/items/{{shelf}}"
          inputParameters:
            - { name: shelf, in: path, type: string }
            - { name: limit, in: query, type: integer }
          operations:
            list-items: { method: GET }
  exposes:
    - type: mcp
      namespace: sample
      port: 3001
      tools:
        list-items:
          description: Lists the items of a shelf
          hints: { readOnly: true }
          inputParameters:
            - { name: shelf, type: string, description: A shelf, required: true }
            - { name: limit, type: integer, description: How many at most }
          call: shop.list-items
          outputParameters:
            - type: array
              mapping: $.data
              items:
                type: object
                properties: { id: { type: string, mapping: $.id }, amount: { type: number, mapping: $.amount.value } }
`;

/** What a client asks first, in both ways there are. */
const ASKED = [
  {
    id: 1,
    method: "initialize",
    params: {
      protocolVersion: "2025-11-25",
      capabilities: {},
      clientInfo: { name: "sample", version: "1" },
    },
  },
  { method: "notifications/initialized" },
  { id: 2, method: "tools/list" },
].map((message) => JSON.stringify({ jsonrpc: "2.0", ...message }) + "\n").join("");

/** Starts a bundle, lets a client have its list, and ends it. @returns What ran. */
async function startOnce(file: string, folder: string): Promise<Coverage[]> {
  const spec = join(folder, "sample.yml"), coverage = join(folder, "coverage");
  await Deno.writeTextFile(spec, SAMPLE);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", `--coverage=${coverage}`, file, "serve", "--stdio", spec],
    env: { NO_COLOR: "1", NO_UPDATE: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(ASKED));
  // The end of the input comes when the worker has the connection: it answers what is asked until then.
  await writer.close();
  const { success, stdout, stderr } = await child.output(), decoder = new TextDecoder();
  if (!success || !decoder.decode(stdout).includes('"list-items"')) {
    throw new BuildError(`the bundle does not start:\n${decoder.decode(stderr)}`);
  }
  return [...Deno.readDirSync(coverage)].filter(({ name }) => name.endsWith(".json")).map(({ name }) =>
    JSON.parse(Deno.readTextFileSync(join(coverage, name))) as Coverage
  );
}

/** The functions of a module that ran and stand in no other one. */
export function calledAtTop(text: string, { functions }: Pick<Coverage, "functions">): Span[] {
  const spans = functions.flatMap(({ ranges: [range] }) =>
    range ? [{ start: range.startOffset, end: range.endOffset, count: range.count }] : []
  ).filter(({ start, end }) => start > 0 || end < text.trimEnd().length)
    .sort((a, b) => a.start - b.start || b.end - a.end || b.count - a.count);
  const out: Span[] = [];
  let end = 0;
  for (const span of spans) {
    if (span.start < end) continue;
    end = span.end;
    if (span.count > 0) out.push(span);
  }
  return out;
}

const DECLARED = /^((?:async )?function\*?) ?([\w$]+)(?=\()/;

/**
 * A module with some of its declared functions written as values in parentheses, before all else.
 *
 * @param text The module.
 * @param called The functions.
 */
export function compiledEarly(text: string, called: readonly Span[]): string {
  let first = "", rest = "", from = 0;
  for (const { start, end } of called) {
    const match = DECLARED.exec(text.slice(start, end)), before = text.slice(0, start).trimEnd().at(-1);
    // What follows anything else is no declaration but a value.
    if (!match || before !== undefined && !";}".includes(before)) continue;
    const [declared, keyword, name] = match;
    first += `var ${name}=(${keyword}${text.slice(start + declared.length, end)});`;
    rest += text.slice(from, start);
    from = end;
  }
  return first + rest + text.slice(from);
}

/**
 * Has the functions of a start compiled when their module is.
 *
 * @param file The bundle's first module.
 * @param modules Its other modules: those that stand in this folder are written anew.
 * @throws {BuildError} When the bundle does not start.
 */
export async function compileEarly(file: string, modules: string): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "capstan-" });
  try {
    const called = new Map<string, Coverage["functions"][number][]>();
    for (const { url, functions } of await startOnce(file, folder)) {
      called.set(url, [...called.get(url) ?? [], ...functions]);
    }
    for (const { name, isFile } of Deno.readDirSync(modules)) {
      const path = join(modules, name), functions = called.get(pathToFileURL(Deno.realPathSync(path)).href);
      if (!isFile || !functions) continue;
      const text = Deno.readTextFileSync(path);
      Deno.writeTextFileSync(path, compiledEarly(text, calledAtTop(text, { functions })));
    }
    // What was moved is what a start calls: a mistake would show now.
    await startOnce(file, folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
