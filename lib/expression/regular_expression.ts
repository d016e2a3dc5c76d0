/**
 * Regular expressions that a document, or the data itself, gives for data: I-Regexp (RFC 9485) and what people add to
 * it. Whatever the pattern and the text, trying takes time in proportion to their lengths, never more: there is no
 * backtracking. References to groups and looking around cannot be tried so, and are refused.
 *
 * @module
 */
import { type Node, parseRegularExpression } from "./regular_expression_parse.ts";

/** How a pattern is tried. */
export interface RegularExpressionOptions {
  /** Letters of `i` (case does not matter), `s` (the dot is any character), `m` (`^` and `$` at lines). */
  readonly flags?: string | undefined;
  /** The whole text has to match, not a part of it. */
  readonly whole: boolean;
}

/** A program may have so many instructions; counted repetitions are written out. */
const MAX_INSTRUCTIONS = 4000;

type Instruction =
  | { readonly kind: "one"; readonly is: (code: number) => boolean }
  | { readonly kind: "at"; readonly is: (text: string, at: number) => boolean }
  | { readonly kind: "split"; first: number; second: number }
  | { readonly kind: "jump"; to: number }
  | { readonly kind: "end" };

/**
 * Compiles a pattern.
 *
 * @param source The pattern, without delimiters.
 * @param options How it is tried.
 * @returns Whether a text matches.
 * @throws {SyntaxError} When the pattern cannot be read, or cannot be tried in linear time.
 */
export function compileRegularExpression(
  source: string,
  options: RegularExpressionOptions,
): (text: string) => boolean {
  const { whole, flags = "" } = options, tree = parseRegularExpression(source, flags);
  const native = runNatively(tree.source, tree.flags, tree.repetitions, tree.branches, whole);
  if (native) return native;
  const program: Instruction[] = [];
  emit(tree.node, program);
  program.push({ kind: "end" });
  return (text) => simulate(program, text, whole);
}

/** A pattern so simple that the engine of the runtime cannot go astray: a text, or a text with one repetition. */
function runNatively(
  source: string,
  flags: string,
  repetitions: number,
  branches: boolean,
  whole: boolean,
): ((text: string) => boolean) | undefined {
  if (branches || repetitions > (whole ? 1 : 0)) return undefined;
  const expression = new RegExp(
    whole ? `^(?:${source})$` : source,
    `${flags.replace("m", whole ? "" : "m")}u`,
  );
  return (text) => expression.test(text);
}

function push(program: Instruction[], instruction: Instruction): number {
  if (program.length >= MAX_INSTRUCTIONS) throw new SyntaxError("it repeats too much");
  return program.push(instruction) - 1;
}

/** Writes the instructions of a part. */
function emit(node: Node, program: Instruction[]): void {
  switch (node.kind) {
    case "one":
      push(program, { kind: "one", is: node.is });
      return;
    case "at":
      push(program, { kind: "at", is: node.is });
      return;
    case "sequence":
      for (const part of node.parts) emit(part, program);
      return;
    case "either":
      emitEither(node.parts, program);
      return;
    case "repeat":
      emitRepeat(node, program);
  }
}

function emitEither(parts: readonly Node[], program: Instruction[]): void {
  const jumps: { kind: "jump"; to: number }[] = [];
  for (const [i, part] of parts.entries()) {
    if (i === parts.length - 1) {
      emit(part, program);
      break;
    }
    const split = { kind: "split" as const, first: program.length + 1, second: 0 };
    push(program, split);
    emit(part, program);
    const jump = { kind: "jump" as const, to: 0 };
    push(program, jump);
    jumps.push(jump);
    split.second = program.length;
  }
  for (const jump of jumps) jump.to = program.length;
}

function emitRepeat(node: Extract<Node, { kind: "repeat" }>, program: Instruction[]): void {
  for (let i = 0; i < node.least; i++) emit(node.part, program);
  if (node.most === Infinity) {
    const split = { kind: "split" as const, first: program.length + 1, second: 0 };
    const start = push(program, split);
    emit(node.part, program);
    push(program, { kind: "jump", to: start });
    split.second = program.length;
    return;
  }
  const splits: { second: number }[] = [];
  for (let i = node.least; i < node.most; i++) {
    const split = { kind: "split" as const, first: program.length + 1, second: 0 };
    push(program, split);
    splits.push(split);
    emit(node.part, program);
  }
  for (const split of splits) split.second = program.length;
}

/** Follows every way through the program at once, one character of the text after the other. */
function simulate(program: readonly Instruction[], text: string, whole: boolean): boolean {
  const seen = new Int32Array(program.length).fill(-1), open: number[] = [];
  let states: number[] = [], next: number[] = [], ended = false;
  const enter = (at: number, place: number, into: number[]) => {
    open.push(at);
    while (open.length > 0) {
      const pc = open.pop()!;
      if (seen[pc] === place) continue;
      seen[pc] = place;
      const instruction = program[pc]!;
      switch (instruction.kind) {
        case "one":
          into.push(pc);
          break;
        case "at":
          if (instruction.is(text, place)) open.push(pc + 1);
          break;
        case "split":
          open.push(instruction.second, instruction.first);
          break;
        case "jump":
          open.push(instruction.to);
          break;
        case "end":
          ended = true;
      }
    }
  };
  enter(0, 0, states);
  for (let at = 0; at < text.length;) {
    if (ended && !whole) return true;
    if (states.length === 0 && whole) return false;
    const code = text.codePointAt(at)!;
    at += code > 0xffff ? 2 : 1;
    ended = false;
    next.length = 0;
    for (const pc of states) {
      const instruction = program[pc]!;
      if (instruction.kind === "one" && instruction.is(code)) enter(pc + 1, at, next);
    }
    if (!whole) enter(0, at, next);
    [states, next] = [next, states];
  }
  return ended;
}
