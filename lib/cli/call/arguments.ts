/**
 * The arguments of `call`: words, JSON, a file of JSON.
 *
 * @module
 */
import { parseJson } from "../../data/json.ts";
import { jsonFault } from "../../upstream/formats/json_fault.ts";
import { UsageError } from "../args.ts";

/** What is wrong with JSON, and where. */
function faultText(text: string): string {
  const { offset, reason } = jsonFault(text), lines = text.slice(0, offset).split("\n");
  return ` at line ${lines.length}, column ${lines.at(-1)!.length + 1}: ${reason}`;
}

/** The text of `--json`: itself, a file (`@file`), or standard input (`@-` and `-`). */
async function jsonText(given: string): Promise<{ readonly text: string; readonly from: string }> {
  if (given === "-" || given === "@-") {
    return { text: await new Response(Deno.stdin.readable).text(), from: "standard input" };
  }
  if (!given.startsWith("@")) return { text: given, from: "--json" };
  const file = given.slice(1);
  try {
    return { text: await Deno.readTextFile(file), from: file };
  } catch {
    throw new UsageError(`--json: the file ${file} cannot be read`);
  }
}

async function fromJson(given: string): Promise<Record<string, unknown>> {
  const { text, from } = await jsonText(given);
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    throw new UsageError(`${from} is not valid JSON${faultText(text)}`);
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new UsageError(`${from} must hold an object, such as '{"id": 1}'`);
  }
  return value as Record<string, unknown>;
}

/**
 * The arguments of a command line. A name that is given several times is a list.
 *
 * @param words The words after the name of what is called.
 * @param json The value of `--json`.
 * @throws {UsageError} For what is no argument.
 */
export async function commandArguments(
  words: readonly string[],
  json: string | undefined,
): Promise<Record<string, unknown>> {
  const out = json === undefined ? Object.create(null) as Record<string, unknown> : await fromJson(json);
  const given = new Map<string, string[]>();
  for (const word of words) {
    const equals = word.indexOf("=");
    if (equals < 1) throw new UsageError(`${word} is not an argument; write name=value`);
    const name = word.slice(0, equals), value = word.slice(equals + 1);
    given.set(name, [...given.get(name) ?? [], value]);
  }
  for (const [name, values] of given) out[name] = values.length === 1 ? values[0] : values;
  return out;
}
