/**
 * Files a specification names: from the author's text to a path.
 *
 * @module
 */
import type { Specification } from "../spec/specification.ts";

/** The folder of a file's path, `.` when it names none. */
function folderOf(file: string): string {
  const cut = Math.max(file.lastIndexOf("/"), file.lastIndexOf("\\"));
  return cut < 0 ? "." : cut === 0 ? "/" : file.slice(0, cut);
}

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
  // Two slashes would name another machine on Windows, which would be told who asks.
  if (/^([\\/]|[A-Za-z]:[\\/])/.test(path)) return path.replace(/^[\\/]{2,}/, "/");
  const base = folderOf(spec.origins.get(node)?.file.name ?? spec.file);
  return normalise(`${base}/${path}`);
}

/** Joins a path to a folder and takes out `.` and `..`. */
export function normalise(path: string): string {
  const absolute = path.startsWith("/"), out: string[] = [];
  for (const part of path.split(/[\\/]+/)) {
    if (part === "" || part === ".") continue;
    if (part === ".." && out.length > 0 && out[out.length - 1] !== "..") out.pop();
    else if (part !== ".." || !absolute) out.push(part);
  }
  return (absolute ? "/" : "") + out.join("/") || ".";
}
