/**
 * The variables a specification declares or uses, and their values, whatever reads the files of binds.
 *
 * @module
 */
import type { Bind } from "../../../schemas/mod.ts";
import { type Diagnostic, diagnostic } from "../../document/diagnostics/diagnostic.ts";
import {
  type NamedFile,
  readNamed,
  type ReadText,
  refusalCode,
  refusalOfFile,
} from "../../document/files/files.ts";
import { requestInputs } from "../../document/request_inputs.ts";
import { nearest } from "../../document/diagnostics/nearest.ts";
import type { Specification } from "../../document/specification.ts";
import { isEnvironmentName } from "./variables.ts";
import type { BindFile } from "./bind_file.ts";
import { type BindValues, declarationOf, fileOf, hasNamespace, valueName } from "./scope.ts";
import { locate } from "../locate.ts";
import { namedFile } from "../paths.ts";
import { eachString, environmentWord, pathPieces, templateWords } from "../../expression/words.ts";

export type { BindValues };

/** Reads the file of a bind; throws a `BindFileError` for one that is none. */
export type ReadBindFile = (path: string, text: string) => BindFile;

/** Where values may be read from. */
export interface BindSources {
  /** A variable of the process environment or of `--env-file`. */
  env(name: string): string | undefined;
  /** The text of a file, held to a folder; throws when there is none. */
  readonly readText: ReadText;
}

/** One variable that the specification uses. */
export interface Variable {
  /** What templates call it. */
  readonly key: string;
  /** What its source calls it. */
  readonly source: string;
  readonly bind: Bind | undefined;
}

/** The words of one file that can name a variable. */
interface Words {
  readonly anywhere: Set<string>;
  /** Words of places that see nothing but variables. */
  readonly credentials: Set<string>;
}

/** Every word of the document that can name a variable, by the file that uses it; binds themselves left out. */
function wordsIn(spec: Specification): ReadonlyMap<string, Words> {
  const files = new Map<string, Words>();
  const wordsOf = (node: object) => {
    const file = fileOf(spec, node), known = files.get(file);
    if (known) return known;
    const words = { anywhere: new Set<string>(), credentials: new Set<string>() };
    files.set(file, words);
    return words;
  };
  const add = (into: Set<string>) => (text: string) => {
    const bare = text.startsWith("$env.") ? environmentWord(text) : undefined;
    if (bare !== undefined) into.add(`env.${bare}`);
    if (!text.includes("{")) return;
    for (const word of templateWords(text)) into.add(word.startsWith("$env.") ? word.slice(1) : word);
  };
  const paths = (text: string, into: Set<string>) => {
    for (const piece of pathPieces(text)) {
      if (typeof piece !== "string") into.add(piece.word.replace(/^\$env\./, "env."));
    }
  };
  const { document } = spec;
  for (const consumes of document.consumes ?? []) {
    const { authentication, headers, baseUri, ...rest } = consumes,
      { anywhere, credentials } = wordsOf(consumes);
    eachString([authentication, headers], add(credentials));
    paths(baseUri ?? "", credentials);
    eachString(rest, add(anywhere));
    for (const resource of consumes.resources ?? []) {
      paths(resource.path ?? "", anywhere);
      for (const operation of resource.operations ?? []) paths(operation.path ?? "", anywhere);
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
    const { anywhere, credentials } = wordsOf(exposes);
    eachString(exposes, add(anywhere));
    eachString(exposes.authentication, add(credentials));
    for (const p of requestInputs(exposes)) if (p.in === "environment") credentials.add(`env.${p.name}`);
  }
  for (const aggregate of document.aggregates ?? []) eachString(aggregate, add(wordsOf(aggregate).anywhere));
  return files;
}

/**
 * The variables a specification really uses; a declared one that nothing uses is not among them.
 *
 * @param spec The specification as read.
 * @param only The file that uses them; all files when left out.
 * @returns Each variable by the name its value has.
 */
export function variablesOf(spec: Specification, only?: string): ReadonlyMap<string, Variable> {
  const used = new Map<string, Variable>();
  const look = (file: string, word: string, credential: boolean) => {
    const known = declarationOf(spec, file, word), name = valueName(spec, file, word);
    if (known) {
      const { bind, key } = known;
      return void used.set(name, { key, source: bind.keys![key]!, bind });
    }
    const dot = word.indexOf("."), tail = dot < 0 ? "" : word.slice(dot + 1);
    const qualified = tail !== "" &&
      (word.startsWith("env.") || hasNamespace(spec, file, word.slice(0, dot)));
    const plain = qualified ? tail : word;
    if (qualified || credential || isEnvironmentName(word)) {
      if (/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(plain)) {
        used.set(name, { key: plain, source: plain, bind: undefined });
      }
    }
  };
  for (const [file, { anywhere, credentials }] of wordsIn(spec)) {
    if (only !== undefined && file !== only) continue;
    for (const word of anywhere) look(file, word, false);
    for (const word of credentials) look(file, word, true);
  }
  return used;
}

const IN_FILE = /^(file:|\.{0,2}\/)/i;

/** The file that a bind takes its values from, where it names one. */
export function bindFile(spec: Specification, bind: Bind): NamedFile | undefined {
  const { location } = bind;
  return location !== undefined && IN_FILE.test(location)
    ? namedFile(spec, bind, location, "values")
    : undefined;
}

/** Reads the files of binds, each once, and says what is wrong with them. */
class BindFiles {
  readonly diagnostics: Diagnostic[] = [];
  readonly #files = new Map<Bind, BindFile | undefined>();
  readonly #spec: Specification;
  readonly #readText: ReadText;
  readonly #readFile: ReadBindFile;

  constructor(spec: Specification, readText: ReadText, readFile: ReadBindFile) {
    this.#spec = spec;
    this.#readText = readText;
    this.#readFile = readFile;
  }

  #warn(code: Diagnostic["code"], bind: Bind, message: string, fix: string, key?: string): void {
    const location = key === undefined
      ? locate(this.#spec, bind, "location")
      : locate(this.#spec, bind.keys ?? bind, key);
    this.diagnostics.push(diagnostic("warning", code, message, location, fix));
  }

  /** The path of a bind's file, as it is looked for. */
  #path(bind: Bind): string {
    return bindFile(this.#spec, bind)?.path ?? bind.location ?? "";
  }

  /** The file of a bind; undefined where it has none, or none that can be read. */
  of(bind: Bind): BindFile | undefined {
    if (!this.#files.has(bind)) this.#files.set(bind, this.#read(bind));
    return this.#files.get(bind);
  }

  #read(bind: Bind): BindFile | undefined {
    const { location } = bind;
    if (location === undefined || /^env:/i.test(location)) return undefined;
    const file = bindFile(this.#spec, bind);
    if (!file) {
      this.#warn(
        "unknown-bind-location",
        bind,
        `Capstan cannot read binds from ${location.split(":")[0]}:, so the process environment is used`,
        "use file:// (JSON, YAML, dotenv), env:// or no location",
      );
      return undefined;
    }
    const who = `the bind${bind.namespace ? ` ${bind.namespace}` : ""} names the file ${file.path}`;
    let text: string;
    try {
      text = readNamed(this.#readText, file);
    } catch (error) {
      const refused = refusalOfFile(error, file);
      this.#warn(
        refusalCode(refused),
        bind,
        `${who}, which ${refused.said}`,
        refused.refused
          ? refused.fix
          : `${refused.fix}; without a location the values come from the process environment`,
      );
      return undefined;
    }
    try {
      const read = this.#readFile(file.path, text);
      if (read.strangeLine !== undefined) {
        const message = `line ${read.strangeLine} of ${file.path} is not NAME=value and is left out`;
        this.#warn("unknown-bind-name", bind, message, "write NAME=value, or # before a remark");
      }
      if (read.repeated !== undefined) {
        const { name, counts } = read.repeated;
        const message = `${file.path} gives ${name} twice; the ${counts} one counts`;
        this.#warn("duplicate-name", bind, message, "keep one of the two");
      }
      return read;
    } catch (error) {
      if (!(error instanceof Error && error.name === "BindFileError")) throw error;
      const fix = "write it as NAME=value lines, JSON or YAML";
      this.#warn("file-not-found", bind, `${who}, which cannot be read: ${error.message}`, fix);
      return undefined;
    }
  }

  /** Says that a file has no value of a name, where it has one that nearly is it. */
  misses(bind: Bind, key: string, source: string): void {
    const names = this.of(bind)?.names() ?? [], near = nearest(source, names);
    if (names.includes(source)) {
      const message = `${source} has no value in ${this.#path(bind)}`;
      return this.#warn("unknown-bind-name", bind, message, "give it a value", key);
    }
    if (near === undefined) return;
    this.#warn(
      "unknown-bind-name",
      bind,
      `the file ${this.#path(bind)} has no ${source}`,
      `did you mean ${near}?`,
      key,
    );
  }
}

/** Says which variables the main file takes from one of several imported files that declare them. */
function checkShared(spec: Specification, diagnostics: Diagnostic[]): void {
  const binds = spec.document.binds ?? [];
  if (spec.scopes === undefined) return;
  for (const { key, bind } of variablesOf(spec, spec.file).values()) {
    if (!bind || fileOf(spec, bind) === spec.file) continue;
    const others = binds.filter((other) =>
      other !== bind && Object.hasOwn(other.keys ?? {}, key) && fileOf(spec, other) !== fileOf(spec, bind)
    );
    const [other] = others.filter((each) => sourceOf(spec, each, key) !== sourceOf(spec, bind, key));
    if (!other) continue;
    diagnostics.push(diagnostic(
      "warning",
      "duplicate-name",
      `the variable ${key}, which ${spec.file} uses, is declared by ${fileOf(spec, other)} and by ${
        fileOf(spec, bind)
      }; the one of ${fileOf(spec, bind)} counts`,
      locate(spec, bind.keys ?? bind, key),
      `declare ${key} in ${spec.file}`,
    ));
  }
}

/** Where a bind has a variable from, to tell whether two mean the same. */
function sourceOf(spec: Specification, bind: Bind, key: string): string {
  const { location } = bind, file = bindFile(spec, bind);
  return `${file?.path ?? location ?? ""} ${bind.keys?.[key]}`;
}

/**
 * Finds the values of the variables a specification uses (semantics §1): the bind's location, else the
 * environment. A variable without a value is simply absent; compiling says who misses it.
 *
 * @param spec The specification as read.
 * @param sources Where values may come from.
 * @param readFile Reads the files of binds.
 * @returns The values, and findings about binds whose source cannot be used.
 */
export function resolveWith(
  spec: Specification,
  sources: BindSources,
  readFile: ReadBindFile,
): { values: BindValues; diagnostics: Diagnostic[] } {
  const values: Record<string, string> = Object.create(null);
  const files = new BindFiles(spec, sources.readText, readFile);
  for (const [name, { key, source, bind }] of variablesOf(spec)) {
    const found = bind && files.of(bind)?.get(source);
    const value = found ?? sources.env(source);
    if (value !== undefined) values[name] = value;
    else if (bind) files.misses(bind, key, source);
  }
  checkShared(spec, files.diagnostics);
  return { values, diagnostics: files.diagnostics };
}
