/**
 * What is tried with every client, and when what came of it is right.
 *
 * @module
 */

/** What a client made of one call: what a model would read, and whether it is told that the call failed. */
export interface Outcome {
  /** Null where the client has no way to say so. */
  readonly error?: boolean | null;
  readonly text?: string;
  /** What was thrown that the client's user would not expect. */
  readonly raised?: string;
  /** The API noticed that the caller went away. */
  readonly left?: boolean;
}

/** One trial. */
export interface Trial {
  readonly what: string;
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** What stands in the cell: "yes", or what happened. */
  readonly judge: (outcome: Outcome) => string;
}

/** Characters of the large answer. */
export const LARGE = 2_000_000;

/** The input whose name is no plain word; its wire name is read from the list of tools. */
export const ODD_INPUT = "größe";

const shown = ({ text, raised }: Outcome) => JSON.stringify(raised ?? text ?? null).slice(0, 160);

/** A call that succeeds with the text. */
const succeeds = (part: string | RegExp) => (outcome: Outcome): string => {
  const { error, raised, text = "" } = outcome;
  const found = typeof part === "string" ? text.includes(part) : part.test(text);
  return raised === undefined && error !== true && found ? "yes" : `NO: ${shown(outcome)}`;
};

/** An error whose reason a model can read, and which is still known to be an error. */
function readable(outcome: Outcome): string {
  const { error, raised, text = "" } = outcome;
  if (raised !== undefined || !text.includes("not_found: ")) return `NO: ${shown(outcome)}`;
  if (text.trimStart().startsWith('{"code"')) return `NO: raw data ${shown(outcome)}`;
  return error === true ? "yes" : "text only";
}

/** An argument that the tool does not have: refused in words, by us or by the client; or left out by the client. */
function unknownArgument(outcome: Outcome): string {
  const { error, raised, text = "" } = outcome;
  if (text.includes("no such argument")) return error === true ? "yes" : "text only";
  if (raised !== undefined || error === true) return "refused by the client";
  return /7/.test(text) ? "left out by the client" : `NO: ${shown(outcome)}`;
}

function large(outcome: Outcome): string {
  const { error, raised, text = "" } = outcome;
  if (raised !== undefined || error === true) return `NO: ${shown(outcome)}`;
  if (text.length < LARGE) return `cut at ${text.length}`;
  return text.length < 1.5 * LARGE ? "yes" : `NO: ${text.length} characters`;
}

/** Every trial, in the order of the columns. */
export const TRIALS: readonly Trial[] = [
  { what: "call", tool: "get-item", args: { id: "7" }, judge: succeeds("7") },
  { what: "error", tool: "lose-item", args: { id: "gone" }, judge: readable },
  { what: "unknown argument", tool: "get-item", args: { id: "7", hue: "red" }, judge: unknownArgument },
  { what: "empty", tool: "drop-item", args: { id: "7" }, judge: succeeds("Done: DELETE /items/{id}") },
  {
    what: "free object",
    tool: "put-settings",
    args: { settings: { color: "teal", depth: { level: 3 } } },
    judge: succeeds(/teal[\s\S]*level/),
  },
  {
    what: "odd schema",
    tool: "subscribe",
    args: { mail: "a@example.org", since: "2026-11-01", lines: [{ sku: "s1" }] },
    judge: succeeds(/a@example\.org[\s\S]*s1/),
  },
  { what: "binary", tool: "picture", args: {}, judge: (got) => succeeds("")(got) },
  { what: "unicode", tool: "caf_s_list", args: { [ODD_INPUT]: "é" }, judge: succeeds(/é|\\u00e9/) },
  { what: "2 MB", tool: "large", args: {}, judge: large },
];

/** The columns of the page. */
export const COLUMNS: readonly string[] = [
  "list",
  "1,000 tools",
  ...TRIALS.map(({ what }) => what),
  "cancel",
];

/** What one run of a client's driver said. */
export interface Said {
  readonly names: readonly string[];
  /** In the order of the trials. */
  readonly outcomes: readonly Outcome[];
  /** Null where the client cannot cancel. */
  readonly cancel: { readonly left: boolean } | null;
}

/** The cells of one client over one transport. */
export function judge({ names, outcomes, cancel }: Said, tools: number): Record<string, string> {
  const cells: Record<string, string> = {
    "list": names.some((name) => /get.item/.test(name)) ? "yes" : "NO",
    "1,000 tools": names.length === tools ? "yes" : `NO: ${names.length}`,
    "cancel": cancel === null ? "no way" : cancel.left ? "yes" : "only stops waiting",
  };
  TRIALS.forEach(({ what, judge }, i) => cells[what] = judge(outcomes[i] ?? { raised: "it was not tried" }));
  return cells;
}
