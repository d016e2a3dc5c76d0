/**
 * The shape of an answer, which depends on its format in one point: a list of one looks like an element in XML.
 *
 * @module
 */
import type { OutputParameter } from "../../../schemas/mod.ts";
import { compileShape, type OutputShape, type ShapeOptions } from "../../expression/shape.ts";
import type { Format } from "../../upstream/operation.ts";

/**
 * Compiles the shape of answers.
 *
 * @param outputs The declared outputs.
 * @param declared The format the operation declares.
 * @param options How values are resolved.
 * @returns Gives the shape for the format an answer turned out to have.
 */
export function compileAnswerShape(
  outputs: readonly OutputParameter[],
  declared: Format | undefined,
  options: ShapeOptions = {},
): (format: Format | undefined) => OutputShape {
  const plain = compileShape(outputs, { ...options, single: declared === "xml" });
  if (declared !== undefined) return () => plain;
  // Few APIs answer XML without the document saying so: the other shape is made when the first one does.
  let listed: OutputShape | undefined;
  return (format) =>
    format === "xml" ? listed ??= compileShape(outputs, { ...options, single: true }) : plain;
}
