/**
 * The documentation is run: every capability in it compiles, every call in it gives the result it shows.
 *
 * Fences: `yaml capability` is compiled; `json upstream METHOD /path` is what the API answers (without one it
 * echoes the request); `json call NAME` calls with its arguments; `http` after it is the request that was sent,
 * `json result` what came back, `text error` how the error begins; `text refused` is a part of the finding
 * that sets a node aside.
 *
 * @module
 */
import assert from "node:assert/strict";
import { VERBS } from "../lib/cli/verbs.ts";
import type { Capability } from "../lib/plan/capability.ts";
import { CallError } from "../lib/upstream/error.ts";
import { callFlow, compileText, type Seen, startUpstream } from "./capability.ts";
import { ROOT } from "./testing.ts";

interface Fence {
  readonly info: string;
  readonly text: string;
  readonly line: number;
}

/** The fenced blocks of a page. */
function fencesOf(page: string): Fence[] {
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

/** Runs the fences of a page; gives how many calls were compared. */
async function runPage(name: string, fences: readonly Fence[]): Promise<number> {
  const answers = new Map<string, string>();
  await using api = startUpstream((request, body) => {
    const url = new URL(request.url), known = answers.get(`${request.method} ${url.pathname}`);
    if (known !== undefined) {
      return new Response(known, {
        headers: { "content-type": known.startsWith("<") ? "text/html" : "application/json" },
      });
    }
    return Response.json({
      method: request.method,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      body,
    });
  });
  let capability: Capability | undefined, outcome: unknown, sent: Seen | undefined, calls = 0;
  for (const { info, text, line } of fences) {
    const at = `${name}:${line}`, [kind, what, ...rest] = info.split(/\s+/);
    if (kind === "yaml" && what === "capability") {
      answers.clear();
      capability = await compileText(text.replaceAll("https://api.example.com", api.origin), {
        env: { API_TOKEN: "token-1", API_USER: "ada", API_PASSWORD: "pw" },
        files: {
          "/scripts/total.js": "result = { total: context.orders.reduce((sum, o) => sum + o.amount, 0) };",
        },
      });
      if (!fences.some((f) => f.line > line && f.info === "text refused")) {
        assert.deepEqual(capability.diagnostics.filter((d) => d.severity === "error"), [], at);
      }
    } else if (kind === "json" && what === "upstream") answers.set(`${rest[0]} ${rest[1]}`, text);
    else if (kind === "json" && what === "call") {
      api.seen.length = 0;
      outcome = await callFlow(capability!, rest.join(" "), JSON.parse(text)).catch((error) => error);
      sent = api.seen[0];
    } else if (kind === "http") {
      const [first, ...others] = text.split("\n"), headers = others.filter((l) => /^[\w-]+: /.test(l));
      assert.equal(sent && `${sent.method} ${sent.url}`, first, at);
      for (const header of headers) {
        const [, key, value] = /^([\w-]+): (.*)$/.exec(header)!;
        assert.equal(sent!.headers.get(key!), value, at);
      }
      const blank = others.indexOf("");
      if (blank >= 0) assert.equal(sent!.body, others.slice(blank + 1).join("\n"), at);
    } else if (kind === "json" && what === "result") {
      if (outcome instanceof Error) throw new Error(`${at}: ${outcome.message}`);
      assert.deepEqual(JSON.parse(JSON.stringify(outcome)), JSON.parse(text), at);
      calls++;
    } else if (kind === "text" && what === "error") {
      assert.ok(outcome instanceof CallError, at);
      assert.ok(
        `${outcome.data.code}: ${outcome.data.message}`.startsWith(text),
        `${at}: ${outcome.data.code}: ${outcome.data.message}`,
      );
      calls++;
    } else if (kind === "text" && what === "refused") {
      assert.ok(
        capability!.disabled.some((d) => d.diagnostic.message.includes(text)),
        `${at}: ${JSON.stringify(capability!.disabled.map((d) => d.diagnostic.message))}`,
      );
      calls++;
    }
  }
  return calls;
}

const folder = `${ROOT}docs/specification`;
for (const { name } of Deno.readDirSync(folder)) {
  const fences = fencesOf(Deno.readTextFileSync(`${folder}/${name}`));
  if (!fences.some((f) => f.info === "yaml capability")) continue;
  Deno.test(`docs/specification/${name} does what it says`, async () => {
    assert.ok(await runPage(name, fences) > 0, "the page shows no result");
  });
}

Deno.test("docs/specification/README.md lists every page", () => {
  const list = Deno.readTextFileSync(`${folder}/README.md`);
  for (const { name } of Deno.readDirSync(folder)) {
    if (name !== "README.md") assert.ok(list.includes(`(${name})`), name);
  }
});

Deno.test("docs/cli.md tells of every command and flag", () => {
  const page = Deno.readTextFileSync(`${ROOT}docs/cli.md`);
  for (const [verb, { flags }] of Object.entries(VERBS)) {
    assert.ok(page.includes(`\`${verb}`), verb);
    for (const flag of Object.keys(flags)) {
      assert.ok(page.includes(`--${flag}`) || (verb === "compile" && flag === "output"), `${verb} --${flag}`);
    }
  }
});

Deno.test("docs/dependencies.md and deno.json name the same packages", () => {
  const config = JSON.parse(Deno.readTextFileSync(`${ROOT}deno.json`)) as { imports: Record<string, string> };
  const used = new Set(
    Object.values(config.imports).map((specifier) => /^npm:(@?[^@]+)@/.exec(specifier)![1]!),
  );
  const told = new Set(
    Array.from(
      Deno.readTextFileSync(`${ROOT}docs/dependencies.md`).matchAll(/^\| `([^`]+)` \|/gm),
      (m) => m[1]!,
    ),
  );
  assert.deepEqual([...told].sort(), [...used].sort());
});

Deno.test("links between the documents lead somewhere", () => {
  const pages = [
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    ...Array.from(Deno.readDirSync(`${ROOT}docs`)).filter((e) => e.isFile).map((e) => `docs/${e.name}`),
    ...Array.from(Deno.readDirSync(folder), (e) => `docs/specification/${e.name}`),
  ];
  for (const page of pages) {
    for (const [, target] of Deno.readTextFileSync(`${ROOT}${page}`).matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)) {
      if (/^https?:/.test(target!)) continue;
      const path = new URL(target!, new URL(page, "file:///r/")).pathname.slice(3);
      assert.ok(Deno.statSync(`${ROOT}${path}`), `${page} → ${target}`);
    }
  }
});
