/**
 * Fragments of addresses: what stands behind a `#` is never sent.
 *
 * @module
 */
import type { CapabilityDocument } from "../../../schemas/mod.ts";
import type { Report } from "../diagnostics/report.ts";

/** The fragment of an address; undefined for none, and for a `#` inside braces, which is a notation of placeholders. */
function fragmentOf(address: string): string | undefined {
  for (let at = 0, depth = 0; at < address.length; at++) {
    const c = address[at];
    if (c === "{") depth++;
    else if (c === "}") depth--;
    else if (c === "#" && depth <= 0) return address.slice(at);
  }
  return undefined;
}

/**
 * Reports fragments of base addresses and of consumed paths.
 *
 * @param document The model.
 * @param report Receives what is found.
 */
export function checkFragments(document: CapabilityDocument, report: Report): void {
  const check = (node: object, key: "baseUri" | "path", address: string | undefined) => {
    const fragment = address === undefined ? undefined : fragmentOf(address);
    if (fragment === undefined) return;
    report.once(
      `fragment ${key}`,
      "warning",
      key === "path" ? "path-notation" : "invalid-base-uri",
      `${fragment} in the ${key} ${address} is a fragment, which is never sent`,
      report.locate(node, key),
      "remove it, or write %23 for a # that belongs to the address",
    );
  };
  for (const consumes of document.consumes ?? []) {
    check(consumes, "baseUri", consumes.baseUri);
    for (const resource of consumes.resources ?? []) {
      check(resource, "path", resource.path);
      for (const operation of resource.operations ?? []) check(operation, "path", operation.path);
    }
  }
}
