import assert from "node:assert/strict";
import type { Scope } from "../../expression/scope.ts";
import { compileLookup } from "./lookup.ts";

const entries = [{ id: 1, name: "one", x: { y: 1 } }, { id: "2", name: "two" }, { id: null, name: "none" }];
const list = (scope: Scope) => scope.steps?.["list"];
const scope = (list: unknown) => ({ args: {}, steps: { list } });

Deno.test("compileLookup() compares as text, and gives one object or null for one value", () => {
  const find = (value: unknown, fields: string[] = ["name"]) =>
    compileLookup(list, { name: "l", match: "id", outputParameters: fields }, () => value)(scope(entries));
  assert.deepEqual(find("1"), { name: "one" });
  assert.deepEqual(find(2), { name: "two" });
  assert.equal(find("3"), null);
  assert.equal(find(null), null);
  assert.equal(find("null"), null);
  assert.deepEqual(find(1, ["name", "gone"]), { name: "one", gone: null });
  assert.deepEqual(find(1, []), entries[0]);
});

Deno.test("compileLookup() gives those found, in order, for many values", () => {
  const find = compileLookup(list, { name: "l", match: "id", outputParameters: ["name"] }, () => [2, 9, 1]);
  assert.deepEqual(find(scope(entries)), [{ name: "two" }, { name: "one" }]);
  assert.deepEqual(find(scope(null)), []);
  assert.deepEqual(find(scope({ id: 2, name: "alone" })), [{ name: "alone" }]);
});

Deno.test("compileLookup() takes the first of several entries with one key", () => {
  const twice = scope([{ id: 1, name: "first" }, { id: "1", name: "second" }, { id: 2, name: "other" }]);
  const find = (value: unknown) =>
    compileLookup(list, { name: "l", match: "id", outputParameters: ["name"] }, () => value)(twice);
  assert.deepEqual(find(1), { name: "first" });
  assert.deepEqual(find([2, 1]), [{ name: "other" }, { name: "first" }]);
});

Deno.test("compileLookup() sees own fields only", () => {
  assert.equal(compileLookup(list, { name: "l", match: "constructor" }, () => "x")(scope([{}])), null);
  assert.deepEqual(
    compileLookup(list, { name: "l", match: "id", outputParameters: ["toString"] }, () => 1)(scope(entries)),
    { toString: null },
  );
});
