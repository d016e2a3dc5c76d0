import assert from "node:assert/strict";
import { check, measure } from "./check.ts";
import { VERSIONS } from "./dialect.ts";

Deno.test("measure() accepts a smallest document in every version", () => {
  for (const version of Object.keys(VERSIONS)) {
    const old = /alpha[12]$/.test(version);
    const consumes = [{ namespace: "a", type: "http", baseUri: "https://a.test" }];
    const document = { [old ? "naftiko" : "ikanos"]: version, consumes };
    assert.deepEqual(measure(document, version), [], version);
    assert.deepEqual(check(document), [], version);
    assert.notDeepEqual(
      measure({ ...document, [old ? "ikanos" : "naftiko"]: version }, version),
      [],
      version,
    );
  }
});

Deno.test("measure() lets no letter in that only folds to an ASCII one", () => {
  const named = (namespace: string) => ({
    ikanos: "1.0.0-beta5",
    consumes: [{ namespace, type: "http", baseUri: "https://a.test" }],
  });
  assert.equal(check(named("\u212Aelvin"))[0]?.code, "strict-pattern");
  assert.equal(check(named("a\n"))[0]?.code, "strict-pattern");
});

Deno.test("measure() ends on a value that holds itself", () => {
  const array: Record<string, unknown> = { type: "array" };
  array.items = array;
  const flow = { description: "d", call: "a.b", outputParameters: [array] };
  const aggregates = [{ display: "d", flows: { f: flow } }];
  const found = check({ ikanos: "1.0.0-beta5", aggregates });
  assert.ok(found.some((each) => /deeper than/.test(each.message)));
});
