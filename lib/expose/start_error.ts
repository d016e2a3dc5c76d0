/**
 * The error of a capability that cannot be served.
 *
 * @module
 */
import { CapstanError } from "../data/capstan_error.ts";
import type { Diagnostic } from "../document/diagnostics/diagnostic.ts";
import type { SourceFile } from "../document/diagnostics/location.ts";
import { renderDiagnostic } from "../document/diagnostics/render.ts";

/**
 * A capability, or a surface of it, that cannot be served or that broke down.
 *
 * @example Saying why a capability is not served
 * ```ts
 * import { readSpecification, serve, StartError } from "@capstan/capstan";
 * import assert from "node:assert/strict";
 *
 * const spec = readSpecification("empty.yml", { text: `ikanos: "1.0.0-beta5"\ncapability: {}\n` });
 * const error = await serve(spec).catch((error) => error);
 * assert(error instanceof StartError);
 * assert.equal(error.code, "not_served");
 * assert.match(error.message, /exposes nothing/);
 * ```
 */
export class StartError extends CapstanError {
  /** The name of its class. */
  override readonly name = "StartError";
  /** Why, in one sentence. */
  readonly reason: string;
  /** What was found in the document. */
  readonly diagnostics: readonly Diagnostic[];

  /**
   * Makes an error.
   *
   * @param message Why, in one sentence.
   * @param diagnostics What was found in the document.
   * @param spec The specification, whose lines the message shows. Its model is not asked for: the types of the schemas stay
   * out of the public face.
   */
  constructor(
    message: string,
    diagnostics: readonly Diagnostic[] = [],
    spec?: { readonly files: readonly SourceFile[] },
  ) {
    const shown = diagnostics.map((found) => renderDiagnostic(found, spec?.files ?? []));
    super("not_served", [message, ...shown].join("\n"));
    this.reason = message;
    this.diagnostics = diagnostics;
  }
}
