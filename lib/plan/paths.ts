/**
 * Files a specification names: from the author's text to a path.
 *
 * @module
 */
import { folderOf, normalise, rooted } from "../document/paths.ts";
import type { Specification } from "../document/specification.ts";

/**
 * Resolves a location an author wrote, relative to the file that names it.
 *
 * `file:///./x` and `file://x` are relative, as authors mean them; `file:///a/b` is absolute.
 *
 * @param spec The specification, for the origin of the node.
 * @param node The node that holds the location.
 * @param location A path or a `file:` URI.
 * @returns A path for the file system.
 */
export function resolvePath(spec: Specification, node: object, location: string): string {
  let path = location.trim();
  const uri = /^file:(\/\/)?/i.exec(path);
  if (uri) {
    path = path.slice(uri[0].length);
    if (/^\/\.\.?(\/|$)/.test(path)) path = path.slice(1);
    if (/^\/[A-Za-z]:[\\/]/.test(path)) path = path.slice(1);
    try {
      path = decodeURIComponent(path);
    } catch {
      // A stray per cent sign is part of the name.
    }
  }
  return rooted(path) ?? normalise(`${folderOf(spec.origins.get(node)?.file.name ?? spec.file)}/${path}`);
}
