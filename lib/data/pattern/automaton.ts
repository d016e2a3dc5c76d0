/**
 * Trying a regular expression in time that grows with the text alone: all ways to match are followed at once, one
 * character after the other, and none is ever taken back.
 *
 * @module
 */
import type { Assertion, CharacterSet, Node } from "./syntax.ts";
import { UnsupportedPattern } from "./syntax.ts";

/** An expression with more states is refused: each character would cost as much. */
const MAX_STATES = 5_000;
/** How many steps one try may take: states times characters. A longer text counts as one that does not match. */
const MAX_STEPS = 500_000_000;

/** What a state does. */
type State =
  | { readonly set: CharacterSet; next: number }
  | { readonly ways: number[] }
  | { readonly place: Assertion; next: number }
  | { readonly look: number; readonly negative: boolean; next: number }
  | { readonly end: true };

/** A part that is looked for at a place: its own states, and the direction they are walked in. */
interface Look {
  readonly states: readonly State[];
  readonly behind: boolean;
}

/** An expression, ready to be tried. */
export interface Automaton {
  /** The states of the whole; the first is the beginning. */
  readonly states: readonly State[];
  /** Looks, those inside before those around them. */
  readonly looks: readonly Look[];
  readonly multiline: boolean;
}

class Builder {
  readonly looks: Look[];
  readonly states: State[] = [];
  readonly #backwards: boolean;

  constructor(looks: Look[], backwards: boolean) {
    this.looks = looks;
    this.#backwards = backwards;
  }

  /** Adds what matches a node and then goes on. @returns Where it begins. */
  add(node: Node, next: number): number {
    switch (node.kind) {
      case "set":
        return this.#state({ set: node, next });
      case "place":
        return this.#state({ place: node.place, next });
      case "look":
        return this.#state({ look: this.#look(node.item, node.behind), negative: node.negative, next });
      case "sequence": {
        const items = this.#backwards ? node.items : node.items.toReversed();
        return items.reduce((after, item) => this.add(item, after), next);
      }
      case "choice":
        return this.#state({ ways: node.items.map((item) => this.add(item, next)) });
      case "repeat":
        return this.#repeat(node.item, node.min, node.max, next);
    }
  }

  /** The same number of copies as there can be repetitions, and a circle where there is no end of them. */
  #repeat(item: Node, min: number, max: number, next: number): number {
    let after = next;
    if (max === Infinity) {
      const ways: number[] = [];
      after = this.#state({ ways });
      ways.push(this.add(item, after), next);
    } else {
      if (max > MAX_STATES) throw new UnsupportedPattern("too many repetitions");
      for (let i = min; i < max; i++) after = this.#state({ ways: [this.add(item, after), next] });
    }
    if (min > MAX_STATES) throw new UnsupportedPattern("too many repetitions");
    for (let i = 0; i < min; i++) after = this.add(item, after);
    return after;
  }

  #look(item: Node, behind: boolean): number {
    const builder = new Builder(this.looks, !behind);
    builder.finish(item);
    return this.looks.push({ states: builder.states, behind }) - 1;
  }

  /** The states of a whole; the beginning is put first. */
  finish(node: Node): void {
    const begin = this.#state({ ways: [] }), end = this.#state({ end: true });
    (this.states[begin] as { ways: number[] }).ways.push(this.add(node, end));
  }

  #state(state: State): number {
    if (this.states.length >= MAX_STATES) throw new UnsupportedPattern("too many repetitions");
    return this.states.push(state) - 1;
  }
}

/**
 * Builds an automaton.
 *
 * @param node The expression.
 * @param flags Its flags.
 * @throws {UnsupportedPattern} When it has too many states.
 */
export function buildAutomaton(node: Node, flags: string): Automaton {
  const looks: Look[] = [], builder = new Builder(looks, false);
  builder.finish(node);
  return { states: builder.states, looks, multiline: flags.includes("m") };
}

function isWord(code: number | undefined): boolean {
  return code !== undefined &&
    (code >= 97 && code <= 122 || code >= 65 && code <= 90 || code >= 48 && code <= 57 || code === 95);
}

function isLineEnd(code: number): boolean {
  return code === 10 || code === 13 || code === 0x2028 || code === 0x2029;
}

/** One try of an automaton on one text. */
class Trial {
  readonly #codes: Uint32Array;
  readonly #automaton: Automaton;
  /** By look, at which places it holds. */
  readonly #holds: Uint8Array[] = [];
  /** By state, the round it was last reached in. */
  #reached = new Uint32Array(0);
  #round = 0;

  constructor(automaton: Automaton, codes: Uint32Array) {
    this.#automaton = automaton;
    this.#codes = codes;
  }

  /** Whether the text matches anywhere. */
  run(): boolean {
    for (const { states, behind } of this.#automaton.looks) {
      const holds = new Uint8Array(this.#codes.length + 1);
      this.#walk(states, !behind, (at) => {
        holds[at] = 1;
        return false;
      });
      this.#holds.push(holds);
    }
    return this.#walk(this.#automaton.states, false, () => true);
  }

  /**
   * Follows all ways from every place.
   *
   * @param states The states.
   * @param backwards From the end to the beginning.
   * @param found Hears the places where a way has come to its end; true stops.
   */
  #walk(states: readonly State[], backwards: boolean, found: (at: number) => boolean): boolean {
    const codes = this.#codes, { length } = codes;
    this.#reached = new Uint32Array(states.length);
    this.#round = 0;
    let current: CharacterSetState[] = [], following: CharacterSetState[] = [];
    for (let step = 0; step <= length; step++) {
      const at = backwards ? length - step : step;
      this.#round++;
      following.length = 0;
      let ended = this.#reach(states, 0, at, following);
      if (step > 0) {
        const code = codes[backwards ? at : at - 1]!;
        for (const { set, next } of current) {
          if (set.has(code)) ended = this.#reach(states, next, at, following) || ended;
        }
      }
      if (ended && found(at)) return true;
      [current, following] = [following, current];
    }
    return false;
  }

  /** Goes on from a state without a character. @returns Whether the end is reached. */
  #reach(states: readonly State[], from: number, at: number, into: CharacterSetState[]): boolean {
    const todo = [from];
    let ended = false;
    for (let index = todo.pop(); index !== undefined; index = todo.pop()) {
      if (this.#reached[index] === this.#round) continue;
      this.#reached[index] = this.#round;
      const state = states[index]!;
      if ("set" in state) into.push(state);
      else if ("ways" in state) { for (const way of state.ways) todo.push(way); }
      else if ("place" in state) { if (this.#isAt(state.place, at)) todo.push(state.next); }
      else if ("look" in state) {
        if ((this.#holds[state.look]![at] === 1) !== state.negative) todo.push(state.next);
      } else ended = true;
    }
    return ended;
  }

  #isAt(place: Assertion, at: number): boolean {
    const codes = this.#codes, { multiline } = this.#automaton;
    switch (place) {
      case "start":
        return at === 0 || multiline && isLineEnd(codes[at - 1]!);
      case "end":
        return at === codes.length || multiline && isLineEnd(codes[at]!);
      default:
        return (isWord(codes[at - 1]) !== isWord(codes[at])) === (place === "boundary");
    }
  }
}

type CharacterSetState = { readonly set: CharacterSet; next: number };

/**
 * Whether a text matches.
 *
 * @param automaton The expression.
 * @param text The text.
 * @returns False, too, for a text so long that trying it would take seconds.
 */
export function matches(automaton: Automaton, text: string): boolean {
  const states = automaton.looks.reduce((sum, look) => sum + look.states.length, automaton.states.length);
  if (states * text.length > MAX_STEPS) return false;
  const codes = new Uint32Array(text.length);
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.codePointAt(at)!;
    codes[length++] = code;
    if (code > 0xffff) at++;
  }
  return new Trial(automaton, codes.subarray(0, length)).run();
}
