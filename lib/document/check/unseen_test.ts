import assert from "node:assert/strict";
import { readSpecification } from "../read.ts";

/** The findings about characters that are not shown. */
function found(description: string, key = "description"): string[] {
  const text = JSON.stringify({
    ikanos: "1.0.0-beta5",
    capability: {
      exposes: [{
        type: "mcp",
        namespace: "m",
        port: 3001,
        tools: {
          t: { description: "d", outputParameters: [{ type: "string", value: "v" }], [key]: description },
        },
      }],
    },
  });
  const readText = () => "";
  return readSpecification("c.json", { readText }, { text }).diagnostics
    .filter(({ code }) => code === "invisible-character").map(({ message }) => message);
}

Deno.test("checkUnseen() tells of characters that a model reads and a person does not see", () => {
  for (
    const [text, code] of [
      ["Lists orders\u{e0049}\u{e0067}\u{e006e}ore", "U+E0049"],
      ["Lists\u200b orders", "U+200B"],
      ["Lists \u202esredro", "U+202E"],
      ["a\u2066b\u2069", "U+2066"],
      ["a\u2062b", "U+2062"],
      ["a\ufe01\ufe02\ufe03", "U+FE01"],
      ["a\u{e0101}\u{e0102}", "U+E0101"],
      ["a\u001b[2Jb", "U+001B"],
      ["a\u009b2Jb", "U+009B"],
    ] as const
  ) {
    const [message, ...more] = found(text);
    assert.ok(message?.includes(`(${code})`), `${code}: ${message}`);
    assert.deepEqual(more, []);
  }
});

Deno.test("checkUnseen() leaves what scripts, emoji and values need", () => {
  for (
    const text of [
      "Lists orders\n\tand items\r\n",
      "می‌خواهم", // a zero-width non-joiner of Persian
      "नमस्‍ते",
      "👩‍💻 ❤️ 👍🏽",
      "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f} and more",
      "שלום\u200f!",
      "soft\u00adhyphen",
    ]
  ) assert.deepEqual(found(text), [], text);
  assert.deepEqual(found("a\u001eb", "hint"), []);
});
