/**
 * Request bodies.
 *
 * @module
 */
import { typed, variants } from "../choice.ts";
import { anyList, anyMap, anyText, closed, either, list, mapOf, req } from "../notation.ts";
import type { Shape } from "../shape.ts";

const plain = typed("a text body", { data: req(anyText) });

const structured = variants("a body", "type", {
  json: typed("a JSON body", { data: req(either({ text: anyText, "a map": anyMap, "a list": anyList })) }),
  text: plain,
  xml: plain,
  sparql: plain,
  formUrlEncoded: typed("a form body", {
    data: req(either({ text: anyText, "a map": mapOf(undefined, anyText) })),
  }),
  multipartForm: typed("a multipart body", {
    data: req(list(closed("a part", {
      name: req(anyText),
      value: req(anyText),
      filename: anyText,
      contentType: anyText,
    }))),
  }),
});

/** A request body: raw text, or a map that says its type. */
export const body: Shape = (value, probe) => {
  if (typeof value !== "string") structured(value, probe);
};
