/**
 * Validating a specification.
 *
 * @module
 */
import type { Diagnostic } from "../document/diagnostics/diagnostic.ts";
import { resolveBinds } from "../plan/binds/binds.ts";
import { validateSpecification } from "../report/validate.ts";
import { modelOf, type Specification } from "./specification.ts";
import { sourcesOf, type Surroundings } from "./surroundings.ts";

/** How a specification is checked. */
export interface ValidateOptions extends Surroundings {
  /** Every departure from the official schema of the declared version is an error as well. */
  readonly strict?: boolean;
  /** Harmless freedoms are reported as well, as `info`: older names of keys, lists where maps are meant. */
  readonly verbose?: boolean;
}

/**
 * Everything there is to say about a specification: what reading it found, and what cannot run.
 *
 * @param spec The specification.
 * @param options Whether to be strict, and where variables and files come from.
 * @returns The findings; without an error among them the specification is valid.
 * @throws {FileRefusal} When a folder of `allowRead` cannot be read.
 * @see docs/semantics.md §1 (reading).
 *
 * @example Holding files to the official schema
 * ```ts
 * import { readSpecification, validate } from "@capstan/capstan";
 * import assert from "node:assert/strict";
 *
 * const spec = readSpecification("shop.yml", {
 *   text: `
 * ikanos: "1.0.0-beta5"
 * capability:
 *   consumes:
 *     - { type: http, namespace: shop, baseUri: "https://api.example.com", auth: { type: none } }
 * `,
 * });
 * assert.ok((await validate(spec)).every(({ severity }) => severity !== "error"));
 * const found = await validate(spec, { strict: true });
 * assert.ok(found.some(({ code }) => code === "strict-unknown-key"));
 * ```
 */
export async function validate(spec: Specification, options: ValidateOptions = {}): Promise<Diagnostic[]> {
  const { env, readText } = sourcesOf(options);
  const { values, diagnostics } = resolveBinds(modelOf(spec), { env, readText }),
    [file] = modelOf(spec).files;
  const strict = options.strict && file
    ? (await import("../document/strict/mod.ts")).strictCheck(file.name, file.text)
    : [];
  return await validateSpecification(
    modelOf(spec),
    values,
    readText,
    [...strict, ...diagnostics],
    options.verbose,
  );
}
