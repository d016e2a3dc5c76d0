/**
 * `capstan inspect`: what a specification offers, needs and reaches.
 *
 * @module
 */
import { inOrder, withoutEchoes } from "../document/diagnostics/report.ts";
import { compileCapability } from "../expose/compile.ts";
import type { Capability } from "../plan/capability.ts";
import { type InspectedSurface, type Inspection, inspection, type Offer } from "../sandbox/inspect.ts";
import { SURFACE_TYPES } from "../expose/surface_types.ts";
import { withRefused } from "../plan/files.ts";
import { parseArgs, toolSelection, UsageError } from "./args.ts";
import { defaultFile, isUsable, type Loaded, loadSpecification } from "./load.ts";
import { noteDiagnostics, print, printJson, printLines } from "./output.ts";
import { VERBS } from "./verbs.ts";

function inputText({ inputs }: Offer): string {
  return inputs.map((i) => `${i.name}${i.required ? "" : "?"}: ${i.type}`).join(", ");
}

/** The lines of what is offered, each with its name in the form of its kind. */
function printOffers(offers: readonly Offer[] | undefined, title: (offer: Offer) => string): void {
  for (const offer of offers ?? []) {
    print(`  ${title(offer)}`);
    if (offer.description !== undefined) print(`    ${offer.description.trim().split("\n")[0]}`);
  }
}

function printSurface(surface: InspectedSurface): void {
  const {
    type,
    namespace,
    port,
    tools,
    routes,
    resources,
    prompts,
    skills,
    definitionTokens,
    promptTokens,
    renamed,
    authentication,
  } = surface;
  print("");
  print(
    `${[type, namespace].filter(Boolean).join(" ")}${port === undefined ? "" : ` on port ${port}`}${
      authentication === undefined ? "" : `, callers authenticate: ${authentication}`
    }`,
  );
  printOffers(tools, (tool) => `${tool.name}(${inputText(tool)})`);
  printOffers(routes, (route) => `${route.name} (${inputText(route)})`);
  printOffers(resources, ({ name, uri }) => `resource ${name}${uri === undefined ? "" : ` ${uri}`}`);
  printOffers(prompts, (prompt) => `prompt ${prompt.name}(${inputText(prompt)})`);
  printOffers(skills, (skill) => `skill ${skill.name}`);
  for (const [written, sent] of renamed ?? []) print(`  the tool ${written} is sent as ${sent}`);
  if (definitionTokens) {
    print(
      `  tools cost a model about ${promptTokens} tokens (names, descriptions, inputs), ` +
        `${definitionTokens} with outputs and annotations`,
    );
  }
}

/** Versions that have the form of the dialect of alpha3. */
const LATEST = /^1\.0\.0-(alpha[34]|beta\d+)$/;

/** The version of the format, and its form where that is of another one. */
function formOf({ declares, dialect = "unknown" }: Inspection): string {
  if (declares === undefined) return `written like ${dialect}, declares no version`;
  const same = dialect === "alpha3" ? LATEST.test(declares) : declares.endsWith(dialect);
  return same ? `format ${declares}` : `format ${declares}, written like ${dialect}`;
}

function printInspection(found: Inspection): void {
  const version = found.version === undefined ? "" : ` ${found.version}`;
  print(`${found.name}${version} (${formOf(found)})`);
  for (const surface of found.surfaces) printSurface(surface);
  printLines("\nneeds");
  for (const v of found.variables) print(`  variable ${v.name} from ${v.from}${v.set ? "" : " (not set)"}`);
  for (const file of found.files) print(`  file ${file}`);
  if (found.variables.length + found.files.length === 0) print("  nothing");
  printLines("\nreaches");
  for (const host of found.reach) print(`  ${host}`);
  if (found.reach.length === 0) print("  nothing");
  for (const host of found.authorizationServers ?? []) print(`  ${host}, to ask who calls`);
  for (const { host, reason } of found.services ?? []) print(`  ${host}: ${reason}`);
  if (found.disabled.length > 0) printLines("\ndisabled");
  for (const { node, why, fix } of found.disabled) {
    print(`  ${node}: ${why}${fix === undefined ? "" : ` (fix: ${fix})`}`);
  }
}

/** Prints what was found; what is listed as needed or disabled is reported there. */
function noteFindings(loaded: Loaded, capability: Capability, verbose: boolean): void {
  const listed = new Set(capability.disabled.map(({ diagnostic }) => diagnostic));
  const found = withoutEchoes([...loaded.diagnostics, ...capability.diagnostics]).filter((diagnostic) =>
    diagnostic.code !== "missing-variable" && !listed.has(diagnostic)
  );
  const harmless = verbose ? [...loaded.spec.leniencies ?? [], ...capability.leniencies] : [];
  noteDiagnostics(inOrder([...found, ...harmless], loaded.spec.files), loaded.spec.files);
}

/** Runs `capstan inspect`. */
export async function run(args: readonly string[]): Promise<number> {
  const parsed = parseArgs("inspect", args, VERBS["inspect"]!.flags);
  if (parsed.positional.length > 1) throw new UsageError("capstan inspect takes one specification");
  const loaded = await loadSpecification(parsed.positional[0] ?? defaultFile(), parsed),
    { binds, readText } = loaded,
    spec = withRefused(loaded.spec, SURFACE_TYPES, readText);
  if (!isUsable(loaded, parsed.has("strict"))) {
    noteDiagnostics(loaded.diagnostics, spec.files);
    return 1;
  }
  const capability = await compileCapability(spec, { binds, readText, bindsOptional: true });
  noteFindings(loaded, capability, parsed.has("verbose"));
  const found = inspection(spec, capability, binds, toolSelection(parsed));
  if (parsed.value("format") === "json") printJson(found);
  else printInspection(found);
  return 0;
}
