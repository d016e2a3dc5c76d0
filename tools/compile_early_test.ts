/**
 * Functions that ran stand first and in parentheses; all else of a module stays as it was written.
 *
 * @module
 */
import assert from "node:assert/strict";
import { calledAtTop, compiledEarly } from "./compile_early.ts";

const TEXT =
  "var a=1;function f(x){return x+g()}async function*h(){}var k=function(){};function g(){return a}" +
  "class C{m(){}}export{f as a,h as b};";

/** What V8 tells of the functions that begin so. */
function told(counts: Readonly<Record<string, readonly [text: string, count: number][]>>) {
  return {
    functions: Object.values(counts).flat().map(([text, count]) => {
      const startOffset = TEXT.indexOf(text);
      return { ranges: [{ startOffset, endOffset: startOffset + text.length, count }] };
    }),
  };
}

Deno.test("declared functions that ran are values in parentheses at the top of their module", async () => {
  const ran = told({
    module: [[TEXT, 1]],
    main: [["function f(x){return x+g()}", 1], ["function g(){return a}", 0], ["function(){}", 3], [
      "m(){}",
      2,
    ]],
    worker: [["function g(){return a}", 2], ["async function*h(){}", 1], ["return a", 1]],
  });
  const early = compiledEarly(TEXT, calledAtTop(TEXT, ran));
  assert.equal(
    early,
    "var f=(function(x){return x+g()});var h=(async function*(){});var g=(function(){return a});" +
      "var a=1;var k=function(){};class C{m(){}}export{f as a,h as b};",
  );
  const module = await import(`data:text/javascript,${encodeURIComponent(early)}`);
  assert.equal(module.a(2), 3);
  assert.equal(module.a.name, "f");
});

Deno.test("what no start calls stays where it is", () => {
  assert.equal(
    compiledEarly(TEXT, calledAtTop(TEXT, told({ main: [["function f(x){return x+g()}", 0]] }))),
    TEXT,
  );
});
