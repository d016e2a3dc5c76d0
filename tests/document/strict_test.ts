/**
 * Strict checking against the official schemas: one verdict on every document of the corpus, and on mutated ones.
 * Skipped where the schemas and the corpus are not there.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Ajv2020, type ValidateFunction } from "ajv/2020";
import { compose } from "../../lib/document/yaml/compose.ts";
import { Origins, SourceFile } from "../../lib/document/diagnostics/location.ts";
import { measure } from "../../lib/document/strict/check.ts";
import { VERSIONS } from "../../lib/document/strict/dialect.ts";
import { strictCheck } from "../../lib/document/strict/mod.ts";
import { generate } from "./strict_generate.ts";

const shared = new URL("../../../shared/", import.meta.url);
const absent = !exists(new URL("schemas/beta5.json", shared));
/** Says in the name of a test why it is skipped. */
const skipped = absent ? " (skipped: ../shared is not there)" : "";

function exists(url: URL): boolean {
  try {
    return Deno.statSync(url).isFile;
  } catch {
    return false;
  }
}

/** The official schemas, compiled. */
function official(): Map<string, ValidateFunction> {
  const validators = new Map<string, ValidateFunction>();
  for (const version of Object.keys(VERSIONS)) {
    const file = new URL(`schemas/${version.replace("1.0.0-", "")}.json`, shared);
    const schema = JSON.parse(Deno.readTextFileSync(file));
    delete schema.$id; // two of them carry the same
    validators.set(
      version,
      new Ajv2020({ strict: false, strictNumbers: true, validateFormats: false }).compile(schema),
    );
  }
  return validators;
}

function* yamlFiles(folder: URL): Generator<URL> {
  for (const entry of Deno.readDirSync(folder)) {
    const name = encodeURIComponent(entry.name);
    if (entry.isDirectory) yield* yamlFiles(new URL(`${name}/`, folder));
    else if (/\.ya?ml$/.test(entry.name)) yield new URL(name, folder);
  }
}

/** Fills the places a recording leaves open. */
function filled(text: string): string {
  return text.replace(/"?\$\{[^}]*(?:port|PORT)[^}]*\}"?/g, "8080").replace(
    /\$\{[^}]*\}/g,
    "http://localhost",
  );
}

/** Texts of specifications within a case: its `spec`, and its files. */
function specsOf(value: unknown, found: string[]): void {
  if (typeof value === "string") {
    if (/^\s*["']?(?:ikanos|naftiko)\b/m.test(value)) found.push(filled(value));
  } else if (typeof value === "object" && value !== null) {
    const isSpec = !Array.isArray(value) && ("ikanos" in value || "naftiko" in value);
    if (isSpec) found.push(filled(JSON.stringify(value)));
    for (const each of Object.values(value)) specsOf(each, found);
  }
}

/** Every document of the corpus, as text. */
function corpus(): string[] {
  const texts: string[] = [];
  for (const folder of ["wild", "specs", "seed", "support", "blackbox"]) {
    for (const file of yamlFiles(new URL(`corpus/${folder}/`, shared))) {
      const text = Deno.readTextFileSync(file);
      if (!file.pathname.includes("/blackbox/cases/")) {
        if (/^["']?(?:ikanos|naftiko)\b/m.test(text)) texts.push(filled(text));
      } else for (const each of text.split(/^---$/m)) specsOf(read(each), texts);
    }
  }
  return [...new Set(texts)];
}

function read(text: string): unknown {
  return compose(new SourceFile("case.yml", text), new Origins()).value;
}

function declaredVersion(value: unknown): string {
  const map = typeof value === "object" && value !== null ? value as Record<string, unknown> : {};
  return String(map.ikanos ?? map.naftiko);
}

/** A copy of a document that declares another version. */
function declaring(value: unknown, version: string): unknown {
  const { ikanos: _, naftiko: __, ...rest } = value as Record<string, unknown>;
  return { [/alpha[12]$/.test(version) ? "naftiko" : "ikanos"]: version, ...rest };
}

/** Reproducible randomness (mulberry32). */
function seeded(seed: number): (below: number) => number {
  return (below) => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor(((t ^ (t >>> 14)) >>> 0) / 4294967296 * below);
  };
}

type Container = Record<string | number, unknown>;

/** Every map and list of a document. */
function containers(value: unknown, found: Container[] = []): Container[] {
  if (typeof value !== "object" || value === null) return found;
  found.push(value as Container);
  for (const each of Object.values(value)) containers(each, found);
  return found;
}

const KEYS = [
  ..."type name namespace description call with steps mappings ref outputParameters inputParameters".split(
    " ",
  ),
  ..."value const mapping location from import as tags display label items properties port transport".split(
    " ",
  ),
  ..."responses responseBinary binary ttlMs version hints semantics tunnel forward operations zzz in".split(
    " ",
  ),
  ..."maxBinarySize outputMediaType cacheScope required consumes exposes aggregates binds capability".split(
    " ",
  ),
  ..."operations resources tools prompts template uri mimeType address method body data file script".split(
    " ",
  ),
];
const VALUES: readonly unknown[] = [
  ..."x,a.b,A_B,ä,string,object,array,call,lookup,script,mcp,rest,skill,control,http,stdio,GET,json".split(
    ",",
  ),
  ..."text,binary,10MiB,image/png,file:///a,https://a.b/c,basic,oauth2,public,2026-01-01,ziti,header".split(
    ",",
  ),
  ..."formUrlEncoded,multipartForm,-,*,1.2.3.4,::1,\n,".split(","),
  null,
  true,
  0,
  1.5,
  70000,
  8080,
  Infinity,
  [],
  {},
  ["x"],
  [{}],
  { x: "y" },
  { type: "string", value: "x" },
  [{ type: "string", mapping: "$" }],
  { out: { type: "string", value: "x" } },
  { s: { type: "call", call: "a.b" } },
  { "200": { content: { "image/png": { binary: true } } } },
  { mediaType: "image/png" },
  { type: "ziti", service: "s", identity: "i" },
];

/** A document with one to three changes: a key dropped, added, renamed, moved or replaced. */
function mutate(
  original: unknown,
  documents: readonly unknown[],
  random: (below: number) => number,
): unknown {
  const value = structuredClone(original);
  for (let changes = random(3) > 0 ? 1 : 1 + random(3); changes > 0; changes--) {
    const all = containers(value), node = all[random(all.length)];
    if (!node) return value;
    const keys = Object.keys(node), key = keys[random(keys.length)];
    const donors = containers(documents[random(documents.length)]);
    switch (random(6)) {
      case 0:
        if (key === undefined) break;
        if (Array.isArray(node)) node.splice(Number(key), 1);
        else delete node[key];
        break;
      case 1:
        if (Array.isArray(node)) node.push(structuredClone(VALUES[random(VALUES.length)]));
        else node[KEYS[random(KEYS.length)]!] = structuredClone(VALUES[random(VALUES.length)]);
        break;
      case 2:
        if (key !== undefined) node[key] = structuredClone(VALUES[random(VALUES.length)]);
        break;
      case 3:
        if (key === undefined || Array.isArray(node)) break;
        node[KEYS[random(KEYS.length)]!] = node[key];
        delete node[key];
        break;
      case 4: { // a list for a map, or a map for a list
        if (key === undefined) break;
        const inner = node[key];
        if (Array.isArray(inner)) node[key] = Object.fromEntries(inner.map((each, i) => [`n${i}`, each]));
        else if (inner && typeof inner === "object") node[key] = Object.values(inner);
        break;
      }
      default: {
        const donor = donors[random(donors.length)];
        if (donor && key !== undefined) node[key] = structuredClone(donor);
      }
    }
  }
  return value;
}

function disagreement(
  value: unknown,
  version: string,
  ours: readonly unknown[],
  validate: ValidateFunction,
): string {
  const text = JSON.stringify(value);
  return `${version}: ours ${JSON.stringify(ours.slice(0, 4))}, official ${
    JSON.stringify(validate.errors?.slice(0, 4).map((each) => [each.instancePath, each.message, each.params]))
  }\n${text.length > 3000 ? `${text.slice(0, 3000)}…` : text}`;
}

Deno.test({
  name: `strictCheck() agrees with the official schema on every document of the corpus${skipped}`,
  ignore: absent,
  fn() {
    const validators = official(), problems: string[] = [];
    let compared = 0, valid = 0;
    for (const text of corpus()) {
      const value = read(text), version = declaredVersion(value), validate = validators.get(version);
      const found = strictCheck("case.yml", text);
      if (!validate) {
        if (found.length === 0) problems.push(`accepted without a schema: ${text.slice(0, 200)}`);
        continue;
      }
      if (value === undefined) continue;
      compared++;
      const expected = validate(value);
      if (expected) valid++;
      if (expected !== (found.length === 0)) problems.push(disagreement(value, version, found, validate));
    }
    assert.ok(compared > 500 && valid > 100, `only ${compared} documents compared, ${valid} of them valid`);
    assert.equal(
      problems.length,
      0,
      `${problems.length} of ${compared}:\n${problems.slice(0, 5).join("\n\n")}`,
    );
  },
});

Deno.test({
  name: `measure() agrees with the official schemas on mutated documents${skipped}`,
  ignore: absent,
  fn() {
    const validators = official(), problems: string[] = [];
    const documents = corpus().map(read).filter((value) => typeof value === "object" && value !== null);
    const seed = Number(Deno.env.get("STRICT_SEED") ?? 20260821), random = seeded(seed);
    const rounds = Number(Deno.env.get("STRICT_MUTATIONS") ?? 5000);
    const bases = [...validators].flatMap(([version, validate]) =>
      documents.filter((value) => JSON.stringify(value).length < 20_000)
        .map((value) => ({ version, value: declaring(value, version) }))
        .filter(({ value }, i) => validate(value) || i % 20 === 0)
    );
    const donors = bases.map(({ value }) => value);
    let valid = 0, invalid = 0;
    for (let i = 0; i < rounds && problems.length < 20; i++) {
      const { version, value: original } = bases[random(bases.length)]!;
      const value = mutate(original, donors, random);
      const validate = validators.get(version)!, expected = validate(value), ours = measure(value, version);
      expected ? valid++ : invalid++;
      if (expected !== (ours.length === 0)) problems.push(disagreement(value, version, ours, validate));
    }
    assert.equal(
      problems.length,
      0,
      `seed ${seed}, ${problems.length}:\n${problems.slice(0, 5).join("\n\n")}`,
    );
    assert.ok(valid > rounds / 20 && invalid > rounds / 20, `one-sided: ${valid} valid, ${invalid} invalid`);
  },
});

Deno.test({
  name: `measure() agrees with the official schemas on made-up documents${skipped}`,
  ignore: absent,
  fn() {
    const validators = official(), problems: string[] = [];
    const seed = Number(Deno.env.get("STRICT_SEED") ?? 20260821), random = seeded(seed);
    const rounds = Number(Deno.env.get("STRICT_MADE_UP") ?? 800);
    let valid = 0, invalid = 0;
    for (const [version, validate] of validators) {
      const schema = validate.schema as { readonly [keyword: string]: unknown };
      for (let i = 0; i < rounds && problems.length < 20; i++) {
        const made = generate(schema, random);
        for (const value of [made, mutate(made, [made], random), mutate(made, [made], random)]) {
          const expected = validate(value), ours = measure(value, version);
          expected ? valid++ : invalid++;
          if (expected !== (ours.length === 0)) problems.push(disagreement(value, version, ours, validate));
        }
      }
    }
    assert.equal(
      problems.length,
      0,
      `seed ${seed}, ${problems.length}:\n${problems.slice(0, 5).join("\n\n")}`,
    );
    const all = valid + invalid;
    assert.ok(valid > all / 20 && invalid > all / 20, `one-sided: ${valid} valid, ${invalid} invalid`);
  },
});
