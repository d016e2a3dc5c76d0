/**
 * Nothing silent in YAML itself: anchors and tags that do not mean what they say.
 *
 * @module
 */
import { check, shop, tool } from "./rows.ts";

Deno.test("an anchor that is there twice, or that no alias means, is reported", async () => {
  const inputs = (text: string) =>
    shop({ operations: `list: { method: GET, inputParameters: { ${text} } }` });
  await check([
    ["fine", inputs("q: &a { in: query, type: string }, r: *a")],
    [
      "twice",
      inputs("q: &a { in: query, type: string }, r: &a { in: header, type: string }, s: *a"),
      /^11 warning duplicate-anchor the anchor &a is here a second time: \*a means the one of line 11 up to here/,
    ],
    [
      "text",
      tool("a: { type: string, description: &Co Shops }", "{{a}}"),
      /^11 warning unused-anchor &Co is a name for aliases, .*=> remove it, or write "&Co Shops/,
    ],
    ["mapping", inputs("q: &a { in: query, type: string }"), /^11 warning unused-anchor .*=> remove it$/],
  ]);
});

Deno.test("a tag that means nothing, or does not fit its value, is reported", async () => {
  const header = (text: string) => shop({ api: `headers: { A: ${text} }` });
  await check([
    ["text", header("!!str 5")],
    ["number", tool("a: { type: integer, description: x, minimum: !!int 5 }", "{{a}}")],
    [
      "variable",
      header("!env TOKEN_TEXT"),
      /^7 warning unknown-tag the tag !env means nothing here.*=> declare the variable in binds/,
    ],
    [
      "file",
      shop({ operations: "list: !include { method: GET }" }),
      /^11 warning unknown-tag .*=> import a file with from: and import:/,
    ],
    ["list", header("x, B: !list [a]"), /^7 warning unknown-tag the tag !list/, /^7 error wrong-type/],
    [
      "truth",
      tool("a: { type: string, description: x, required: !!bool yes }", "{{a}}"),
      /^11 warning unknown-tag the tag !!bool does not fit yes/,
      /^11 warning coerced required/,
    ],
    [
      "whole number",
      tool("a: { type: integer, description: x, minimum: !!int abc }", "{{a}}"),
      /^11 warning unknown-tag the tag !!int does not fit abc/,
      /^11 error wrong-type minimum/,
    ],
    // As if the tag were not there: a number.
    [
      "unknown, number",
      tool("a: { type: integer, description: x, minimum: !least 5 }", "{{a}}"),
      /^11 warning unknown-tag/,
    ],
  ]);
});
