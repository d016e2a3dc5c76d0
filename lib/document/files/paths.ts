/**
 * Paths of files, as text: what both imports and everything else a specification names are resolved with.
 *
 * @module
 */

/** The folder of a file's path, `.` when it names none. */
export function folderOf(file: string): string {
  const cut = Math.max(file.lastIndexOf("/"), file.lastIndexOf("\\"));
  return cut < 0 ? "." : cut === 0 ? "/" : file.slice(0, cut);
}

/** A path that begins at a root, as it may be read; undefined for one that is relative. */
export function rooted(path: string): string | undefined {
  // Two slashes would name another machine on Windows, which would learn who asks.
  return /^([\\/]|[A-Za-z]:[\\/])/.test(path) ? path.replace(/^[\\/]{2,}/, "/") : undefined;
}

/** A path without `.` and `..`, as far as they can be taken out. */
export function normalise(path: string): string {
  const absolute = /^[\\/]/.test(path), out: string[] = [];
  for (const part of path.split(/[\\/]+/)) {
    if (part === "" || part === ".") continue;
    if (part === ".." && out.length > 0 && out[out.length - 1] !== "..") out.pop();
    else if (part !== ".." || !absolute) out.push(part);
  }
  return (absolute ? "/" : "") + out.join("/") || ".";
}
