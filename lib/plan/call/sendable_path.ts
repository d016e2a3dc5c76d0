/**
 * Paths of operations that can never be sent, whatever is filled into them.
 *
 * @module
 */
import { leavesItsPlace } from "../../upstream/guard/dot_segment.ts";
import type { PlanContext } from "../context.ts";
import { Problem } from "../problem.ts";

/**
 * Checks a path that an author wrote.
 *
 * @param context The compilation.
 * @param path The path.
 * @param node The operation or the resource that has it.
 * @param baseUri The address it is sent behind; undefined where there is none.
 * @throws {Problem} `path-notation` for a whole address, and for a path that would leave its base.
 */
export function checkSendable(
  context: PlanContext,
  path: string,
  node: object,
  baseUri: string | undefined,
): void {
  const sent = path.replace(/[?#].*$/s, "");
  if (/^\s*[a-z][a-z0-9+.-]*:\/\//i.test(path)) {
    const base = baseUri?.replace(/(?<!\/)\/+$/, ""),
      rest = base && path.startsWith(base) ? path.slice(base.length) : "";
    throw new Problem(context.error(
      "path-notation",
      `the path ${path} is a whole address, and a path is sent behind baseUri`,
      node,
      "path",
      rest.startsWith("/")
        ? `write path: ${rest}`
        : "write the part behind baseUri; another host needs a consumes entry of its own",
    ));
  }
  if (leavesItsPlace(sent)) {
    throw new Problem(context.error(
      "path-notation",
      `the path ${path} has a . or .. segment, so no request with it is ever sent`,
      node,
      "path",
      "write the path without it, and change baseUri if the API is at another place",
    ));
  }
}
