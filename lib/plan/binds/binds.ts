/**
 * Binds: the variables a specification declares or uses, and their values.
 *
 * @module
 */
import type { Bind } from "../../../schemas/mod.ts";
import type { Diagnostic } from "../../document/diagnostic.ts";
import { isMissing } from "../../document/imports.ts";
import type { Specification } from "../../document/specification.ts";
import { type BindFile, readBindFile } from "./bind_file.ts";
import { locate } from "../locate.ts";
import { resolvePath } from "../paths.ts";
import {
  eachString,
  environmentWord,
  pathPieces,
  templateWords,
  UPPER_CASE,
} from "../../expression/words.ts";

/** Values of variables, by KEY and by `namespace.KEY`; process variables nobody declared by their own name. */
export type BindValues = Readonly<Record<string, string>>;

/** Where values may be read from. */
export interface BindSources {
  /** A variable of the process environment or of `--env-file`. */
  env(name: string): string | undefined;
  /** The text of a file; throws when there is none. */
  readText(path: string): string;
}

/** One variable that the specification uses. */
export interface Variable {
  /** What templates call it. */
  readonly key: string;
  /** What its source calls it. */
  readonly source: string;
  readonly bind: Bind | undefined;
}

/** Every word of the document that can name a variable, binds themselves left out. */
function wordsIn(spec: Specification): { anywhere: Set<string>; credentials: Set<string> } {
  const anywhere = new Set<string>(), credentials = new Set<string>();
  const add = (into: Set<string>) => (text: string) => {
    const bare = text.startsWith("$env.") ? environmentWord(text) : undefined;
    if (bare !== undefined) into.add(`env.${bare}`);
    if (!text.includes("{")) return;
    for (const word of templateWords(text)) into.add(word.startsWith("$env.") ? word.slice(1) : word);
  };
  const paths = (text: string) => {
    for (const piece of pathPieces(text)) {
      if (typeof piece !== "string") anywhere.add(piece.word.replace(/^\$env\./, "env."));
    }
  };
  const { document } = spec;
  for (const consumes of document.consumes ?? []) {
    const { authentication, headers, baseUri, ...rest } = consumes;
    eachString([authentication, headers], add(credentials));
    for (const piece of pathPieces(baseUri ?? "")) {
      if (typeof piece !== "string") credentials.add(piece.word.replace(/^\$env\./, "env."));
    }
    eachString(rest, add(anywhere));
    for (const resource of consumes.resources ?? []) {
      paths(resource.path ?? "");
      for (const operation of resource.operations ?? []) paths(operation.path ?? "");
    }
    const parameters = [
      consumes.inputParameters,
      ...(consumes.resources ?? []).flatMap((
        r,
      ) => [r.inputParameters, ...(r.operations ?? []).map((o) => o.inputParameters)]),
    ];
    for (const list of parameters) {
      for (const p of list ?? []) if (p.in === "environment") credentials.add(p.name);
    }
  }
  for (const exposes of document.exposes ?? []) {
    if (exposes.type !== "rest") continue;
    const lists = [exposes, ...(exposes.resources ?? []).flatMap((r) => [r, ...(r.operations ?? [])])];
    for (const { inputParameters } of lists) {
      for (const p of inputParameters ?? []) if (p.in === "environment") credentials.add(`env.${p.name}`);
    }
  }
  eachString([document.exposes, document.aggregates], add(anywhere));
  return { anywhere, credentials };
}

/** The binds that declare a key, the newest first: of two that declare one key the last wins. */
function declarations(spec: Specification): { keys: Map<string, Variable>; namespaces: Set<string> } {
  const keys = new Map<string, Variable>(), namespaces = new Set<string>();
  for (const bind of spec.document.binds ?? []) {
    if (bind.namespace !== undefined) namespaces.add(bind.namespace);
    for (const [key, source] of Object.entries(bind.keys ?? {})) {
      const variable = { key, source, bind };
      keys.set(key, variable);
      if (bind.namespace !== undefined) keys.set(`${bind.namespace}.${key}`, variable);
    }
  }
  return { keys, namespaces };
}

/**
 * The variables a specification really uses; a declared one that nothing uses is not among them.
 *
 * @param spec The specification as read.
 * @returns Each variable by the word the document uses for it.
 */
export function variablesOf(spec: Specification): ReadonlyMap<string, Variable> {
  const { keys, namespaces } = declarations(spec), used = new Map<string, Variable>();
  const { anywhere, credentials } = wordsIn(spec);
  const look = (word: string, credential: boolean) => {
    const dot = word.indexOf("."), tail = dot < 0 ? "" : word.slice(dot + 1);
    const known = keys.get(word) ?? (tail && word.startsWith("env.") ? keys.get(tail) : undefined);
    if (known) return void used.set(word, known);
    const qualified = tail !== "" && (word.startsWith("env.") || namespaces.has(word.slice(0, dot)));
    const name = qualified ? tail : word;
    if (qualified || credential || UPPER_CASE.test(word)) {
      if (/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name)) {
        used.set(word, { key: name, source: name, bind: undefined });
      }
    }
  };
  for (const word of anywhere) look(word, false);
  for (const word of credentials) look(word, true);
  return used;
}

/**
 * Finds the values of the variables a specification uses (semantics §1): the bind's location, else the
 * environment. A variable without a value is simply absent; compiling says who misses it.
 *
 * @param spec The specification as read.
 * @param sources Where values may come from.
 * @returns The values, and findings about binds whose source cannot be used.
 */
export function resolveBinds(
  spec: Specification,
  sources: BindSources,
): { values: BindValues; diagnostics: Diagnostic[] } {
  const values: Record<string, string> = Object.create(null), diagnostics: Diagnostic[] = [];
  const files = new Map<Bind, BindFile | undefined>();
  const fileOf = (bind: Bind): BindFile | undefined => {
    if (files.has(bind)) return files.get(bind);
    let content: BindFile | undefined;
    const location = bind.location!;
    const path = resolvePath(spec, bind, location);
    try {
      content = readBindFile(path, sources.readText(path));
    } catch (error) {
      const why = isMissing(error)
        ? "which is not there"
        : `which cannot be read: ${
          error instanceof Error && error.name === "Error" ? error.message : "the system refuses it"
        }`;
      diagnostics.push({
        code: "file-not-found",
        severity: "warning",
        message: `the bind${bind.namespace ? ` ${bind.namespace}` : ""} names the file ${location}, ${why}`,
        location: locate(spec, bind, "location"),
        fix: "correct the location, or leave it out to take the values from the process environment",
      });
    }
    files.set(bind, content);
    return content;
  };
  for (const [word, { key, source, bind }] of variablesOf(spec)) {
    const location = bind?.location;
    let value: string | undefined;
    if (location !== undefined && /^(file:|\.{0,2}\/)/i.test(location)) {
      const content = fileOf(bind!);
      value = content?.(source);
    } else if (location !== undefined && !/^env:/i.test(location)) {
      if (!files.has(bind!)) {
        files.set(bind!, undefined);
        diagnostics.push({
          code: "unknown-bind-location",
          severity: "warning",
          message: `Capstan cannot read binds from ${
            location.split(":")[0]
          }:, so the process environment is used`,
          location: locate(spec, bind!, "location"),
          fix: "use file:// (JSON, YAML, dotenv), env:// or no location",
        });
      }
    }
    value ??= sources.env(source) ?? (bind ? undefined : sources.env(key));
    if (value !== undefined) values[word] = value;
  }
  return { values, diagnostics };
}
