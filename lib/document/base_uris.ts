/**
 * Calling another address than the one a specification names: a test server, a regional host.
 *
 * @module
 */
import type { Specification } from "./specification.ts";

/**
 * Replaces the base URI of a consumed namespace.
 *
 * @param spec The specification, before anything is compiled from it.
 * @param namespace The namespace.
 * @param uri The address to call instead.
 * @returns Why it cannot be, in words; undefined when it is done.
 */
export function replaceBaseUri(spec: Specification, namespace: string, uri: string): string | undefined {
  if (!/^https?:\/\/./i.test(uri) || !URL.canParse(uri)) {
    return `the base URI of ${namespace} has to be an http or https address, not ${uri}`;
  }
  const all = spec.document.consumes ?? [], found = all.filter((entry) => entry.namespace === namespace);
  if (found.length === 0) {
    const names = all.map((entry) => entry.namespace).join(", ");
    return `nothing consumed has the namespace ${namespace}${names === "" ? "" : `; there are ${names}`}`;
  }
  for (const entry of found) {
    entry.baseUri = uri;
    // Whoever names the address says that it can be reached as it is.
    delete entry.tunnel;
  }
  return undefined;
}
