import assert from "node:assert/strict";
import { compose } from "./compose.ts";
import { Origins, SourceFile } from "../diagnostics/location.ts";

function composed(text: string) {
  const origins = new Origins(), { value, diagnostics } = compose(new SourceFile("a.yml", text), origins);
  return { value: value as Record<string, unknown> | undefined, origins, diagnostics };
}

Deno.test("a closing sign at the column of its key is read where it is meant, with a warning and every place", () => {
  const text = 'a:\r\n  b: {\r\n    x: "}\\n",\r\n    y: [\r\n      1\r\n    ]\r\n  }\r\nc: |\r\n  }\r\n';
  for (const written of [text, text.replaceAll("\r", "")]) {
    const { value, origins, diagnostics } = composed(written);
    assert.deepEqual(value, { a: { b: { x: "}\n", y: [1] } }, c: "}\n" });
    assert.deepEqual(diagnostics.map((d) => [d.severity, d.code, d.location.line, d.location.column]), [
      ["warning", "yaml-syntax", 7, 3],
    ]);
    const { start, end } = origins.locate(value!, "c", "key")!;
    assert.equal(written.slice(start, end), "c");
    const b = origins.locate(value!["a"] as object, "b")!;
    assert.equal(b.line, 2);
  }
});

Deno.test("what cannot be read so says what is wrong with the closing sign", () => {
  for (const text of ["b: {\n  x: 1 # a remark\n}\n", "b: [\n  # a remark\n]\n"]) {
    const { value, diagnostics: [first] } = composed(text);
    assert.equal(value, undefined);
    assert.equal(first!.severity, "error");
    assert.match(first!.message, /the [}\]] is not further right than the line it belongs to$/);
    assert.equal(first!.location.line, 3);
  }
  // Entries that stand too far left are another fault.
  assert.match(composed("a:\n  b: {\n  x: 1\n  }\n").diagnostics[0]!.message, /never closed/);
});
