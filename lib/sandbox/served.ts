/**
 * Folders and files that surfaces publish, held to the folder of the document that names them.
 *
 * This is found out once, by the thread that may still look at the file system. What lies outside is not granted to the
 * sandbox, and what names it is set aside.
 *
 * @module
 */
import type { Specification } from "../document/specification.ts";
import { folderOf, normalise } from "../document/files/paths.ts";
import { SURFACE_TYPES } from "../expose/surface_types.ts";
import { FILES } from "../host/file_system.ts";
import { isInside } from "../host/files.ts";
import { folderOfNode, resolvePath } from "../plan/paths.ts";

/** Where a path really leads; where there is nothing, where it would lead without a link in what is missing. */
function real(path: string): string {
  try {
    return FILES.realPath(path);
  } catch {
    const whole = /^([\\/]|[A-Za-z]:)/.test(path) ? path : `${FILES.currentFolder()}/${path}`;
    const plain = normalise(whole), folder = folderOf(plain);
    return folder === plain || folder === "/" || folder === "."
      ? plain
      : real(folder) + plain.slice(folder.length);
  }
}

/** Every location that surfaces of a specification publish, as paths. */
export function servedLocations(spec: Specification): { readonly node: object; readonly path: string }[] {
  return (spec.document.exposes ?? []).flatMap((model) => {
    const type = SURFACE_TYPES.find((t) => t.type === model.type);
    return (type?.files?.(model) ?? []).map(({ node, location }) => ({
      node,
      path: resolvePath(spec, node, location),
    }));
  });
}

/**
 * A specification that knows which of its locations lie outside of what may be read, and what the others lead to.
 *
 * @param spec The specification as read.
 * @param allowed Folders that any document may read, beside its own.
 */
export function withUnserved(spec: Specification, allowed: readonly string[] = []): Specification {
  const locations = servedLocations(spec);
  if (locations.length === 0) return spec;
  const open = allowed.map(real), served: Record<string, string> = Object.create(null);
  const unserved: Record<string, string> = Object.create(null);
  for (const { node, path } of locations) {
    const found = real(path), home = real(folderOfNode(spec, node));
    const isServed = [home, ...open].some((folder) => found === folder || isInside(found, folder));
    (isServed ? served : unserved)[path] = found;
  }
  return { ...spec, served, ...(Object.keys(unserved).length === 0 ? {} : { unserved }) };
}
