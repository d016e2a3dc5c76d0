/**
 * Running a page of the documentation: its fences are what is done, and what comes of it.
 *
 * What a page sets up:
 * - `yaml capability`: the capability that the fences after it are about.
 * - `yaml file PATH`, `text file PATH`, …: a file beside it; `js ignore file PATH` where Deno would run the fence itself.
 * - `json upstream METHOD /path [status]`, `csv upstream …`, …: what the API answers there; without one it answers
 *   with what it was asked.
 *
 * What it does, and what must come of it:
 * - `json call NAME`: calls with these arguments. `json result` is what came back, whole; `text error` how the error
 *   begins, `json error` the error as far as the fence goes; `http` the request that was sent (also for a
 *   request to a surface, below), `http none` that nothing was.
 * - `json tool NAME`: what `tools/list` says of a tool, as far as the fence goes.
 * - `json mcp METHOD`: asks the MCP server with these parameters; `json answer` is its result as far as the fence goes, and
 *   `text mcp error` how its error begins.
 * - `http rest`, `http skill`, `http control`: a request to that surface; `http answer` is what it answers, as far as its headers go.
 * - `text refused`: a part of the finding that sets a node aside, fix included. `text warning`: a part of a warning.
 *
 * @module
 */
import assert from "node:assert/strict";
import { answerDirectly, eraOf } from "../../lib/expose/mcp/lanes/direct.ts";
import { McpServer } from "../../lib/expose/mcp/server.ts";
import { startSurfaces } from "../../lib/expose/start.ts";
import { resolveBinds } from "../../lib/plan/binds/binds.ts";
import type { Capability, Surface } from "../../lib/plan/capability.ts";
import { compileCapability } from "../../lib/expose/compile.ts";
import type { Diagnostic } from "../../lib/document/diagnostics/diagnostic.ts";
import { readSpecification } from "../../lib/document/read.ts";
import { memoryHost } from "../../lib/host/memory.ts";
import type { ExposesMcp } from "../../schemas/mod.ts";
import { CallError } from "../../lib/upstream/error.ts";
import { callFlow, type Seen, startUpstream } from "../capability.ts";

/** A fenced block of a page. */
export interface Fence {
  readonly info: string;
  readonly text: string;
  readonly line: number;
}

/** The fenced blocks of a page. */
export function fencesOf(page: string): Fence[] {
  const out: Fence[] = [], lines = page.split("\n");
  for (let i = 0; i < lines.length; i++) {
    const open = /^```(.+)$/.exec(lines[i]!);
    if (!open) continue;
    const line = i + 1, body: string[] = [];
    while (lines[++i] !== "```") body.push(lines[i]!);
    out.push({ info: open[1]!.trim(), text: body.join("\n"), line });
  }
  return out;
}

/** What was shown on a page. */
export interface Shown {
  /** Results of calls and answers of routes. */
  readonly results: number;
  /** Errors, warnings and refusals. */
  readonly refusals: number;
}

/** The media type an answer has by the language of its fence. */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  json: "application/json",
  yaml: "application/yaml",
  xml: "application/xml",
  csv: "text/csv",
  html: "text/html",
  ndjson: "application/x-ndjson",
  markdown: "text/markdown",
  text: "text/plain",
};

/** The variables of the examples. */
const VARIABLES: Readonly<Record<string, string>> = {
  API_TOKEN: "token-1",
  API_USER: "ada",
  API_PASSWORD: "pw",
};

/** A message as it is written: a first line, headers, and a body behind an empty line. */
function messageOf(text: string): { first: string; headers: [string, string][]; body: string | undefined } {
  const [head, ...rest] = text.split("\n\n"), [first, ...headers] = head!.split("\n");
  return {
    first: first!,
    headers: headers.map((line) => /^([\w-]+): (.*)$/.exec(line)!.slice(1) as [string, string]),
    body: rest.length === 0 ? undefined : rest.join("\n\n"),
  };
}

/** What of a value stands in a pattern too: objects may have more keys than the pattern says. */
function asFarAs(pattern: unknown, value: unknown): unknown {
  if (Array.isArray(pattern) && Array.isArray(value) && pattern.length === value.length) {
    return value.map((item, i) => asFarAs(pattern[i], item));
  }
  if (pattern === null || typeof pattern !== "object" || Array.isArray(pattern)) return value;
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(pattern).map((
      [key, part],
    ) => [key, asFarAs(part, (value as Record<string, unknown>)[key])]),
  );
}

/** A finding with its fix, as one text. */
function said({ message, fix }: Diagnostic): string {
  return fix === undefined ? message : `${message}; ${fix}`;
}

/** A page while it is run. */
class Page {
  readonly #name: string;
  readonly #files: ReadonlyMap<string, string>;
  readonly #api: ReturnType<typeof startUpstream>;
  readonly #answers = new Map<string, Response>();
  #capability: Capability | undefined;
  #findings: readonly Diagnostic[] = [];
  #outcome: unknown;
  #said: string | Error | undefined;
  #sent: Seen | undefined;
  #answer: Response | undefined;
  results = 0;
  refusals = 0;

  constructor(name: string, fences: readonly Fence[]) {
    this.#name = name;
    this.#files = new Map(
      fences.flatMap(({ info, text }) => {
        const path = /^\w+ (?:ignore )?file (\S+)$/.exec(info)?.[1];
        return path === undefined ? [] : [[path, `${text}\n`]];
      }),
    );
    this.#api = startUpstream((request, body) => {
      const url = new URL(request.url), known = this.#answers.get(`${request.method} ${url.pathname}`);
      if (known) return known.clone();
      const query = Object.fromEntries(url.searchParams);
      return Response.json({ method: request.method, path: url.pathname, query, body });
    });
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.#api[Symbol.asyncDispose]();
  }

  async run({ info, text, line }: Fence, isRefused: boolean): Promise<void> {
    const at = `${this.#name}:${line}`, [kind, what, ...rest] = info.replace(" ignore ", " ").split(/\s+/);
    const step = kind === "http"
      ? `http ${what ?? "sent"}`
      : what === "upstream" || what === "file"
      ? what
      : info;
    switch (step.replace(/^(json (?:call|tool|mcp)) .*/, "$1")) {
      case "console":
      case "file":
        return;
      case "upstream":
        this.#answers.set(
          `${rest[0]} ${rest[1]}`,
          new Response(text === "" ? null : text, {
            status: Number(rest[2] ?? 200),
            headers: { "content-type": MEDIA_TYPES[kind!] ?? assert.fail(`${at}: what is ${kind}?`) },
          }),
        );
        return;
      case "yaml capability":
        return await this.#compile(text, isRefused, at);
      case "json call":
        this.#api.seen.length = 0;
        this.#outcome = await callFlow(this.#capability!, rest.join(" "), JSON.parse(text)).catch((error) =>
          error
        );
        this.#sent = this.#api.seen.at(-1);
        return;
      case "json result":
        if (this.#outcome instanceof Error) throw new Error(`${at}: ${this.#outcome.message}`);
        assert.deepEqual(JSON.parse(JSON.stringify(this.#outcome)), JSON.parse(text), at);
        this.results++;
        return;
      case "text error": {
        assert.ok(this.#outcome instanceof CallError, `${at}: it did not fail`);
        const { code, message } = this.#outcome.data;
        assert.equal(`${code}: ${message}`.slice(0, text.length), text, at);
        this.refusals++;
        return;
      }
      case "json error": {
        assert.ok(this.#outcome instanceof CallError, `${at}: it did not fail`);
        const pattern = JSON.parse(text);
        assert.deepEqual(asFarAs(pattern, JSON.parse(JSON.stringify(this.#outcome))), pattern, at);
        this.refusals++;
        return;
      }
      case "http sent": {
        const { first, headers, body } = messageOf(text);
        assert.equal(this.#sent && `${this.#sent.method} ${this.#sent.url}`, first, at);
        for (const [key, value] of headers) assert.equal(this.#sent!.headers.get(key), value, at);
        if (body !== undefined) assert.equal(this.#sent!.body.replaceAll("\r\n", "\n"), body, at);
        return;
      }
      case "http none":
        assert.deepEqual(this.#api.seen, [], at);
        return;
      case "json tool": {
        const surface = this.#capability!.surfaces.find((s) => s.model.type === "mcp") as Surface<ExposesMcp>;
        const { toolbox } = new McpServer(this.#capability!, surface), pattern = JSON.parse(text);
        const definition = toolbox.byName.get(rest.join(" "))?.definition;
        assert.deepEqual(asFarAs(pattern, JSON.parse(JSON.stringify(definition ?? null))), pattern, at);
        this.results++;
        return;
      }
      case "json mcp": {
        const surface = this.#capability!.surfaces.find((s) => s.model.type === "mcp") as Surface<ExposesMcp>;
        const files = Object.fromEntries(this.#files), host = memoryHost({ files });
        const server = new McpServer(this.#capability!, surface, { host });
        const message = { jsonrpc: "2.0", id: 1, method: rest.join(" "), params: JSON.parse(text) };
        const answer = await answerDirectly(server, message, eraOf(message)!, () => undefined);
        const { result, error } = JSON.parse(answer!.text);
        this.#said = error ? new Error(error.message) : JSON.stringify(result);
        return;
      }
      case "json answer": {
        if (this.#said instanceof Error) throw new Error(`${at}: ${this.#said.message}`);
        const pattern = JSON.parse(text);
        assert.deepEqual(asFarAs(pattern, JSON.parse(this.#said!)), pattern, at);
        this.results++;
        return;
      }
      case "text mcp error":
        assert.ok(this.#said instanceof Error, `${at}: it did not fail`);
        assert.equal(this.#said.message.slice(0, text.length), text, at);
        this.refusals++;
        return;
      case "http rest":
      case "http skill":
      case "http control":
        this.#api.seen.length = 0;
        this.#answer = await this.#request(text, what!);
        this.#sent = this.#api.seen.at(-1);
        return;
      case "http answer": {
        const { first, headers, body } = messageOf(text);
        assert.equal(String(this.#answer!.status), first, at);
        for (const [key, value] of headers) assert.equal(this.#answer!.headers.get(key), value, at);
        const got = await this.#answer!.text();
        if (body !== undefined && /json/.test(this.#answer!.headers.get("content-type") ?? "")) {
          const pattern = JSON.parse(body);
          assert.deepEqual(asFarAs(pattern, JSON.parse(got)), pattern, at);
        } else assert.equal(got, body ?? "", at);
        this.results++;
        return;
      }
      case "text refused": {
        const told = this.#findings.filter((d) => d.severity === "error").map(said);
        assert.ok(told.some((message) => message.includes(text)), `${at}: ${JSON.stringify(told)}`);
        this.refusals++;
        return;
      }
      case "text warning": {
        const told = this.#findings.filter((d) => d.severity !== "error").map(said);
        assert.ok(told.some((message) => message.includes(text)), `${at}: ${JSON.stringify(told)}`);
        this.refusals++;
        return;
      }
    }
    assert.fail(`${at}: what is a fence of ${info}?`);
  }

  async #compile(text: string, isRefused: boolean, at: string): Promise<void> {
    this.#answers.clear();
    const readText = (path: string) => {
      const found = this.#files.get(path.replace(/^\.\//, ""));
      if (found === undefined) throw new Deno.errors.NotFound(path);
      return found.replaceAll("https://api.example.com", this.#api.origin);
    };
    const spec = readSpecification("spec.yml", { readText }, {
      text: text.replaceAll("https://api.example.com", this.#api.origin),
    });
    const binds = resolveBinds(spec, { env: (name) => VARIABLES[name], readText });
    this.#capability = await compileCapability(spec, { binds: binds.values, readText });
    this.#findings = [...spec.diagnostics, ...binds.diagnostics, ...this.#capability.diagnostics];
    const errors = this.#findings.filter((d) => d.severity === "error").map((d) => d.message);
    if (!isRefused) assert.deepEqual(errors, [], at);
  }

  async #request(text: string, type: string): Promise<Response> {
    const { first, headers, body } = messageOf(text), [method, target] = first.split(" ");
    const surfaces = this.#capability!.surfaces.filter((s) => s.model.type === type);
    const running = await startSurfaces({ ...this.#capability!, surfaces }, { port: 0 }, {
      host: memoryHost(),
    });
    try {
      const answer = await fetch(`${running.listening[0]!.url}${target}`, {
        method: method!,
        headers,
        ...(body === undefined ? {} : { body }),
      });
      return new Response(await answer.text(), { status: answer.status, headers: answer.headers });
    } finally {
      await running.close();
    }
  }
}

/**
 * Runs a page.
 *
 * @param name How failures call it.
 * @param fences Its fences.
 */
export async function runPage(name: string, fences: readonly Fence[]): Promise<Shown> {
  await using page = new Page(name, fences);
  for (const [i, fence] of fences.entries()) {
    const next = fences.findIndex((f, j) => j > i && f.info === "yaml capability");
    const about = fences.slice(i + 1, next < 0 ? fences.length : next);
    await page.run(fence, about.some((f) => f.info === "text refused"));
  }
  return page;
}
