/**
 * How lists and objects are written into a query or a form: OpenAPI's `style` and `explode`, Swagger's
 * `collectionFormat`.
 *
 * @module
 */
import type { InputParameter } from "../../../schemas/mod.ts";
import type { ListStyle, PathStyle } from "../../upstream/operation.ts";

/** What parts the elements of a list, by each word for it. Only a comma stands as it is. */
const SEPARATORS: Readonly<Record<string, string>> = {
  csv: ",",
  ssv: "%20",
  tsv: "%09",
  pipes: "%7C",
  spacedelimited: "%20",
  pipedelimited: "%7C",
  tabdelimited: "%09",
};

/** The words of a parameter that nothing is known of; undefined where all of them are understood. */
export function unknownStyle(parameter: InputParameter): "style" | "collectionFormat" | undefined {
  const { style, collectionFormat } = parameter;
  if (style !== undefined && !/^(form|simple|deepobject)$/i.test(style) && !SEPARATORS[style.toLowerCase()]) {
    return "style";
  }
  return collectionFormat === undefined || /^multi$/i.test(collectionFormat) ||
      SEPARATORS[collectionFormat.toLowerCase()]
    ? undefined
    : "collectionFormat";
}

/**
 * The style of a parameter in a path.
 *
 * @param parameter The parameter.
 * @returns Undefined where nothing is said, or something that paths do not have.
 */
export function pathStyle({ style, explode = false }: InputParameter): PathStyle | undefined {
  const word = style?.toLowerCase();
  if (word === "label" || word === "matrix") return { style: word, explode };
  return word === "simple" ? { style: word, explode } : undefined;
}

/**
 * The style of a parameter of a query or a form.
 *
 * @param parameter The parameter.
 * @returns Undefined where the place decides, as it does without a word.
 */
export function listStyle(parameter: InputParameter): ListStyle | undefined {
  const { type, explode } = parameter, style = parameter.style?.toLowerCase();
  const format = parameter.collectionFormat?.toLowerCase();
  // What is declared as one text is one, whatever came for it.
  if (type === "string") return { separator: "," };
  if (style === "deepobject") return { object: "brackets" };
  if (format !== undefined && format !== "multi") return { separator: SEPARATORS[format] };
  if (format === "multi") return {};
  const separator = style === undefined ? undefined : SEPARATORS[style];
  if (separator !== undefined) return explode === true ? {} : { separator, object: "flat" };
  if (style === "simple" || explode === false) return { separator: ",", object: "flat" };
  return style === "form" || explode === true ? { object: "pairs" } : undefined;
}
