/**
 * JSONPaths that cannot be read: what is reported of them, and all of a node in one run.
 *
 * @module
 */
import type { OutputParameter } from "../../schemas/mod.ts";
import { type Diagnostic, diagnostic } from "../document/diagnostics/diagnostic.ts";
import type { Specification } from "../document/specification.ts";
import { compilePathAt, type JsonPathError } from "../expression/json_path.ts";
import { locate } from "./locate.ts";
import { Problem } from "./problem.ts";

/**
 * The problem of a path that cannot be read.
 *
 * @param spec The specification that holds it.
 * @param error What the reader of paths says.
 * @param body The node, where the error does not know a nearer one.
 */
export function badPath(spec: Specification, error: JsonPathError, body?: object): Problem {
  const { node = body ?? spec.document, entry } = error.at ?? {};
  return new Problem(badPathFinding(spec, error, node, entry));
}

function badPathFinding(
  spec: Specification,
  error: JsonPathError,
  node: object,
  entry: string | undefined,
): Diagnostic {
  return diagnostic(
    "error",
    "bad-json-path",
    `the JSONPath cannot be read: ${error.message}`,
    locate(spec, node, entry, "key"),
    error.fix ?? "correct the path, such as $.items[0].name or $['a b']",
  );
}

/**
 * Reads every path of outputs, at any depth, for what is wrong with each: used once one of them could not be read.
 *
 * @param outputs The outputs.
 * @param part Runs one of several parts, and collects what is wrong with it.
 */
export function readEachPath(
  outputs: readonly OutputParameter[] | undefined,
  part: (read: () => unknown) => unknown,
): void {
  for (const output of outputs ?? []) {
    const { mapping } = output;
    if (mapping !== undefined) part(() => compilePathAt(mapping, output, "mapping"));
    readEachPath(output.properties, part);
    if (output.items) readEachPath([output.items], part);
  }
}
