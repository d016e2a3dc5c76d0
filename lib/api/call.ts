/**
 * Calling something once.
 *
 * @module
 */
import { callOnce, type CallOptions, type Capability, compiledOf } from "./capability.ts";

/**
 * Calls a tool, a REST operation (by name or as `GET /path`), an aggregate flow or a consumed operation (as
 * `namespace.operation`) once, in this program.
 *
 * @param capability The capability.
 * @param name What is called.
 * @param args Its arguments by name.
 * @param options How long it may take, and what cancels it.
 * @returns The value, in the shape the document declares; a `Uint8Array` where the output is binary. An integer that no
 * number holds, such as an identifier of 64 bits, is a `bigint`, a decimal that no number holds a `LongDecimal`; `writeJson` writes both with all their digits.
 * @throws {CallError} Every failure: unknown names and bad arguments, what the API answered, what the sandbox
 * blocked. Its `data` is what every surface shows, without secrets.
 * @see docs/semantics.md §3 (arguments), §6 (the shape of the value) and §8 (errors).
 *
 * @example Calling, and what a failure says
 * ```ts
 * import { call, CallError, compileCapability, readSpecification } from "@capstan/capstan";
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
 * const capability = await compileCapability(spec);
 * assert.deepEqual(await call(capability, "greet", { who: "Ada" }), { greeting: "Hello, Ada!" });
 *
 * const error = await call(capability, "greet", { whom: "Ada" }).catch((error) => error);
 * assert(error instanceof CallError);
 * assert.equal(error.data.code, "invalid_arguments");
 * assert.match(error.message, /did you mean who/);
 * ```
 */
export function call(
  capability: Capability,
  name: string,
  args: Readonly<Record<string, unknown>> = {},
  options: CallOptions = {},
): Promise<unknown> {
  return callOnce(compiledOf(capability), name, args, options);
}
