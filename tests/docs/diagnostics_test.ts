/**
 * The page of diagnostics and the list of codes say the same, and each example does what it says.
 *
 * @module
 */
import assert from "node:assert/strict";
import { resolveBinds } from "../../lib/plan/binds/binds.ts";
import { compileCapability } from "../../lib/expose/compile.ts";
import { CODES } from "../../lib/document/diagnostics/codes.ts";
import { unservable } from "../../lib/expose/servable.ts";
import type { Diagnostic } from "../../lib/document/diagnostics/diagnostic.ts";
import { heldToFolders } from "../../lib/document/files/files.ts";
import { readSpecification } from "../../lib/document/read.ts";
import { strictCheck } from "../../lib/document/strict/mod.ts";

interface Entry {
  readonly code: string;
  readonly severity: string;
  readonly bad: string | undefined;
  readonly good: string | undefined;
  /** Files that stand beside the examples, by name. */
  readonly beside: ReadonlyMap<string, string>;
}

/** The entries of the page. */
function entries(page: string): Entry[] {
  return page.split(/^### /m).slice(1).map((text) => {
    const fences = [...text.matchAll(/^(Bad|Good|Beside it, `([^`]+)`):\n\n```[^\n]*\n([\s\S]*?)^```$/gm)];
    const example = (title: string) => fences.find((fence) => fence[1] === title)?.[3];
    return {
      code: /^`([^`]+)`/.exec(text)?.[1] ?? "",
      severity: /^(Error|Warning|Info)\./m.exec(text)?.[1]?.toLowerCase() ?? "",
      bad: example("Bad"),
      good: example("Good"),
      beside: new Map(
        fences.filter((fence) => fence[2] !== undefined).map((fence) => [fence[2]!, fence[3]!]),
      ),
    };
  });
}

/** Everything that is found in a document: by reading, by compiling, and by strict checking when it is asked for. */
async function findings(file: string, files: ReadonlyMap<string, string>, strict: boolean) {
  const readText = heldToFolders((path: string) => {
    const text = files.get(path.replace(/^\.\//, ""));
    if (text === undefined) throw new Deno.errors.NotFound(`No such file: ${path}`);
    return text;
  });
  if (strict) return strictCheck(file, readText(file));
  const spec = readSpecification(file, { readText });
  const binds = resolveBinds(spec, { env: () => undefined, readText });
  const capability = await compileCapability(spec, { binds: binds.values, readText });
  const found: Diagnostic[] = [
    ...[...spec.diagnostics, ...binds.diagnostics, ...capability.diagnostics],
    ...[...spec.leniencies ?? [], ...capability.leniencies],
    ...unservable(capability).map(({ diagnostic }) => diagnostic),
  ];
  return found;
}

const PAGE = entries(Deno.readTextFileSync(new URL("../../docs/diagnostics.md", import.meta.url)));

Deno.test("docs/diagnostics.md lists every code once, and no other", () => {
  assert.deepEqual(PAGE.map((entry) => entry.code).sort(), Object.keys(CODES).sort());
});

for (const entry of PAGE) {
  const { code, severity, bad, good, beside } = entry, strict = code.startsWith("strict-");
  Deno.test(`docs/diagnostics.md shows ${code} with examples that do what they say`, async () => {
    assert.ok(good !== undefined, "there is a good example");
    assert.ok(bad !== undefined || code === "unreadable-file", "there is a bad example");
    const file = bad === undefined ? "absent.yml" : "example.yml";
    const wrong = await findings(
      file,
      bad === undefined ? beside : new Map([...beside, ["example.yml", bad]]),
      strict,
    );
    const found = wrong.filter((each) => each.code === code);
    assert.ok(
      found.length > 0,
      `the bad example gives ${wrong.map((each) => each.code).join(", ") || "nothing"}`,
    );
    assert.equal(found[0]!.severity, severity);
    assert.ok(found[0]!.fix, "a finding says what to do");
    if (!strict) {
      for (const { message, fix } of wrong) {
        assert.doesNotMatch(
          message,
          /\.$|^[A-Z][a-z]+ (?!does\b|cannot\b)/,
          `lower case, no full stop: ${message}`,
        );
        assert.doesNotMatch(fix ?? "", /[^.]\.$|^[A-Z][a-z]/, `lower case, no full stop: ${fix}`);
      }
    }
    assert.equal(found[0]!.location.file, code === "import-cycle" ? "circle.yml" : file);
    const right = await findings("example.yml", new Map([...beside, ["example.yml", good]]), strict);
    assert.deepEqual(
      right.filter((each) => strict || each.code === code || each.code === "yaml-syntax").map((each) =>
        each.message
      ),
      [],
      "the good example does not give it",
    );
  });
}
