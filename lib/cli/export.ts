/**
 * `capstan export openapi`: the REST surface of a capability as an OpenAPI document.
 *
 * @module
 */
import { nearest } from "../document/diagnostics/nearest.ts";
import { compileCapability } from "../expose/compile.ts";
import { SURFACE_TYPES } from "../expose/surface_types.ts";
import type { Capability, Surface } from "../plan/capability.ts";
import { listening } from "../surface/listening.ts";
import type { SurfaceType } from "../surface/surface_type.ts";
import { writeJson } from "../data/json.ts";
import { parseArgs, type Parsed, UsageError } from "./args.ts";
import { defaultFile, isUsable, loadSpecification } from "./load.ts";
import { note, noteDiagnostics, printJson, printLines } from "./output.ts";
import { VERBS } from "./verbs.ts";

/** What gives the OpenAPI document of a surface; undefined for a type that has none. */
function writerOf({ model }: Surface): SurfaceType["openApi"] {
  return SURFACE_TYPES.find(({ type }) => type === model.type)?.openApi;
}

/** The surface that is meant: that of a name, else the first. */
function surfaceOf({ surfaces }: Capability, name: string | undefined): Surface {
  const all = surfaces.filter((surface) => writerOf(surface) !== undefined);
  const found = name === undefined ? all[0] : all.find(({ model }) => model.namespace === name);
  if (found) return found;
  if (all.length === 0) {
    throw new UsageError("the capability exposes no REST surface, so there is nothing to export");
  }
  const names = all.flatMap(({ model: { namespace } }) => namespace ?? []), near = nearest(name!, names);
  throw new UsageError(
    `no REST surface has the namespace ${name}; ${
      near === undefined
        ? `there ${names.length === 1 ? "is" : "are"} ${names.join(", ")}`
        : `did you mean ${near}?`
    }`,
  );
}

/** Where a surface is served by its own words; `/` where it names no port. */
function serverOf(capability: Capability, { model }: Surface): string {
  const place = listening(capability.surfaces.map((surface) => surface.model), SURFACE_TYPES, {
    stdio: false,
  })
    .places.find((each) => each.model === model);
  if (place?.port === undefined || place.port === 0) return "/";
  const { hostname, port } = place;
  return `http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
}

async function exportedText(document: object, format: string): Promise<string> {
  const json = writeJson(document);
  if (format === "json") return `${JSON.stringify(JSON.parse(json), null, 2)}\n`;
  const { dump } = await import("js-yaml");
  return dump(JSON.parse(json), { noRefs: true, lineWidth: -1 });
}

/** The document of what is meant: a surface, or a consumed API. */
async function documentOf(capability: Capability, parsed: Parsed): Promise<object> {
  const consumed = parsed.value("consumed");
  if (consumed === undefined) {
    const surface = surfaceOf(capability, parsed.value("surface"));
    for (const { label, disabled } of surface.callables) {
      if (disabled) note(`left out: ${label}: ${disabled.message}`);
    }
    return await writerOf(surface)!(capability, surface, serverOf(capability, surface));
  }
  if (parsed.has("surface")) {
    throw new UsageError("leave out --surface or --consumed: one document is written");
  }
  const { consumedOpenApi } = await import("../report/consumed_openapi.ts");
  const document = consumedOpenApi(capability, consumed);
  if (document) return document;
  const names = (capability.document.consumes ?? []).map(({ namespace }) => namespace);
  const near = nearest(consumed, names);
  throw new UsageError(
    `nothing consumed has the namespace ${consumed}${near === undefined ? "" : `; did you mean ${near}?`}`,
  );
}

async function inVersion(document: object, version: string | undefined): Promise<object> {
  if (version !== "3.0") return document;
  const { openApi30 } = await import("../report/openapi_30.ts");
  return openApi30(document);
}

/** Runs `capstan export`. */
export async function run(args: readonly string[]): Promise<number> {
  const parsed = parseArgs("export", args, VERBS["export"]!.flags), [what, file, ...rest] = parsed.positional;
  if (what !== "openapi") {
    throw new UsageError(
      what === undefined
        ? "say what to export: capstan export openapi SPEC"
        : `${what} cannot be exported; openapi can: capstan export openapi SPEC`,
    );
  }
  if (rest.length > 0) throw new UsageError("capstan export takes one specification");
  const output = parsed.value("output");
  const format = parsed.value("format") ??
    (output !== undefined && /\.ya?ml$/i.test(output) ? "yaml" : "json");
  const loaded = await loadSpecification(file ?? defaultFile(), parsed), { spec, binds, readText } = loaded;
  noteDiagnostics(loaded.diagnostics.filter(({ severity }) => severity === "error"), spec.files);
  if (!isUsable(loaded, parsed.has("strict"))) return 1;
  const capability = await compileCapability(spec, { binds, readText, bindsOptional: true });
  const document = await inVersion(await documentOf(capability, parsed), parsed.value("spec-version"));
  if (output === undefined && format === "json") printJson(document);
  else if (output === undefined) printLines((await exportedText(document, format)).trimEnd());
  else {
    await Deno.writeTextFile(output, await exportedText(document, format));
    note(`exported: ${output}`);
  }
  return 0;
}
