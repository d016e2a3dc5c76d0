/**
 * `capstan inspect`: what a specification offers, needs and reaches.
 *
 * @module
 */
import { McpServer } from "../expose/mcp/server.ts";
import { variablesOf } from "../plan/binds.ts";
import type { Capability, Surface } from "../plan/capability.ts";
import { compileCapability } from "../plan/compile.ts";
import type { Flow } from "../plan/flow.ts";
import { manifestOf } from "../sandbox/manifest.ts";
import type { ExposesMcp } from "../../schemas/mod.ts";
import { parseArgs, UsageError } from "./args.ts";
import { defaultFile, isUsable, loadSpecification } from "./load.ts";
import { noteDiagnostics, print, printJson } from "./output.ts";
import { VERBS } from "./verbs.ts";

/** About how many characters one token of a model takes in JSON and English. */
const CHARACTERS_PER_TOKEN = 4;

interface Offer {
  readonly name: string;
  readonly description?: string;
  readonly inputs: readonly {
    readonly name: string;
    readonly type: string;
    readonly required: boolean;
    readonly in?: string;
  }[];
}

function offer(name: string, description: string | undefined, flow: Flow): Offer {
  return {
    name,
    ...(description === undefined ? {} : { description }),
    inputs: flow.inputs.list.map((input) => ({
      name: input.wireName,
      type: [input.schema["type"] ?? "any"].flat().join(" or "),
      required: input.required,
      ...(input.in === undefined ? {} : { in: input.in }),
    })),
  };
}

function describe(capability: Capability, surface: Surface): Record<string, unknown> {
  const { model, flows } = surface, base = { type: model.type, namespace: model.namespace, port: model.port };
  if (model.type === "mcp") {
    const server = new McpServer(capability, surface as Surface<ExposesMcp>);
    return {
      ...base,
      tools: server.toolbox.tools.map((tool) => offer(tool.name, tool.definition.description, tool.flow)),
      resources: (model.resources ?? []).map((r) => ({ name: r.name, uri: r.uri })),
      prompts: (model.prompts ?? []).map((p) => ({ name: p.name })),
      definitionTokens: Math.ceil(server.list("legacy").length / CHARACTERS_PER_TOKEN),
    };
  }
  if (model.type !== "rest") return base;
  return {
    ...base,
    routes: (model.resources ?? []).flatMap((resource) =>
      (resource.operations ?? []).flatMap((operation) => {
        const flow = flows.get(operation);
        return flow
          ? [
            offer(
              `${(operation.method ?? "GET").toUpperCase()} ${resource.path ?? "/"}`,
              operation.description,
              flow,
            ),
          ]
          : [];
      })
    ),
  };
}

function inputText(offer: Offer): string {
  return offer.inputs.map((i) => `${i.name}${i.required ? "" : "?"}: ${i.type}`).join(", ");
}

/** Runs `capstan inspect`. */
export async function run(args: readonly string[]): Promise<number> {
  const parsed = parseArgs("inspect", args, VERBS["inspect"]!.flags);
  if (parsed.positional.length > 1) throw new UsageError("capstan inspect takes one specification");
  const loaded = await loadSpecification(parsed.positional[0] ?? defaultFile(), parsed), { spec } = loaded;
  if (!isUsable(loaded, parsed.has("strict"))) {
    noteDiagnostics(loaded.diagnostics, spec.files);
    return 1;
  }
  const capability = await compileCapability(spec, {
    binds: loaded.binds,
    readText: (path) => Deno.readTextFileSync(path),
    bindsOptional: true,
  });
  const manifest = manifestOf(spec, loaded.binds);
  const variables = [...new Map([...variablesOf(spec).values()].map((v) => [v.source, v])).values()].map((
    v,
  ) => ({
    name: v.source,
    from: v.bind?.location ?? "environment",
    set: Object.values(loaded.binds).length > 0 &&
      (v.key in loaded.binds || `env.${v.key}` in loaded.binds ||
        `${v.bind?.namespace}.${v.key}` in loaded.binds),
  }));
  const surfaces = capability.surfaces.map((surface) => describe(capability, surface));
  const disabled = capability.disabled.map((d) => ({
    node: d.node,
    why: d.diagnostic.message,
    fix: d.diagnostic.fix,
  }));
  const data = {
    name: capability.name,
    version: capability.version,
    dialect: spec.dialect,
    surfaces,
    variables,
    files: manifest.read,
    reach: manifest.net,
    listens: manifest.listen,
    disabled,
  };
  if (parsed.value("format") === "json") {
    printJson(data);
    return 0;
  }
  print(
    `${capability.name}${capability.version === undefined ? "" : ` ${capability.version}`} (dialect ${
      spec.dialect ?? "unknown"
    })`,
  );
  for (const surface of surfaces) {
    print(
      `\n${surface["type"]} ${surface["namespace"] ?? ""}${
        surface["port"] === undefined ? "" : ` on port ${surface["port"]}`
      }`,
    );
    for (const entry of [...(surface["tools"] as Offer[] ?? []), ...(surface["routes"] as Offer[] ?? [])]) {
      print(`  ${entry.name}(${inputText(entry)})`);
      if (entry.description !== undefined) print(`    ${entry.description.split("\n")[0]}`);
    }
    for (const resource of surface["resources"] as { name: string; uri?: string }[] ?? []) {
      print(`  resource ${resource.name} ${resource.uri ?? ""}`);
    }
    if (surface["definitionTokens"] !== undefined) {
      print(`  definitions cost a model about ${surface["definitionTokens"]} tokens`);
    }
  }
  print("\nneeds");
  for (const v of variables) print(`  variable ${v.name} from ${v.from}${v.set ? "" : " (not set)"}`);
  for (const file of manifest.read) print(`  file ${file}`);
  if (variables.length + manifest.read.length === 0) print("  nothing");
  print("\nreaches");
  for (const host of manifest.net) print(`  ${host}`);
  if (manifest.net.length === 0) print("  nothing");
  if (disabled.length > 0) print("\ndisabled");
  for (const d of disabled) print(`  ${d.node}: ${d.why}${d.fix === undefined ? "" : ` (fix: ${d.fix})`}`);
  return 0;
}
