/**
 * The page of the matrix.
 *
 * @module
 */
import type { MatrixClient } from "./clients.ts";
import { COLUMNS } from "./trials.ts";

/** What came of one client. */
export interface Row {
  readonly client: MatrixClient;
  /** By transport: a cell for each column, or text where nothing could be tried. */
  readonly over: Readonly<Partial<Record<"http" | "stdio", Readonly<Record<string, string>> | string>>>;
  readonly skipped?: string;
}

/** What stands in one cell: one word where both transports agree. */
function cell(row: Row, column: string): string {
  if (row.skipped !== undefined) return "skipped";
  const cells = Object.entries(row.over).map(([transport, cells]) =>
    [transport, typeof cells === "string" ? "failed" : cells[column]!.replace(/^NO: ?.*/, "no")] as const
  );
  const [[, first] = ["", "not tried"]] = cells;
  const text = cells.every(([, told]) => told === first)
    ? first
    : cells.map(([transport, told]) => `${transport}: ${told}`).join("; ");
  return row.client.because?.[column] === undefined || text === "yes" ? text : `${text} *`;
}

/** The notes under the table: why a cell is not "yes". */
const notes = (rows: readonly Row[]) =>
  rows.flatMap(({ client: { name, because = {} } }) =>
    Object.entries(because).map(([column, reason]) => `- ${name}, ${column}: ${reason}`)
  );

/** The page, in Markdown. */
export function page(rows: readonly Row[]): string {
  const told = notes(rows);
  return `# Clients

MCP clients that nobody here wrote, each pinned and in a folder of its own, against a capability of a thousand tools that
is served as users serve it, over Streamable HTTP and over stdio (\`deno task clients --write\` makes this page; CI runs a
core of six over HTTP).

What is tried, as the client's own functions give it to a model:

- *list* and *1,000 tools*: every tool is there, and the client can make its own kind of tool of each schema.
- *call*: a call with an argument, and a declared output.
- *error*: the API answers 404. "yes": a model reads the reason as text and learns that the call failed; "text only": it
  reads the reason, and the client does not pass on that the call failed.
- *unknown argument*: "yes": a model reads which argument there is not. Some clients refuse it themselves, or leave it out.
- *empty*: the API answers 204; a model reads what was done.
- *free object*: an object input that declares no properties keeps what is in it.
- *odd schema*: formats, a list of objects, nullable, bounds, and an input whose name has a dot.
- *binary*, *unicode*, *2 MB*: a picture, names and values beyond ASCII, a large answer that arrives once.
- *cancel*: the client gives up a call after a second, and the API notices that nobody waits any more. "only stops
  waiting": the client sends no word of it. "no way": it has no means to give up a call.

| client | ${COLUMNS.join(" | ")} |
| --- | ${COLUMNS.map(() => "---").join(" | ")} |
${
    rows.map((row) => {
      const pins = row.client.packages.map((name) => `\`${name}\``).join(", ");
      return `| ${row.client.name} (${pins}) | ${COLUMNS.map((column) => cell(row, column)).join(" | ")} |`;
    }).join("\n")
  }
${told.length === 0 ? "" : `\nWhat is marked * is the client's own:\n\n${told.join("\n")}\n`}
## What Capstan does so that all of them can

- Names on the wire are letters, digits, \`_\` and \`-\`, at most 64; \`inspect\` and \`serve\` say what was renamed, and calls may
  use the author's own spelling.
- Schemas of inputs are closed where arguments are refused, name one type for each input (or a choice of schemas with one
  type each), carry only the formats \`date\`, \`date-time\`, \`time\`, \`uuid\` and \`uri\`, and say of objects that take anything that
  they do.
- \`structuredContent\` comes exactly where an output is declared. An error is text for the model; its data is in \`_meta\`.
- An answer without content says what was done. A null for an optional property, at any depth, is no value.
- A call is answered as JSON unless it has progress or messages to tell, and large results never become events where it can
  be helped: some clients take no event above 1 MiB.
- A client that goes away, or cancels, ends the request to the API.
- \`serve --only\` and \`--without\` choose tools, for models that cannot take a thousand.
`;
}
