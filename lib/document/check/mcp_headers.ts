/**
 * Inputs whose value clients of MCP say in a header too: whether they can, since clients refuse a whole tool for one that
 * cannot.
 *
 * @module
 */
import type { InputParameter } from "../../../schemas/mod.ts";
import type { Report } from "../diagnostics/report.ts";

const KEY = "x-mcp-header";
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,64}$/;
const TYPES: ReadonlySet<unknown> = new Set(["string", "integer", "boolean"]);

/**
 * What is wrong with the header of an input; undefined where there is none, or a good one.
 *
 * @param input The input.
 * @param taken The names of the headers of inputs before it, in small letters.
 */
function mcpHeaderFault(input: InputParameter, taken: ReadonlySet<string>): string | undefined {
  const header = input[KEY];
  if (header === undefined) return undefined;
  if (!TOKEN.test(header)) return "is not a name of a header: use letters, digits and hyphens";
  if (!TYPES.has(input.type) || input.nullable) {
    return "needs an input of type string, integer or boolean that is not nullable";
  }
  return taken.has(header.toLowerCase()) ? "is the header of another input" : undefined;
}

/** The headers of inputs, by their names, without those that clients would refuse. */
export function mcpHeaders(inputs: readonly InputParameter[]): ReadonlyMap<string, string> {
  const taken = new Set<string>(), out = new Map<string, string>();
  for (const input of inputs) {
    const header = input[KEY];
    if (header === undefined || mcpHeaderFault(input, taken) !== undefined) continue;
    taken.add(header.toLowerCase());
    out.set(input.name, header);
  }
  return out;
}

/** Reports headers of inputs that clients would refuse. */
export function checkMcpHeaders(inputs: readonly InputParameter[] | undefined, report: Report): void {
  const taken = new Set<string>();
  for (const input of inputs ?? []) {
    const header = input[KEY], fault = mcpHeaderFault(input, taken);
    if (header !== undefined) taken.add(header.toLowerCase());
    if (fault === undefined) continue;
    report.add(
      "warning",
      "contradiction",
      `${KEY} ${JSON.stringify(header)} of ${input.name} ${fault}; it is left out`,
      report.locate(input, KEY),
      "correct it, or remove it",
    );
  }
}
