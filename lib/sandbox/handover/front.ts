/**
 * The first answers over standard input, made of a document while the worker that serves it is made.
 *
 * @module
 */
import { compileCapability } from "../../expose/compile.ts";
import type { StartOptions } from "../../expose/start.ts";
import type { LogEntry } from "../../host/host.ts";
import { memoryHost } from "../../host/memory.ts";
import type { ReadText } from "../../host/files.ts";
import type { Specification } from "../../document/specification.ts";
import { SURFACE_TYPES } from "../../expose/surface_types.ts";
import { listening } from "../../surface/listening.ts";
import { type Ends, FirstAnswers } from "./first_answers.ts";
import { refusalToServe } from "./refusal.ts";

/** What the first answers are made of. */
export interface FrontOptions {
  readonly spec: Specification;
  readonly binds: Readonly<Record<string, string>>;
  readonly options: StartOptions;
  readonly strict: boolean;
  readonly readText: ReadText;
  readonly log: (entry: LogEntry) => void;
  /** The client. */
  readonly ends: Ends;
}

/**
 * Begins to answer over standard input.
 *
 * @param options The capability.
 * @returns The connection; undefined where the worker has to do it all: it says why not.
 */
export async function startFront(
  { spec, binds, options, strict, readText, log, ends }: FrontOptions,
): Promise<FirstAnswers | undefined> {
  const host = { ...memoryHost(), log };
  const capability = await compileCapability(spec, { binds, readText, host });
  if (refusalToServe(capability, options, strict) !== undefined) return undefined;
  const { stdio: place } = listening(capability.surfaces.map(({ model }) => model), SURFACE_TYPES, options);
  const surface = capability.surfaces.find(({ model }) => model === place?.model);
  if (!place || !surface) return undefined;
  const early = await place.type.early?.({ capability, surface, host, options });
  return early && new FirstAnswers(early, ends);
}
