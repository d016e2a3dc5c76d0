/**
 * The dialect of a document, by its structure; the declared version is only a hint (evolution).
 *
 * @module
 */
import { isMapping, type Raw } from "./raw.ts";
import type { Sections } from "./sections.ts";

/** The dialects of the specification. */
export type Dialect = "0.2" | "0.3" | "0.4" | "0.5" | "alpha1" | "alpha2" | "alpha3";

/** Versions that were released with an official text. */
const RELEASED = /^(0\.[2345]|1\.0\.0-(alpha[1234]|beta[12345]))$/;

/** Whether a declared version was ever released. */
export function isReleased(version: string): boolean {
  return RELEASED.test(version.replace(/^v/, ""));
}

/** Whether collections keyed by name are maps in a version; they are lists in those before it. */
export function writesMaps(version: string | undefined): boolean {
  return version !== undefined && /^v?1\.0\.0-(alpha[3-9]|beta)/.test(version);
}

function some(value: unknown, test: (node: Raw) => boolean, depth = 0): boolean {
  if (depth > 12 || value === null || typeof value !== "object") return false;
  if (Array.isArray(value)) return value.some((item) => some(item, test, depth + 1));
  return test(value as Raw) || Object.values(value).some((item) => some(item, test, depth + 1));
}

const named = (value: unknown) =>
  Array.isArray(value) && value.some((item) => isMapping(item) && item["name"] !== undefined);

/**
 * Recognises the dialect of a document.
 *
 * @param root The root mapping.
 * @param sections Its sections, imports not followed.
 */
export function dialectOf(root: Raw, sections: Sections): Dialect {
  const consumes = sections.consumes.filter(isMapping), exposes = sections.exposes.filter(isMapping);
  if (consumes.some((c) => c["expositionSuffix"] !== undefined || c["targetUri"] !== undefined)) return "0.2";
  const oldSteps = (node: Raw) =>
    Array.isArray(node["steps"]) &&
    node["steps"].some((s) =>
      isMapping(s) && s["type"] === undefined && s["name"] === undefined &&
      Array.isArray(s["inputParameters"])
    );
  if (/^v?0\.3/.test(sections.version ?? "") || exposes.some((e) => some(e, oldSteps, 8))) return "0.3";
  const refs = root["externalRefs"] !== undefined ||
    (isMapping(root["capability"]) && root["capability"]["externalRefs"] !== undefined);
  if (exposes.some((e) => e["type"] === "api")) return "0.4";
  if (refs) return "0.5";
  const lists = consumes.some((c) => named(c["resources"])) ||
    exposes.some((e) => named(e["tools"]) || named(e["resources"]));
  if (!lists) return "alpha3";
  const newer = (node: Raw) =>
    node["ref"] !== undefined || node["hints"] !== undefined || node["language"] !== undefined ||
    node["outputSchema"] !== undefined;
  if (sections.aggregates.length > 0 || exposes.some((e) => e["type"] === "control")) return "alpha2";
  return /alpha1$/.test(sections.version ?? "") || !exposes.some((e) => some(e, newer, 8))
    ? "alpha1"
    : "alpha2";
}
