/**
 * Serving one specification until it ends or is asked to stop.
 *
 * @module
 */
import { listening } from "../../surface/listening.ts";
import type { Ends, FirstAnswers } from "../../sandbox/handover/first_answers.ts";
import type { HeadStart } from "../../sandbox/head_start.ts";
import { isolateNeeds } from "../../plan/needs_isolate.ts";
import { manifestOf } from "../../sandbox/manifest.ts";
import type { RunningSurface, StartOptions } from "../../expose/start.ts";
import { openSandboxed, type Sandboxed } from "../../sandbox/sandboxed.ts";
import { StartError } from "../../expose/start_error.ts";
import { controlOf } from "../../document/control.ts";
import type { Diagnostic } from "../../document/diagnostics/diagnostic.ts";
import type { WireChoice } from "../../upstream/door.ts";
import { giveUpPermissions, type Ready, type SandboxOptions } from "../../sandbox/run.ts";
import { SURFACE_TYPES } from "../../expose/surface_types.ts";
import { withTexts } from "../../plan/files.ts";
import { OriginError, originOf } from "../../expose/cors.ts";
import { type Parsed, parsePort, toolSelection, UsageError } from "../args.ts";
import { isUsable, type Loaded } from "../loaded.ts";
import { note, noteDiagnostics, noteEvent, noteLog } from "../output.ts";
import { otelRefusal } from "../../sandbox/telemetry/otel_guard.ts";
import { telemetryOf } from "./telemetry.ts";
import { askedWorkers, withChosenPort, workersFor } from "./workers.ts";

/** How a caller shows what a surface asks for, in a line to paste. */
const SHOWN: Readonly<Record<string, string>> = {
  basic: "-u USER:PASSWORD ",
  digest: "--digest -u USER:PASSWORD ",
  bearer: `-H "authorization: Bearer $TOKEN" `,
  oauth2: `-H "authorization: Bearer $TOKEN" `,
};

/** One line to paste that tries a surface. */
function tryLine(surface: RunningSurface): string | undefined {
  const { url, example, authentication } = surface;
  if (url === "stdio" || !example) return undefined;
  const shown = authentication === undefined ? "" : SHOWN[authentication] ?? "";
  return example.body === undefined
    ? `  try: curl ${shown}"${url}${example.path}"`
    : `  try: curl ${shown}${url}${example.path} -H 'content-type: application/json' -d '${example.body}'`;
}

function tellReady(report: Pick<Sandboxed, "surfaces" | "notServed" | "disabled">): void {
  for (const node of report.disabled) note(`disabled: ${node}`);
  for (const surface of report.surfaces) {
    note(
      `${surface.type} ${surface.namespace} on ${surface.url === "stdio" ? "stdin and stdout" : surface.url}`,
    );
    if (surface.authentication !== undefined) note(`  callers authenticate: ${surface.authentication}`);
    if (surface.open) {
      note(
        "  WARNING: everybody who can reach this machine over the network can call it: it asks nobody who they are. " +
          "Add authentication to it, or leave out --host",
      );
    }
    if (surface.asksFor !== undefined) {
      note(`  the document asks for the address ${surface.asksFor}; --host ${surface.asksFor} listens there`);
    }
    for (const [written, sent] of surface.renamed ?? []) {
      note(`  the tool ${written} is sent as ${sent}, a name every client takes`);
    }
    if (surface.selected !== undefined) {
      const { offered, of, idle } = surface.selected;
      note(`  offers ${offered} of ${of} tools, as selected`);
      for (const selector of idle) note(`  ${selector} selects none of its tools`);
    }
    const line = tryLine(surface);
    if (line !== undefined) note(line);
  }
  for (const surface of report.notServed) note(`not served: ${surface}`);
}

/** Whether anybody may ask for the document to be read again. */
function isReread({ spec }: Loaded, parsed: Parsed): boolean {
  const management = controlOf(spec.document)?.["management"] as Record<string, unknown> | undefined;
  return parsed.has("watch") || management?.["reload"] === true || management?.["validate"] === true;
}

/** The origins whose pages are let in. @throws {UsageError} When one is no origin. */
function corsOf(parsed: Parsed): { cors?: readonly string[] } {
  try {
    const cors = parsed.values("cors").map(originOf);
    return cors.length > 0 ? { cors } : {};
  } catch (error) {
    throw error instanceof OriginError ? new UsageError(`--cors ${error.message}`) : error;
  }
}

/** Where the flags tell the capability to listen. */
export function overrideOf(parsed: Parsed): StartOptions {
  const port = parsePort(parsed.value("port")),
    host = parsed.value("host"),
    isGathered = parsed.has("gather");
  return {
    // A gathered endpoint is what listens there, or speaks over stdio; what is behind it stays on this machine.
    ...(isGathered ? { stdio: false } : parsed.has("stdio") ? { stdio: true } : {}),
    ...(host === undefined || isGathered ? {} : { host }),
    ...(port === undefined || isGathered ? {} : { port }),
    ...(parsed.has("hide-document") ? { describe: false } : {}),
    ...corsOf(parsed),
    ...toolSelection(parsed),
  };
}

/** Who else uses the thread that serves. */
export interface ThreadUse {
  /** What to do when it runs: this thread's permissions are given up, when nobody needs them any more. */
  readonly onceReady?: (ready?: Ready) => Promise<void>;
  /** Takes what stops it, once it is started; a signal stops it when left out. */
  readonly onStarted?: (stop: () => void) => void;
  /** The command line, for a document that may be read again while it is served. */
  readonly args?: readonly string[] | undefined;
  /** A worker that was started while the document was read. */
  readonly early?: HeadStart | undefined;
  /** This program can do no more than the capability: what runs it needs no thread of its own. */
  readonly isBaked?: boolean;
  /** Others are served beside it: what is said of it names its file. */
  readonly isOneOfSeveral?: boolean;
  /** Standard input, where the first messages are answered already. */
  readonly front?: FirstAnswers | undefined;
}

/** Standard input and output. */
const PROCESS: Ends = { read: (into) => Deno.stdin.read(into), write: (bytes) => Deno.stdout.write(bytes) };

/** Answers the first messages over standard input from this thread; undefined where that is not to be. */
async function frontOf(
  { binds, readText }: Loaded,
  { spec, options, strict, isObserved }: Pick<SandboxOptions, "spec"> & {
    readonly options: StartOptions;
    readonly strict: boolean;
    readonly isObserved: boolean;
  },
): Promise<FirstAnswers | undefined> {
  // What is observed is answered where it is observed.
  if (isObserved || listening(spec.document.exposes ?? [], SURFACE_TYPES, options).stdio === undefined) {
    return;
  }
  const { startFront } = await import("../../sandbox/handover/front.ts");
  const front = await startFront({ spec, binds, options, strict, readText, log: noteLog, ends: PROCESS })
    .catch(() => undefined);
  await front?.settled;
  return front;
}

/** Stops when the person at the terminal, or the system, says so. */
export function stopBySignals(stop: () => void): void {
  let isAnnounced = false;
  const hear = () => {
    // Who says it twice does not want to wait for the calls in flight.
    if (isAnnounced) Deno.exit(130);
    isAnnounced = true;
    stop();
  };
  for (const signal of Deno.build.os === "windows" ? ["SIGINT"] as const : ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, hear);
  }
}

/**
 * Serves a loaded specification until it ends or is asked to stop.
 *
 * @param loaded The specification.
 * @param parsed The flags.
 * @param how Who else uses this thread.
 * @returns The exit code.
 */
export async function serveLoaded(
  loaded: Loaded,
  parsed: Parsed,
  {
    onceReady = giveUpPermissions,
    onStarted = stopBySignals,
    args,
    early,
    isBaked = false,
    isOneOfSeveral = false,
    front: begun,
  }: ThreadUse = {},
): Promise<number> {
  const quiet = parsed.has("quiet"), strict = parsed.has("strict");
  if (!isUsable(loaded, strict)) {
    noteDiagnostics(loaded.diagnostics, loaded.spec.files);
    note(`capstan: ${loaded.spec.file} cannot be served`);
    return 1;
  }
  const tell = (found: readonly Diagnostic[]) =>
    noteDiagnostics(quiet ? found.filter((d) => d.severity === "error") : found, loaded.spec.files);
  tell(loaded.diagnostics);
  if (parsed.has("verbose")) tell(loaded.spec.leniencies ?? []);
  const refusal = otelRefusal(loaded.spec);
  if (refusal !== undefined) {
    note(`capstan: ${refusal}`);
    return 1;
  }
  const asked = askedWorkers(parsed), options = withChosenPort(overrideOf(parsed), asked);
  const workers = workersFor(loaded.spec.document, options, asked, quiet);
  const spec = withTexts(loaded.spec, SURFACE_TYPES, loaded.readText);
  const manifest = manifestOf(spec, loaded.binds, options);
  const { settings: telemetry, exporter } = telemetryOf(loaded, parsed, options);
  const thread = isBaked && workers === 1 && exporter === undefined && manifest.services === undefined &&
      isolateNeeds(spec, SURFACE_TYPES) === undefined
    ? await import("../../sandbox/one_thread.ts")
    : undefined;
  const front = begun ?? (thread ? undefined : await frontOf(loaded, {
    spec,
    options,
    strict,
    isObserved: exporter !== undefined || telemetry.requests === "all",
  }));
  const reloading = args && isReread(loaded, parsed)
    ? new (await import("./reload.ts")).Reloading(loaded, parsed, {
      options,
      granted: manifest,
      args,
      isOneOfSeveral,
      served: () => serving,
    })
    : undefined;
  const shared = workers === 1 ? undefined : await import("../../sandbox/shared.ts");
  const refuseToReread = async (id: number, check: boolean) => {
    const refused = { ok: false, message: "the document cannot be read again", diagnostics: [] };
    await (await serving).replace({ packed: "", binds: {}, refused }, { check, id });
  };
  const serving = openSandboxed({
    spec,
    binds: loaded.binds,
    manifest,
    job: { do: "serve", options, telemetry },
    exporter,
    front,
    strict,
    wire: parsed.value("wire") as WireChoice | undefined,
    thread: thread?.startHere() ?? early?.take(manifest),
    onceReady: async (ready) => {
      await reloading?.ready;
      await exporter?.ready;
      await (thread ? thread.giveUpOthers(manifest.read.length > 0) : onceReady(ready));
    },
    ...shared && { run: (settings) => shared.runShared(settings, workers) },
    onStarted,
    onEvent: (event) => {
      if (event.type === "reloaded") reloading?.tell(event);
      else noteEvent(event, { quiet, counts: true });
    },
    onReread: (id, check) => void (reloading ? reloading.again(id, check) : refuseToReread(id, check)),
  });
  try {
    const served = await serving;
    tell(served.diagnostics);
    if (!quiet) {
      tellReady(served);
      if (workers > 1) note(`${workers} workers`);
    }
    await served.finished;
    return 0;
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    noteDiagnostics(error.diagnostics, loaded.spec.files);
    note(`capstan: ${isOneOfSeveral ? `${loaded.spec.file}: ` : ""}${error.reason}`);
    return 1;
  }
}
