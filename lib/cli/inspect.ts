/**
 * `capstan inspect`: what a specification offers, needs and reaches.
 *
 * @module
 */
import { compileCapability } from "../plan/compile.ts";
import { type Inspection, inspection, type Offer } from "../sandbox/inspect.ts";
import { parseArgs, UsageError } from "./args.ts";
import { defaultFile, isUsable, loadSpecification } from "./load.ts";
import { noteDiagnostics, print, printJson } from "./output.ts";
import { VERBS } from "./verbs.ts";

function inputText(offer: Offer): string {
  return offer.inputs.map((i) => `${i.name}${i.required ? "" : "?"}: ${i.type}`).join(", ");
}

function printInspection(data: Inspection): void {
  const version = data.version === undefined ? "" : ` ${data.version}`;
  print(`${data.name}${version} (dialect ${data.dialect ?? "unknown"})`);
  for (const { type, namespace, port, tools, routes, resources, definitionTokens } of data.surfaces) {
    print(`\n${type} ${namespace ?? ""}${port === undefined ? "" : ` on port ${port}`}`);
    for (const entry of [...tools ?? [], ...routes ?? []]) {
      print(`  ${entry.name}(${inputText(entry)})`);
      if (entry.description !== undefined) print(`    ${entry.description.split("\n")[0]}`);
    }
    for (const { name, uri } of resources ?? []) print(`  resource ${name} ${uri ?? ""}`);
    if (definitionTokens !== undefined) print(`  definitions cost a model about ${definitionTokens} tokens`);
  }
  print("\nneeds");
  for (const v of data.variables) print(`  variable ${v.name} from ${v.from}${v.set ? "" : " (not set)"}`);
  for (const file of data.files) print(`  file ${file}`);
  if (data.variables.length + data.files.length === 0) print("  nothing");
  print("\nreaches");
  for (const host of data.reach) print(`  ${host}`);
  if (data.reach.length === 0) print("  nothing");
  if (data.disabled.length > 0) print("\ndisabled");
  for (const { node, why, fix } of data.disabled) {
    print(`  ${node}: ${why}${fix === undefined ? "" : ` (fix: ${fix})`}`);
  }
}

/** Runs `capstan inspect`. */
export async function run(args: readonly string[]): Promise<number> {
  const parsed = parseArgs("inspect", args, VERBS["inspect"]!.flags);
  if (parsed.positional.length > 1) throw new UsageError("capstan inspect takes one specification");
  const loaded = await loadSpecification(parsed.positional[0] ?? defaultFile(), parsed);
  const { spec, binds, diagnostics } = loaded;
  if (!isUsable(loaded, parsed.has("strict"))) {
    noteDiagnostics(diagnostics, spec.files);
    return 1;
  }
  const readText = (path: string) => Deno.readTextFileSync(path);
  const data = inspection(
    spec,
    await compileCapability(spec, { binds, readText, bindsOptional: true }),
    binds,
  );
  if (parsed.value("format") === "json") printJson(data);
  else printInspection(data);
  return 0;
}
