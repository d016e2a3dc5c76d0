/**
 * Finding what can be called.
 *
 * @module
 */
import type { Flow } from "../plan/flow.ts";
import { flowNamed } from "../plan/flows/run_once.ts";
import { type Capability, compiledOf } from "./capability.ts";

/**
 * Finds what can be called: what it takes, what it gives and what it does to the world.
 *
 * @param capability The capability.
 * @param name As for {@linkcode call}.
 * @returns The flow.
 * @throws {CallError} `invalid_arguments` for an unknown name, `misconfigured` for what cannot run.
 * @see docs/semantics.md §2 (names and references), §3 (arguments).
 *
 * @example The JSON Schema of a tool's arguments
 * ```ts
 * import { compileCapability, findFlow, readSpecification } from "@capstan/capstan";
 * import assert from "node:assert/strict";
 *
 * const spec = readSpecification("hello.yml", {
 *   text: `
 * ikanos: "1.0.0-beta5"
 * capability:
 *   exposes:
 *     - type: mcp
 *       namespace: hello
 *       port: 3001
 *       tools:
 *         greet:
 *           description: Greets somebody
 *           inputParameters:
 *             who: { type: string, description: Whom to greet, required: true }
 *           outputParameters:
 *             greeting: { type: string, value: "Hello, {{who}}!" }
 * `,
 * });
 * const flow = findFlow(await compileCapability(spec), "greet");
 * assert.deepEqual(flow.inputs.schema["required"], ["who"]);
 * ```
 */
export function findFlow(capability: Capability, name: string): Flow {
  return flowNamed(compiledOf(capability), name);
}
