/**
 * Files a specification names: from the author's text to a path, and to the folder that it is held to.
 *
 * @module
 */
import { ownValue } from "../data/own.ts";
import { type FileKind, type NamedFile, resolveLocation } from "../document/files/files.ts";
import { folderOf } from "../document/files/paths.ts";
import type { Specification } from "../document/specification.ts";

/**
 * Resolves a location an author wrote, relative to the file that names it.
 *
 * @param spec The specification, for the origin of the node.
 * @param node The node that holds the location.
 * @param location A path or a `file:` URI.
 * @returns A path for the file system.
 */
export function resolvePath(spec: Specification, node: object, location: string): string {
  return resolveLocation(spec.origins.get(node)?.file.name ?? spec.file, location);
}

/** The folder of the file a node stands in: what is named there is held to it. */
export function folderOfNode(spec: Specification, node: object): string {
  return folderOf(spec.origins.get(node)?.file.name ?? spec.file);
}

/**
 * A file that a node names.
 *
 * @param spec The specification, for the origin of the node.
 * @param node The node that names it.
 * @param location A path or a `file:` URI.
 * @param kind What it is named for.
 */
export function namedFile(spec: Specification, node: object, location: string, kind: FileKind): NamedFile {
  return { path: resolvePath(spec, node, location), folder: folderOfNode(spec, node), kind };
}

/**
 * What a location that is served really leads to, where that was looked at when the specification was read.
 *
 * @param spec The specification.
 * @param path The path of the location.
 */
export function servedPath({ served }: Specification, path: string): string | undefined {
  return ownValue(served, path) as string | undefined;
}
