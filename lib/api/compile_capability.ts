/**
 * Compiling a specification to a capability.
 *
 * @module
 */
import { compileCapability as compile } from "../expose/compile.ts";
import { SURFACE_TYPES } from "../expose/surface_types.ts";
import { defaultHost } from "../host/default.ts";
import { FileRefusal } from "../host/files.ts";
import type { Host, LogEntry } from "../host/host.ts";
import { bindFile, resolveBinds, variablesOf } from "../plan/binds/binds.ts";
import { textFilesOf } from "../plan/files.ts";
import { type Capability, showCapability } from "./capability.ts";
import { modelOf, type Specification } from "./specification.ts";
import { sourcesOf, type Surroundings } from "./surroundings.ts";

/** Where a capability is compiled. */
export interface CompileOptions extends Surroundings {
  /**
   * What the outside gives: how requests are sent, files, variables, the log, the time. That of this runtime when left
   * out; `memoryHost` of `@capstan/capstan/testing` is one that reaches nothing.
   */
  readonly host?: Host;
  /** Takes the lines for the operator, where no host is given; they are dropped when left out. */
  readonly onLog?: (entry: LogEntry) => void;
}

/** The texts that a document names, read through the host: the rooms below read without waiting. */
async function filesOf(spec: Specification, host: Host): Promise<(path: string) => string> {
  const texts = new Map<string, string>(), model = modelOf(spec);
  const binds = [...variablesOf(model).values()].flatMap(({ bind }) => bind && bindFile(model, bind) || []);
  const paths = new Set([...textFilesOf(model, SURFACE_TYPES), ...binds].map(({ path }) => path));
  await Promise.all([...paths].map(async (path) => {
    // What cannot be read is reported where it is needed.
    await host.readText(path).then((text) => texts.set(path, text), () => {});
  }));
  return (path) => {
    const text = texts.get(path);
    if (text === undefined) throw new FileRefusal("missing", path);
    return text;
  };
}

/**
 * Compiles a specification to a capability that runs in this program, with this program's permissions.
 *
 * @param spec The specification.
 * @param given Where variables and files come from.
 * @returns What it offers, ready to be called and to be mounted; what cannot run is in `disabled`, with the reason.
 *
 * @throws {FileRefusal} When a folder of `allowRead` cannot be read.
 * @see docs/semantics.md §1 (what is set aside), §2 (names and references).
 *
 * @example What a capability offers
 * ```ts
 * import { compileCapability, readSpecification } from "@capstan/capstan";
 * import assert from "node:assert/strict";
 *
 * const spec = readSpecification("fixed.yml", {
 *   text: `
 * ikanos: "1.0.0-beta5"
 * capability:
 *   exposes:
 *     - type: mcp
 *       namespace: fixed
 *       port: 3001
 *       tools:
 *         answer:
 *           description: The answer
 *           outputParameters:
 *             - { name: answer, type: number, value: 42 }
 * `,
 * });
 * const capability = await compileCapability(spec);
 * const [tool] = capability.callables;
 * assert.equal(tool?.name, "answer");
 * assert.deepEqual(tool.outputSchema?.["type"], "object");
 * assert.deepEqual(await capability.call("answer"), { answer: 42 });
 * ```
 */
export async function compileCapability(
  spec: Specification,
  given: CompileOptions = {},
): Promise<Capability> {
  const { host: own, onLog } = given, host = own ?? defaultHost((entry) => onLog?.(entry));
  const { env, readText } = sourcesOf({
    ...given,
    ...own && !given.env && { env: (name) => own.env(name) },
    ...own && !given.readText && { readText: await filesOf(spec, own) },
  });
  const { values, diagnostics } = resolveBinds(modelOf(spec), { env, readText });
  const compiled = await compile(modelOf(spec), {
    binds: values,
    found: diagnostics,
    readText,
    // Capabilities of one program share their connections, unless one has a world of its own.
    host: own ?? (onLog && host),
  });
  return showCapability(compiled, host);
}
