/**
 * Variables of a file: which bind a word means there, and the values that are visible from it.
 *
 * @module
 */
import type { Bind } from "../../../schemas/mod.ts";
import type { Specification } from "../../document/specification.ts";

/** Values of variables, as `resolveBinds` gives them: by word, and by word and file where files differ. */
export type BindValues = Readonly<Record<string, string>>;

/** A variable as a bind declares it. */
export interface DeclaredVariable {
  readonly bind: Bind;
  /** What the bind calls it. */
  readonly key: string;
}

/** No word of a template and no name of a file holds a line break. */
const PARTED = "\n";

/** The file a node comes from. */
export function fileOf(spec: Specification, node: object | undefined): string {
  return (node && spec.origins.get(node)?.file.name) ?? spec.file;
}

/** What the words of one file mean. */
interface FileScope {
  /** The declaration of each word, `KEY` and `namespace.KEY`. */
  readonly words: ReadonlyMap<string, DeclaredVariable>;
  readonly namespaces: ReadonlySet<string>;
}

/** Scopes by specification and file: each is asked for once for every word of a document. */
const SCOPES = new WeakMap<Specification, Map<string, FileScope>>();

function scopeOf(spec: Specification, file: string): FileScope {
  let scopes = SCOPES.get(spec);
  if (!scopes) SCOPES.set(spec, scopes = new Map());
  // Where files see the same binds there is one scope.
  const name = spec.scopes === undefined ? "" : file, known = scopes.get(name);
  if (known) return known;
  const all = spec.document.binds ?? [],
    words = new Map<string, DeclaredVariable>(),
    namespaces = new Set<string>();
  const nearest = spec.scopes?.[file]?.map((i) => all[i]!) ?? [...all].reverse();
  for (const bind of nearest) {
    if (bind.namespace !== undefined) namespaces.add(bind.namespace);
    for (const key of Object.keys(bind.keys ?? {})) {
      const declared = { bind, key };
      if (!words.has(key)) words.set(key, declared);
      const full = `${bind.namespace}.${key}`;
      if (bind.namespace !== undefined && !words.has(full)) words.set(full, declared);
    }
  }
  const scope = { words, namespaces };
  scopes.set(name, scope);
  return scope;
}

/**
 * The declaration of a word, in the file that uses it.
 *
 * @param spec The specification.
 * @param file The file.
 * @param word `KEY`, `namespace.KEY` or `env.KEY`.
 */
export function declarationOf(spec: Specification, file: string, word: string): DeclaredVariable | undefined {
  const { words } = scopeOf(spec, file), known = words.get(word);
  return known ?? (word.startsWith("env.") ? words.get(word.slice(4)) : undefined);
}

/** Whether a bind that a file sees has a namespace. */
export function hasNamespace(spec: Specification, file: string, namespace: string): boolean {
  return scopeOf(spec, file).namespaces.has(namespace);
}

/** The words a file can use: every key its binds declare. */
export function declaredWords(spec: Specification, file: string): Iterable<string> {
  return scopeOf(spec, file).words.keys();
}

/** The name values have for a word of a file: the word itself, unless it means another variable in the main file. */
export function valueName(spec: Specification, file: string, word: string): string {
  if (spec.scopes === undefined || file === spec.file) return word;
  const here = declarationOf(spec, file, word), there = declarationOf(spec, spec.file, word);
  return here?.bind === there?.bind && here?.key === there?.key ? word : `${word}${PARTED}${file}`;
}

const VIEWS = new WeakMap<BindValues, Map<string, BindValues>>();

/**
 * The values as the file of a node sees them, by word.
 *
 * @param spec The specification.
 * @param values What `resolveBinds` gave.
 * @param node A node of the file; the main file where it has no place.
 */
export function valuesFor(spec: Specification, values: BindValues, node: object | undefined): BindValues {
  if (spec.scopes === undefined) return values;
  const file = fileOf(spec, node);
  let views = VIEWS.get(values);
  if (!views) VIEWS.set(values, views = new Map());
  const known = views.get(file);
  if (known) return known;
  const view: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(values)) {
    const word = name.split(PARTED, 1)[0]!;
    if (valueName(spec, file, word) === name) view[word] = value;
  }
  views.set(file, view);
  return view;
}
