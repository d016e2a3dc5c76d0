/**
 * Calling a capability in its sandbox, without serving it.
 *
 * @module
 */
import { open, type SandboxSettings, type Serving } from "./sandbox.ts";
import type { Specification } from "./specification.ts";

/**
 * Opens the sandbox of a specification without listening anywhere: a worker with no permissions but those its document
 * calls for. A file somebody sent you is called here.
 *
 * @param spec The specification.
 * @param settings Where variables come from, and who hears what it tells.
 * @returns What runs, once it does.
 * @throws {StartError} When the capability cannot run; the message and the diagnostics say why.
 * @see docs/semantics.md §9 (calling out).
 *
 * @example Calling what is not trusted
 * ```ts
 * import { openSandbox, readSpecification } from "@capstan/capstan";
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
 * await using sandbox = await openSandbox(spec);
 * assert.deepEqual(await sandbox.call("answer"), { answer: 42 });
 * assert.deepEqual(sandbox.surfaces, []);
 * ```
 */
export function openSandbox(spec: Specification, settings: SandboxSettings = {}): Promise<Serving> {
  return open(spec, settings, undefined);
}
