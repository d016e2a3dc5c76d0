/**
 * From a specification to a capability: every flow compiled once (architecture, law 1).
 *
 * @module
 */
import type { Diagnostic } from "../document/diagnostics/diagnostic.ts";
import type { ReadText } from "../document/files/files.ts";
import type { Specification } from "../document/specification.ts";
import { defaultHost } from "../host/default.ts";
import type { Host } from "../host/host.ts";
import { Telemetry } from "../telemetry/telemetry.ts";
import { openDoor, type WireChoice } from "../upstream/door.ts";
import type { BindValues } from "./binds/binds.ts";
import type { Callable, Section } from "./callable.ts";
import type { Capability } from "./capability.ts";
import { scriptingOf } from "./steps/script_settings.ts";
import { warnOfEmptySections } from "./empty_sections.ts";
import { PlanContext } from "./context.ts";
import { LazyFlows } from "./flows/lazy_flows.ts";
import { OperationIndex } from "./consumes/operations.ts";
import type { MakeLink } from "../isolate/link.ts";
import { SetAside } from "./set_aside.ts";
import { compileSurface } from "./surface.ts";
import { unexposed } from "./flows/unexposed.ts";
import { reachOf } from "./consumes/reach.ts";
import { compileRunnable } from "./flows/runnable.ts";

/** What a specification is compiled with. */
export interface Environment {
  /** Values of variables, from `resolveBinds`. */
  readonly binds: BindValues;
  /** Reads a file the specification names, held to the folder of the document that names it. */
  readonly readText: ReadText;
  /** What each type of section declares. */
  readonly sections: readonly Section[];
  /** A variable without a value is no error: for looking at a specification without running it. */
  readonly bindsOptional?: boolean;
  /** What has been found before: it stands before what compiling finds. */
  readonly found?: readonly Diagnostic[] | undefined;
  /** What the outside gives; Deno's own when left out. */
  readonly host?: Host | undefined;
  /** How requests are sent; over connections of our own when left out. */
  readonly wire?: WireChoice | undefined;
  /** Makes the isolate when something first has to run there; by default a thread of this program. */
  readonly makeLink?: MakeLink | undefined;
  /**
   * The capability whose place this one takes: its connections and its isolate are used on, since nothing else would ever
   * close them while its last calls run.
   */
  readonly before?: Pick<Capability, "door" | "isolate"> | undefined;
}

/**
 * Compiles a specification. A node that cannot run is set aside with an explanation; the rest runs.
 *
 * @param spec The specification as read.
 * @param environment Values of variables, and files.
 * @returns The capability; `disabled` and `diagnostics` say what was found.
 */
// deno-lint-ignore require-await -- what fails in it rejects
export async function compileDocument(spec: Specification, environment: Environment): Promise<Capability> {
  const reach = reachOf(spec, environment.binds);
  const context = new PlanContext({
    spec,
    binds: environment.binds,
    reach,
    readText: environment.readText,
    bindsOptional: environment.bindsOptional ?? false,
    door: environment.before?.door ??
      (environment.host || environment.wire
        ? openDoor(environment.host ?? defaultHost(() => {}), environment.wire)
        : undefined),
    isolate: environment.before?.isolate,
    makeLink: environment.makeLink,
    host: environment.host,
  });
  context.diagnostics.push(...environment.found ?? []);
  context.operations = new OperationIndex(context);
  const flows = context.flows = new LazyFlows(context, (source) => compileRunnable(context, source));
  const aside = new SetAside(context.diagnostics);
  const sections = new Map(environment.sections.map((section) => [section.type, section]));
  const surfaces = (spec.document.exposes ?? []).map((model) =>
    compileSurface(context, model, sections.get(model.type), aside)
  );
  aside.close();
  warnOfEmptySections(context);
  let table: readonly Callable[] | undefined;
  const redact = (text: string) => context.redact(text);
  return {
    spec,
    document: spec.document,
    name: spec.document.info?.display ?? (/([^/\\]+?)(\.ya?ml)?$/i.exec(spec.file)?.[1] ?? spec.file),
    version: spec.document.info?.version,
    surfaces,
    flows,
    get callables() {
      return table ??= [...surfaces.flatMap((surface) => surface.callables), ...unexposed(context, flows)];
    },
    reach,
    disabled: aside.disabled,
    diagnostics: context.diagnostics,
    leniencies: context.leniencies,
    drift: context.drift,
    get scripting() {
      return scriptingOf(context);
    },
    scripts: context.scripts,
    isolate: context.isolate,
    door: context.door,
    telemetry: new Telemetry(redact),
    redact,
  };
}
