import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { readAll } from "./corpus.ts";

const TOOL = fileURLToPath(new URL("corpus.ts", import.meta.url));

Deno.test("the corpus task says what it needs where nothing can be fetched", async () => {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", TOOL, "--from", "/nowhere/at/all"],
    stdout: "null",
    stderr: "piped",
  }).output();
  const text = new TextDecoder().decode(stderr);
  assert.equal(code, 1);
  assert.match(
    text,
    /^corpus: the corpus cannot be fetched from \/nowhere\/at\/all: |^corpus: git cannot be run: /,
  );
  assert.doesNotMatch(text, /\n\s+at /, "no stack");
});

Deno.test("readAll() reads every document, those with errors too, and passes over other YAML", async () => {
  const folder = await Deno.makeTempDir({ prefix: "capstan-" });
  try {
    const write = (name: string, text: string) => Deno.writeTextFile(`${folder}/${name}`, text);
    await write("good.yml", "ikanos: 1.0.0-beta5\ncapability: { exposes: [] }\n");
    await write("bad.yml", "naftiko: '0.5'\ncapability: [\n");
    await write("other.yaml", "jobs: {}\n");
    await write("ikanos-schema.json", `{"$schema": "https://json-schema.org/draft/2020-12/schema"}`);
    const { documents, withErrors, schemas } = readAll(folder);
    assert.deepEqual({ documents, schemas }, { documents: 2, schemas: 1 });
    assert.ok(withErrors >= 1);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
