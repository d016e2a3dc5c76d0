/**
 * Whether a word is a variable: declared by a bind, looked for in the environment, or none that is known.
 *
 * @module
 */
import { nearest } from "../../document/diagnostics/nearest.ts";
import type { Specification } from "../../document/specification.ts";
import { declarationOf, declaredWords, fileOf, hasNamespace } from "./scope.ts";

/** An undeclared word of this form is a variable of the environment (semantics §11, Bodies). */
const UPPER_CASE = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/;

/** Whether a word is written as variables of the environment are: two words in capitals. */
export function isEnvironmentName(word: string): boolean {
  return UPPER_CASE.test(word);
}

/** The variables that the nodes of a document can use. */
export class Variables {
  readonly #spec: Specification;
  readonly #declared: ReadonlySet<string>;
  readonly #namespaces: ReadonlySet<string>;

  /** @param spec The specification as read. */
  constructor(spec: Specification) {
    this.#spec = spec;
    this.#namespaces = new Set([
      "env",
      ...(spec.document.binds ?? []).flatMap(({ namespace }) => namespace ?? []),
    ]);
    this.#declared = new Set(
      (spec.document.binds ?? []).flatMap(({ namespace, keys }) =>
        Object.keys(keys ?? {}).flatMap((key) =>
          namespace === undefined ? [key] : [key, `${namespace}.${key}`]
        )
      ),
    );
  }

  /** Whether a bind of the document declares a word, as `KEY`, `namespace.KEY` or `env.KEY`. */
  isDeclared(word: string): boolean {
    return this.#declared.has(word) || this.#declared.has(word.slice(word.indexOf(".") + 1));
  }

  /**
   * The variable that a word of a template means.
   *
   * @param word The text between the braces.
   * @returns The name its value is known by; undefined where the word is no variable.
   */
  named(word: string): string | undefined {
    if (word.startsWith("$env.")) return `env.${word.slice(5)}`;
    const dot = word.indexOf("."), namespace = dot > 0 ? word.slice(0, dot) : "";
    if (dot > 0 && this.#namespaces.has(namespace)) return word;
    return this.#declared.has(word) || isEnvironmentName(word) ? word : undefined;
  }

  /**
   * The variable somebody meant who wrote a word that is none: `secrts.TOKEN` for `secrets.TOKEN`.
   *
   * @param word The word.
   * @param node The node that uses it.
   */
  near(word: string, node: object | undefined): string | undefined {
    const dot = word.indexOf("."),
      file = fileOf(this.#spec, node),
      words = [...declaredWords(this.#spec, file)];
    if (declarationOf(this.#spec, file, word) !== undefined) return undefined;
    if (dot <= 0) return nearest(word, words.filter((other) => !other.includes(".")));
    const namespace = word.slice(0, dot), key = word.slice(dot + 1);
    const spaces = new Set(
      words.flatMap((other) => other.includes(".") ? [other.slice(0, other.indexOf("."))] : []),
    );
    const space = hasNamespace(this.#spec, file, namespace) ? namespace : nearest(namespace, spaces);
    if (space === undefined) return undefined;
    const keys = words.flatMap((other) =>
      other.startsWith(`${space}.`) ? [other.slice(space.length + 1)] : []
    );
    const near = keys.includes(key) ? key : nearest(key, keys);
    return near === undefined ? undefined : `${space}.${near}`;
  }
}
