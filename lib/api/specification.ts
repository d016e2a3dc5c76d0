/**
 * A specification as programs see it.
 *
 * @module
 */
import type { Diagnostic } from "../document/diagnostics/diagnostic.ts";
import type { Specification as Model } from "../document/specification.ts";

/** A specification that `readSpecification` has read. */
export interface Specification {
  /** The file as it was named. */
  readonly file: string;
  /** The model, in one form whatever the dialect. */
  readonly document: Readonly<Record<string, unknown>>;
  /** The dialect as recognised by structure; undefined when the document is none. */
  readonly dialect: string | undefined;
  /** What was found, in order of file and position. */
  readonly diagnostics: readonly Diagnostic[];
}

/** What stands behind the view: programs hold what `readSpecification` gave them, and nothing else. */
export function modelOf(spec: Specification): Model {
  return spec as Model;
}
