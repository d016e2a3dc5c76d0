/**
 * What can be called of a specification, and what one of it takes.
 *
 * @module
 */
import { nearest } from "../../document/diagnostics/nearest.ts";
import { compileCapability } from "../../expose/compile.ts";
import type { Callable } from "../../plan/callable.ts";
import type { Flow } from "../../plan/flow.ts";
import { lookUp } from "../../plan/flows/find_flow.ts";
import type { Loaded } from "../load.ts";
import { note, print, printLines } from "../output.ts";

const typeOf = (schema: Readonly<Record<string, unknown>>) => [schema["type"] ?? "any"].flat().join(" or ");
const firstLine = (text: string | undefined) => text?.trim().split("\n")[0] ?? "";

/** The capability, looked at: a variable without a value is no matter. */
async function lookAt({ spec, binds, readText }: Loaded) {
  return await compileCapability(spec, { binds, readText, bindsOptional: true });
}

/** How what is called is shown: what surfaces offer first. */
const GROUPS: readonly (readonly [Callable["kind"], string])[] = [
  ["tool", "tools"],
  ["operation", "REST operations"],
  ["flow", "flows"],
  ["consumed", "consumed operations"],
];

/** Prints every name that can be called, with what it takes. */
export async function listCallables(loaded: Loaded): Promise<void> {
  const { callables } = await lookAt(loaded);
  for (const [kind, title] of GROUPS) {
    const some = callables.filter((callable) => callable.kind === kind);
    if (some.length === 0) continue;
    print(title);
    for (const { name, flow } of some) {
      const inputs = flow?.inputs.list.map(({ wireName, required }) => `${wireName}${required ? "" : "?"}`)
        .join(", ");
      print(`  ${name}(${inputs ?? ""})${flow ? "" : " cannot run"}`);
    }
  }
}

/** An example of a value for the command line. */
function sampleOf(schema: Readonly<Record<string, unknown>>): string {
  const { type, enum: values, default: fallback } = schema as {
    type?: unknown;
    enum?: readonly unknown[];
    default?: unknown;
  };
  const value = fallback ?? values?.[0];
  if (value !== undefined && typeof value !== "object") return String(value);
  const word = Array.isArray(type) ? type[0] : type;
  return word === "integer" || word === "number" ? "1" : word === "boolean" ? "true" : "…";
}

function inputLines({ inputs }: Flow): string[] {
  return inputs.list.flatMap(({ wireName, required, schema }) => {
    const notes = [
      required ? "required" : undefined,
      Array.isArray(schema["enum"]) ? `one of ${schema["enum"].join(", ")}` : undefined,
      schema["default"] === undefined ? undefined : `default ${JSON.stringify(schema["default"])}`,
    ].filter((text) => text !== undefined);
    const about = firstLine(schema["description"] as string | undefined);
    return [
      `  ${wireName}: ${typeOf(schema)}${notes.length > 0 ? ` (${notes.join("; ")})` : ""}`,
      ...(about === "" ? [] : [`    ${about}`]),
    ];
  });
}

/**
 * Prints what one thing takes, and how it is called.
 *
 * @returns The exit code.
 */
export async function explainCallable(loaded: Loaded, name: string): Promise<number> {
  const found = lookUp(await lookAt(loaded), name);
  if ("names" in found) {
    const near = nearest(name, found.names);
    note(`capstan: nothing is called ${name}${near === undefined ? "" : `; did you mean ${near}?`}`);
    return 1;
  }
  if ("disabled" in found) {
    note(`capstan: ${name} cannot run: ${found.disabled.message}`);
    return 1;
  }
  const { flow } = found, lines = inputLines(flow);
  if (flow.description !== undefined) printLines(`${flow.description.trim()}\n`);
  print(lines.length > 0 ? "takes" : "takes nothing");
  for (const line of lines) print(line);
  const words = flow.inputs.list.filter(({ required }) => required)
    .map(({ wireName, schema }) => ` ${wireName}=${sampleOf(schema)}`);
  printLines(`\nsuch as\n  capstan call ${loaded.spec.file} ${name}${words.join("")}`);
  return 0;
}
