/**
 * `capstan serve`: runs everything a specification exposes.
 *
 * @module
 */
import { manifestOf } from "../sandbox/manifest.ts";
import type { Report, ServedSurface } from "../sandbox/messages.ts";
import { runSandboxed } from "../sandbox/run.ts";
import { parseArgs, type Parsed, portOf, UsageError } from "./args.ts";
import { defaultFile, isUsable, type Loaded, loadSpecification } from "./load.ts";
import { note, noteDiagnostics } from "./output.ts";
import { VERBS } from "./verbs.ts";

/** One line to paste that tries a surface. */
function tryLine(surface: ServedSurface): string | undefined {
  if (surface.type === "rest") return `  try: curl "${surface.url}${surface.route ?? "/"}"`;
  if (surface.url === "stdio") return undefined;
  const body = { jsonrpc: "2.0", id: 1, method: "tools/list" };
  return `  try: curl ${surface.url}/mcp -H 'content-type: application/json' -d '${JSON.stringify(body)}'`;
}

function tellReady(report: Report & { type: "ready" }, loaded: Loaded): void {
  noteDiagnostics(report.diagnostics, loaded.spec.files);
  for (const node of report.disabled) note(`disabled: ${node}`);
  for (const surface of report.listening) {
    note(
      `${surface.type} ${surface.namespace} on ${surface.url === "stdio" ? "stdin and stdout" : surface.url}`,
    );
    for (const [written, sent] of surface.renamed ?? []) {
      note(`  the tool ${written} is sent as ${sent}, a name every client takes`);
    }
    const line = tryLine(surface);
    if (line !== undefined) note(line);
  }
  for (const type of report.notServed) {
    note(`not served: the ${type} surface; this release serves mcp and rest`);
  }
}

/**
 * Serves a loaded specification until it ends or is told to stop.
 *
 * @param loaded The specification.
 * @param parsed The flags.
 * @returns The exit code.
 */
export async function serveLoaded(loaded: Loaded, parsed: Parsed): Promise<number> {
  const quiet = parsed.has("quiet"), strict = parsed.has("strict");
  const port = portOf(parsed.value("port")), host = parsed.value("host");
  if (!isUsable(loaded, strict)) {
    noteDiagnostics(loaded.diagnostics, loaded.spec.files);
    note(`capstan: ${loaded.spec.file} cannot be served`);
    return 1;
  }
  if (!quiet) noteDiagnostics(loaded.diagnostics, loaded.spec.files);
  const options = {
    ...(parsed.has("stdio") ? { stdio: true } : {}),
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
  };
  const sandbox = runSandboxed({
    spec: loaded.spec,
    binds: loaded.binds,
    manifest: manifestOf(loaded.spec, loaded.binds, options),
    job: { do: "serve", options },
    strict,
    revoke: true,
  });
  const stop = () => sandbox.stop();
  for (const signal of Deno.build.os === "windows" ? ["SIGINT"] as const : ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, stop);
  }
  for await (const report of sandbox.reports) {
    if (report.type === "ready") {
      if (!quiet) tellReady(report, loaded);
    } else if (report.type === "refused") {
      noteDiagnostics(report.diagnostics, loaded.spec.files);
      note(`capstan: ${report.message}`);
      return 1;
    }
  }
  return 0;
}

/** Runs `capstan serve`. */
export async function run(args: readonly string[]): Promise<number> {
  const parsed = parseArgs("serve", args, VERBS["serve"]!.flags);
  if (parsed.positional.length > 1) {
    throw new UsageError("capstan serve runs one specification; start it once for each");
  }
  const file = parsed.positional[0] ?? defaultFile();
  return await serveLoaded(await loadSpecification(file, parsed), parsed);
}
