/**
 * The control section of a document, for what is set there and used elsewhere.
 *
 * @module
 */
import type { CapabilityDocument, ExposesControl } from "../../schemas/mod.ts";

/** The first control section; undefined where there is none. */
export function controlOf(document: CapabilityDocument): ExposesControl | undefined {
  return document.exposes?.find((exposes) => exposes.type === "control");
}
