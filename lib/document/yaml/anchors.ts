/**
 * Anchors of a YAML text: what aliases mean, and which anchors cannot mean what they say.
 *
 * @module
 */
import type { DiagnosticCode } from "../diagnostics/codes.ts";
import type { SourceFile, TextRange } from "../diagnostics/location.ts";

/** How many nodes aliases may repeat before a document counts as a bomb. */
export const ALIAS_LIMIT = 100_000;

/** What an alias means. */
interface Anchored {
  readonly value: unknown;
  /** How many nodes it has, counted to the limit. */
  readonly size: number;
}

/** Takes a warning. */
type Warn = (code: DiagnosticCode, message: string, at: TextRange, fix: string) => void;

/** The anchors of one text, in the order they are met. */
export class Anchors {
  readonly #file: SourceFile;
  readonly #warn: Warn;
  readonly #byName = new Map<string, Anchored & { readonly at: TextRange }>();
  readonly #meant = new Set<string>();

  /**
   * @param file The text.
   * @param warn Hears of anchors that cannot mean what they say.
   */
  constructor(file: SourceFile, warn: Warn) {
    this.#file = file;
    this.#warn = warn;
  }

  /** What an alias means; undefined where nothing before it has the name. */
  find(name: string): Anchored | undefined {
    this.#meant.add(name);
    return this.#byName.get(name);
  }

  /**
   * Gives a value a name. A name that is given again means the value before up to there, and this one from here on.
   *
   * @param at Where the name stands, without its `&`.
   * @param value The value.
   */
  add(at: TextRange, value: unknown): void {
    const name = this.#file.text.slice(...at), before = this.#byName.get(name);
    if (before) {
      const { line } = this.#file.locate(before.at[0]);
      this.#warn(
        "duplicate-anchor",
        `the anchor &${name} is here a second time: *${name} means the one of line ${line} up to here, and this one below`,
        [at[0] - 1, at[1]],
        "give each a name of its own",
      );
    }
    this.#byName.set(name, { value, size: count(value), at });
  }

  /** Tells of anchors that no alias means: a text that begins with `&` is one, and its first word is lost. */
  finish(): void {
    for (const [name, { at }] of this.#byName) {
      if (this.#meant.has(name)) continue;
      const rest = /^[^\n#]*/.exec(this.#file.text.slice(at[1], at[1] + 200))![0].trim();
      this.#warn(
        "unused-anchor",
        `&${name} is a name for aliases, and there is no *${name}`,
        [at[0] - 1, at[1]],
        /^[[{|>]/.test(rest)
          ? "remove it"
          : `remove it, or write "&${name}${rest && ` ${rest}`}" if a text is meant`,
      );
    }
  }
}

/** Letters of a text that weigh as much as a node: a long text that is repeated is a bomb as well. */
const TEXT_NODE = 1000;

/** How many nodes a value has, counted to the limit. */
function count(value: unknown): number {
  let nodes = 0;
  const queue = [value];
  while (queue.length > 0 && nodes <= ALIAS_LIMIT) {
    const node = queue.pop();
    nodes += typeof node === "string" ? 1 + Math.floor(node.length / TEXT_NODE) : 1;
    if (node !== null && typeof node === "object") {
      for (const item of Object.values(node)) queue.push(item);
    }
  }
  return nodes;
}
