/**
 * Preparing the first answers over standard input, for a program that is made of one capability: it gives them before it
 * has loaded what serves.
 *
 * Values of variables are known only where the program runs. So the capability is compiled with several sets of made-up
 * values: where what it lists, or anything that is found in it, depends on one, nothing is prepared.
 *
 * @module
 */
import { compileCapability } from "../../expose/compile.ts";
import type { StartOptions } from "../../expose/start.ts";
import { SURFACE_TYPES } from "../../expose/surface_types.ts";
import type { ReadText } from "../../host/files.ts";
import { memoryHost } from "../../host/memory.ts";
import type { Specification } from "../../document/specification.ts";
import { bindFile, variablesOf } from "../../plan/binds/binds.ts";
import { listening } from "../../surface/listening.ts";
import { observabilityOf } from "../../surface/observability.ts";
import type { PreparedAnswers } from "../../surface/prepared_answers.ts";
import { refusalToServe } from "./refusal.ts";

/** What a program is given to answer at once. */
export interface PreparedStart {
  readonly answers: PreparedAnswers;
  /** Variables of the environment: each has to have a value, else the program says what is missing. */
  readonly variables: readonly string[];
}

/** Values of many kinds: a word, an address, two words, digits, and what no header and no address takes. */
const PROBES = ["made-up", "https://made-up.invalid/a?b=c#d", "Bearer a:b c", "8080", 'é\n"{{x}}\u0001'];
const OVER_STDIO: StartOptions = { stdio: true };

/** What is listed, and all that is found, with the same value for every variable; undefined where nothing is served. */
async function listedWith(
  spec: Specification,
  readText: ReadText,
  value: string,
): Promise<{ readonly answers: PreparedAnswers; readonly all: string } | undefined> {
  const binds = Object.fromEntries([...variablesOf(spec).keys()].map((name) => [name, value]));
  const host = memoryHost(), capability = await compileCapability(spec, { binds, readText, host });
  if (refusalToServe(capability, OVER_STDIO, false) !== undefined) return undefined;
  const models = capability.surfaces.map(({ model }) => model);
  const { stdio: place } = listening(models, SURFACE_TYPES, OVER_STDIO);
  const surface = capability.surfaces.find(({ model }) => model === place?.model);
  if (!place || !surface) return undefined;
  const answers = await place.type.prepare?.({ capability, surface, host, options: OVER_STDIO });
  const { diagnostics, disabled } = capability;
  return answers && { answers, all: JSON.stringify({ answers, diagnostics, disabled }) };
}

/**
 * Prepares the first answers of a capability.
 *
 * @param spec The specification, with the files it names.
 * @param readText Reads what was not packed with it.
 * @returns What to answer, and when; undefined for a capability whose program has to read it first.
 */
export async function prepareStart(
  spec: Specification,
  readText: ReadText,
): Promise<PreparedStart | undefined> {
  const variables = [...variablesOf(spec).values()];
  // What is observed is answered where it is observed; what stands in a file is not known before it is read.
  if (observabilityOf(spec, {}, false).collector !== undefined) return undefined;
  if (variables.some(({ bind }) => bind && bindFile(spec, bind) !== undefined)) return undefined;
  const listed = await Promise.all(PROBES.map((value) => listedWith(spec, readText, value)));
  const [first] = listed;
  if (!first || listed.some((one) => one?.all !== first.all)) return undefined;
  return { answers: first.answers, variables: [...new Set(variables.map(({ source }) => source))] };
}
