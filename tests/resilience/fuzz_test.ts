/**
 * Fuzzing the whole pipeline: specifications and arguments that were changed at random, by a sequence that
 * repeats. Nothing may throw but a call's own errors, nothing may hang, and every finding has a place.
 *
 * FUZZ_RUNS and FUZZ_SEED lengthen and vary the run; `deno task fuzz` takes a long one.
 *
 * @module
 */
import assert from "node:assert/strict";
import { compileCapability } from "../../lib/expose/compile.ts";
import { Problem } from "../../lib/plan/problem.ts";
import { UNSET_BASE } from "../../lib/plan/consumes/reach.ts";
import { readSpecification } from "../../lib/document/read.ts";
import { CallError } from "../../lib/upstream/error.ts";

const RUNS = Number(Deno.env.get("FUZZ_RUNS") ?? 1000), SEED = Number(Deno.env.get("FUZZ_SEED") ?? 20_261);
/** How long one document may take to read and compile, in milliseconds, before it counts as a hang. */
const PATIENCE = 120_000;

function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

type Tree = Record<string, unknown>;

/** A document with most of what a specification can say, to be changed. */
const DOCUMENT = (): Tree => ({
  ikanos: "1.0.0-beta5",
  info: { display: "Fuzz", description: "d", version: "1" },
  binds: [{ namespace: "env", keys: { TOKEN: "TOKEN" } }],
  capability: {
    consumes: [{
      type: "http",
      namespace: "api",
      baseUri: "https://api.example/v1",
      authentication: { type: "apikey", key: "X-Key", value: "{{TOKEN}}", placement: "header" },
      inputParameters: { lang: { in: "query", value: "en" } },
      resources: {
        items: {
          path: "/items/{id}?fixed={{lang}}#part",
          inputParameters: { id: { in: "path", type: "string", required: true } },
          operations: {
            get: {
              method: "GET",
              inputParameters: {
                q: { in: "query", type: "array", items: { type: "integer" } },
                h: { in: "header", type: "string", pattern: "^a" },
              },
              outputParameters: { total: { type: "number", value: "$.total" } },
            },
            put: {
              method: "PUT",
              body: { type: "json", data: { a: "{{a}}", b: ["{{b}}", 1], c: "x {{a}} y" } },
            },
            form: { method: "POST", body: { type: "formUrlEncoded", data: { a: "{{a}}", n: 1 } } },
            multi: {
              method: "POST",
              body: { type: "multipartForm", data: [{ name: "f", value: "{{a}}", filename: "x.txt" }] },
            },
            xml: { method: "POST", body: { type: "xml", data: "<a b='{{a}}'>{{b}}</a>" } },
            raw: { method: "POST", body: '{"a": "{{a}}", "b": {{b}}}' },
            bytes: { method: "GET", outputRawFormat: "binary", maxBinarySize: "1KiB" },
          },
        },
      },
    }],
    aggregates: [{
      display: "A",
      namespace: "agg",
      flows: {
        f: {
          description: "f",
          call: "api.get",
          with: { id: "agg.id" },
          inputParameters: { id: { type: "string", description: "i" } },
        },
      },
    }],
    exposes: [
      {
        type: "mcp",
        namespace: "mcp",
        port: 3001,
        tools: {
          ...Object.fromEntries(
            ["get", "put", "form", "multi", "xml", "raw", "bytes"].map((
              name,
            ) => [name, {
              description: name,
              call: `api.${name}`,
              with: { id: "{{id}}" },
              inputParameters: {
                id: { type: "string", description: "i" },
                a: { type: "object", description: "a", required: false },
              },
            }]),
          ),
          steps: {
            description: "s",
            steps: {
              one: { type: "call", call: "api.get", with: { id: "x" } },
              two: {
                type: "lookup",
                index: "one",
                match: "id",
                lookupValue: "{{id}}",
                outputParameters: ["a"],
              },
            },
            mappings: [{ target: "a.b", value: "$.one.total" }],
            outputParameters: { a: { type: "object", properties: { b: { type: "number" } } } },
          },
          mock: { description: "m", outputParameters: { a: { type: "string", value: "Hi {{who}}" } } },
          ref: { ref: "agg.f" },
        },
      },
      {
        type: "rest",
        namespace: "rest",
        port: 3002,
        resources: {
          r: {
            path: "/r/{id}",
            operations: {
              o: {
                method: "GET",
                call: "api.get",
                outputParameters: [{
                  type: "array",
                  mapping: "$.a[*].b[?(@.c > 1)]",
                  items: { type: "string", mapping: "$.d" },
                }],
              },
            },
          },
        },
      },
    ],
  },
});

/** What every file that is imported holds. */
const OTHER = `naftiko: "0.5"
consumes:
- {namespace: other, type: http, baseUri: "https://other.example/x", resources: [{name: r, path: /r, operations: [{name: get, method: GET}]}]}
- {location: other.yml, import: other}
`;

/** One of an older dialect: lists, labels, functions, external references. */
const OLDER = (): Tree => ({
  naftiko: "1.0.0-alpha2",
  info: { label: "Older", created: "2026-05-01" },
  externalRefs: [{
    name: "e",
    type: "environment",
    resolution: "file",
    uri: "./e.json",
    keys: { token: "TOKEN" },
  }],
  consumes: [{ location: "./other.yml", import: "other", as: "theirs" }],
  capability: {
    consumes: [{
      type: "http",
      namespace: "api",
      targetUri: "https://api.example/v1/",
      headers: ["Accept: text/plain", "X-T: {{token}}"],
      auth: { type: "bearer", token: "{{token}}" },
      resources: [
        {
          name: "items",
          path: "/items/{{id}}",
          operations: [
            {
              name: "get",
              method: "GET",
              inputParameters: [{ name: "id", in: "path" }, { name: "n", in: "query", const: 5 }],
              outputParameters: [{ name: "total", type: "number", value: "$.total" }],
            },
            { name: "get", method: "DELETE" },
            {
              name: "send",
              method: "POST",
              inputParameters: [{ name: "a", in: "formData" }, { name: "b", in: "body" }],
            },
          ],
        },
      ],
    }],
    aggregates: [{
      label: "A",
      namespace: "agg",
      functions: [
        {
          name: "f",
          description: "f",
          semantics: { safe: true },
          inputParameters: [{ name: "id", type: "string", description: "i" }],
          steps: [
            { name: "one", type: "call", call: "api.get", with: { id: "agg.id" } },
            {
              name: "two",
              type: "lookup",
              index: "one",
              match: "x",
              lookupValue: "{{one.y}}",
              outputParameters: ["z"],
            },
            { name: "three", type: "call", call: "agg.g", with: { id: "$this.agg.id" } },
          ],
          mappings: [{ targetName: "a.b", value: "$.two.z" }],
          outputParameters: [{ name: "a", type: "object", properties: [{ name: "b", type: "string" }] }],
        },
        { name: "g", description: "g", ref: "agg.h" },
        {
          name: "h",
          call: "api.get",
          outputParameters: [{ type: "array", items: [{ type: "string", mapping: "$.a" }] }],
        },
      ],
    }],
    exposes: [
      {
        type: "mcp",
        port: "3001",
        namespace: "mcp",
        tools: [
          { name: "get", label: "Get", description: "g", call: "api.get", with: { id: "tools.id" } },
          { name: "delete", description: "d", call: "api.get", annotations: { destructiveHint: true } },
          {
            name: "send",
            description: "s",
            call: "api.send",
            inputParameters: [{ name: "b", type: "object" }],
          },
          { name: "f", ref: "agg.f" },
          { name: "g", ref: "agg.g", with: { id: "7" } },
          { name: "flow", description: "f", call: "agg.f" },
          { name: "mock", description: "m", outputParameters: [{ name: "x", type: "number", const: 5 }] },
          {
            name: "script",
            description: "s",
            steps: [{ name: "s", type: "script", language: "javascript", file: "s.js" }],
          },
        ],
        prompts: [{
          name: "p",
          arguments: [{ name: "a", label: "A" }],
          template: [{ role: "user", content: "{{a}}" }],
        }],
      },
      {
        type: "api",
        port: 80,
        resources: [{ path: "/a/{{id}}", operations: [{ method: "GET", ref: "agg.f" }] }],
      },
      { type: "control", port: 81, management: { scripting: { timeout: 100, statementLimit: 1000 } } },
    ],
  },
});

const WORDS = [
  "{{",
  "}}",
  "{{x}}",
  "{{{y}}}",
  "{z}",
  "$.a..b",
  "$[",
  "$env.X",
  "$this.a.b",
  "tools.id",
  "..",
  "%2e%2e",
  "//h",
  "http://",
  "\r\n",
  "\u0000",
  "__proto__",
  "constructor",
  "file:///etc/passwd",
  "GET",
  "null",
  "{{ }}",
  "é✓",
  "a".repeat(70),
  "1e999",
  "-0",
  "call",
  "mcp",
];

/** Makes values that specifications and callers should not, and some they should. */
class Maker {
  constructor(readonly next: () => number) {}

  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.next() * list.length)]!;
  }

  value(depth = 0): unknown {
    const dice = this.next();
    if (dice < 0.3) return this.pick(WORDS);
    if (dice < 0.4) return this.pick([0, -1, 1.5, 1e21, 65536, NaN]);
    if (dice < 0.5) return this.pick([true, false, null]);
    if (depth > 3 || dice < 0.65) return this.pick(WORDS) + this.pick(WORDS);
    if (dice < 0.8) return Array.from({ length: Math.floor(this.next() * 3) }, () => this.value(depth + 1));
    const out: Tree = {};
    for (let i = Math.floor(this.next() * 3); i >= 0; i--) {
      Object.defineProperty(out, this.pick([...WORDS, "type", "name", "value", "in", "path"]), {
        value: this.value(depth + 1),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
    return out;
  }

  /** Changes a tree at a few random places: replaces, removes, renames, duplicates, turns maps into lists. */
  mutate(tree: unknown): void {
    const places: { node: Tree | unknown[]; key: string | number }[] = [];
    const walk = (node: unknown) => {
      if (node === null || typeof node !== "object") return;
      for (const key of Array.isArray(node) ? node.keys() : Object.keys(node)) {
        places.push({ node: node as Tree, key });
        walk((node as Tree)[key]);
      }
    };
    walk(tree);
    for (let i = Math.floor(this.next() * 3); i >= 0; i--) {
      const { node, key } = this.pick(places), at = node as Tree, dice = this.next();
      if (dice < 0.4) at[key] = this.value();
      else if (dice < 0.6) delete at[key];
      else if (dice < 0.75 && typeof key === "string") at[this.pick(WORDS)] = at[key];
      else if (dice < 0.9 && typeof at[key] === "string") at[key] = `${at[key]}${this.pick(WORDS)}`;
      else if (at[key] !== null && typeof at[key] === "object" && !Array.isArray(at[key])) {
        at[key] = Object.entries(at[key] as Tree).map(([name, value]) => ({ name, ...(value as object) }));
      } else at[key] = [at[key], at[key]];
    }
  }
}

/** A document as text: JSON is YAML, and sometimes it is cut or spoiled. */
function textOf(maker: Maker, tree: unknown): string {
  let text = JSON.stringify(tree, undefined, maker.next() < 0.5 ? 1 : 0);
  if (maker.next() < 0.05) {
    const at = Math.floor(maker.next() * text.length);
    text = text.slice(0, at) + maker.pick([...WORDS, ":", "- ", "&a *a", "? ", "\t"]) +
      text.slice(maker.next() < 0.5 ? at : at + 5);
  }
  return text;
}

Deno.test(`whatever a specification and its callers say, nothing breaks (${RUNS} documents)`, async () => {
  let tools = 0, calls = 0;
  for (let run = 0; run < RUNS; run++) {
    const maker = new Maker(sequence(SEED + run)), tree = (SEED + run) % 2 === 0 ? DOCUMENT() : OLDER();
    maker.mutate(tree);
    const text = textOf(maker, tree), begin = performance.now(), told = `FUZZ_RUNS=1 FUZZ_SEED=${SEED + run}`;
    try {
      const spec = readSpecification("fuzz.yml", { readText: () => OTHER }, { text });
      const capability = await compileCapability(spec, {
        binds: {},
        readText: () => "result = 1",
        bindsOptional: true,
      });
      const files = new Set(spec.files.map((file) => file.name));
      for (const { location, message } of [...spec.diagnostics, ...capability.diagnostics]) {
        assert.ok(location.line >= 1 && location.column >= 1 && files.has(location.file), message);
      }
      for (const { flows } of capability.surfaces) {
        for (const flow of flows.values()) {
          tools++;
          assert.equal(typeof JSON.stringify(flow.inputs.schema), "string");
          const args: Tree = {};
          for (const input of flow.inputs.list) {
            if (maker.next() < 0.8) args[input.wireName] = maker.next() < 0.5 ? "text" : maker.value();
          }
          try {
            const parsed = flow.inputs.parse(args);
            calls++;
            // What never leaves the process can be run; what does is built as far as its request.
            if (flow.semantics.closedWorld) await flow.run(parsed, { deadline: performance.now() + 1000 });
            const request = flow.preview?.(parsed);
            if (request) {
              const { origin, pathname } = new URL(request.url);
              // A base URI whose variable has no value leads nowhere, here where variables are optional.
              const allowed = origin === UNSET_BASE.origin ||
                capability.reach.some((reach) =>
                  reach.origin === origin && `${pathname}/`.startsWith(`${reach.path}/`)
                );
              assert.ok(allowed, `a request left for ${request.url}`);
            }
          } catch (error) {
            if (!(error instanceof CallError) && !(error instanceof Problem)) throw error;
          }
        }
      }
    } catch (error) {
      throw new Error(`${told}: ${error instanceof Error ? error.message : error}\n${text.slice(0, 2000)}`, {
        cause: error,
      });
    }
    assert.ok(performance.now() - begin < PATIENCE, `${told} took too long`);
  }
  assert.ok(
    RUNS < 1000 || (tools > RUNS && calls > RUNS / 2),
    "hardly anything was compiled or called: the documents are too broken to tell anything",
  );
});
