import assert from "node:assert/strict";
import fc from "fast-check";
import { compileJsonPath, JsonPathError } from "./json_path.ts";

const data = {
  a: { b: [1, 2, { c: 3 }] },
  "x y": 1,
  items: [{ n: 1, t: [1] }, { n: 2, t: [2, 3] }, { n: null }],
};

function get(path: string, node: unknown = data): unknown {
  return compileJsonPath(path).get(node);
}

Deno.test("compileJsonPath() finds what is there, and null where nothing is", () => {
  for (
    const [path, expected] of [
      ["$", data],
      ["$.", data],
      ["", data],
      ["$.a.b", [1, 2, { c: 3 }]],
      ["$['x y']", 1],
      ['$["x y"]', 1],
      ["$.a.b[0]", 1],
      ["$.a.b[-1].c", 3],
      ["$.a.b[7]", null],
      ["$.nope.deeper", null],
      ["a.b[1]", 2],
      ["$.items.length", 3],
      ["$.items.length()", 3],
    ] as const
  ) assert.deepEqual(get(path), expected, path);
});

Deno.test("compileJsonPath() gives an array for a path that may find several", () => {
  for (
    const [path, expected] of [
      ["$.items[*].n", [1, 2, null]],
      ["$.items[*].t[*]", [1, 2, 3]],
      ["$..c", [3]],
      ["$.items[?(@.n > 1)].n", [2]],
      ["$.items[0:2].n", [1, 2]],
      ["$.nope[*]", []],
    ] as const
  ) assert.deepEqual(get(path), expected, path);
  assert.deepEqual(get("$..c", null), []);
});

Deno.test("compileJsonPath() sees own properties only", () => {
  for (const path of ["$.__proto__", "$.constructor", "$.toString", "$.a.hasOwnProperty", "$['__proto__']"]) {
    assert.equal(get(path), null, path);
  }
});

Deno.test("compileJsonPath() refuses a path that cannot be read", () => {
  for (const path of ["$.a[", "$.a]", "$['a", "$.a[?(@.b]"]) {
    assert.throws(() => compileJsonPath(path), JsonPathError, path);
  }
});

Deno.test("compileJsonPath() runs no code: what looks like it is refused", () => {
  for (
    const path of [
      "$[?(@.constructor.constructor('globalThis.pwned = 1')())]",
      "$[?(this.constructor.constructor('globalThis.pwned = 1')())]",
      "$[(globalThis.pwned = 1)]",
    ]
  ) assert.throws(() => compileJsonPath(path), JsonPathError, path);
  assert.equal((globalThis as Record<string, unknown>)["pwned"], undefined);
});

Deno.test("compileJsonPath() gives up a path that looks at more values than there are", () => {
  let node: unknown = 1;
  for (let i = 0; i < 150; i++) node = { a: node, b: [1] };
  const path = compileJsonPath("$..*..*..*..*..*");
  assert.match(path.missing(node, "the answer")!, /million values/);
});

Deno.test("compileJsonPath() says why it found nothing", () => {
  const answer = { results: [{ id: 1 }], page: { next: null }, empty: [] };
  for (
    const [path, why] of [
      ["$.reslts[0].id", "the answer has no reslts: it has results, page, empty; did you mean results?"],
      ["$.results[0].idd", "$.results[0] has no idd: it has id; did you mean id?"],
      ["$.results[3].id", "$.results is a list of 1 element, so it has no [3]"],
      ["$.results.id", "$.results is a list of 1 element"],
      ["$.page.next.url", "$.page.next is null"],
      ["$.results[*].zzz", "$.results[*] has no zzz: it has id"],
      ["$.reslts[*].id", "the answer has no reslts: it has results, page, empty; did you mean results?"],
      ["$..zzz", "nothing in the answer is called zzz"],
      ["$.empty[0]", "$.empty is an empty list, so it has no [0]"],
      ["$.empty[*].id", undefined],
      ["$.results[?@.id > 7].id", undefined],
      ["$.page.next", undefined],
    ] as const
  ) assert.equal(compileJsonPath(path).missing(answer, "the answer"), why, path);
  assert.equal(compileJsonPath("$.a").missing(null, "the answer"), "the answer is null");
});

/** A value with few names, so that paths meet it. */
const tree = fc.letrec((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    fc.integer(),
    fc.constantFrom("a", "b", "text", ""),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("node"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("a", "b", "c"), tie("node"), { maxKeys: 3 }),
  ),
})).node;

Deno.test("compileJsonPath() finds by names and indexes what walking by hand finds", () => {
  const step = fc.oneof(fc.constantFrom("a", "b", "c"), fc.nat(2));
  fc.assert(
    fc.property(tree, fc.array(step, { minLength: 1, maxLength: 4 }), (node, steps) => {
      const path = "$" + steps.map((s) => typeof s === "number" ? `[${s}]` : `['${s}']`).join("");
      const dotted = "$" + steps.map((s) => typeof s === "number" ? `[${s}]` : `.${s}`).join("");
      let found: unknown = node;
      for (const s of steps) {
        found = typeof s === "number"
          ? Array.isArray(found) ? found[s] : undefined
          : found !== null && typeof found === "object" && !Array.isArray(found)
          ? (found as Record<string, unknown>)[s]
          : undefined;
      }
      assert.deepEqual(compileJsonPath(path).get(node), found ?? null, path);
      assert.deepEqual(compileJsonPath(dotted).get(node), found ?? null, dotted);
    }),
    { numRuns: 500 },
  );
});

Deno.test("compileJsonPath() fails with its own error alone, and what it reads never fails", () => {
  const piece = fc.constantFrom(
    ...[
      "$",
      "@",
      ".",
      "..",
      "[",
      "]",
      "(",
      ")",
      "?",
      "*",
      ":",
      ",",
      "'a'",
      '"b"',
      "a",
      "b",
      "0",
      "-1",
      "1e3",
    ],
    ...[
      "==",
      "!=",
      "<",
      ">=",
      "&&",
      "||",
      "!",
      "=~",
      " in ",
      " size ",
      " empty",
      "/a+/i",
      "['a','b']",
      "{'a':1}",
    ],
    ...[
      ".sum()",
      ".length()",
      ".first()",
      "length(",
      "count(",
      "match(@.a,'b*')",
      "true",
      "null",
      "\\",
      " ",
      "~",
      "^",
    ],
  );
  const text = fc.oneof(fc.array(piece, { maxLength: 12 }).map((parts) => "$" + parts.join("")), fc.string());
  fc.assert(
    fc.property(text, tree, (path, node) => {
      let compiled;
      try {
        compiled = compileJsonPath(path);
      } catch (error) {
        assert.ok(error instanceof JsonPathError, `${path}: ${error}`);
        return;
      }
      const found = compiled.get(node);
      assert.notEqual(found, undefined);
      if (!compiled.definite) assert.ok(Array.isArray(found), path);
      compiled.missing(node, "the answer");
    }),
    { numRuns: 3000 },
  );
});

Deno.test("compileJsonPath() gives up a path that finds the same things again and again", () => {
  let nested: unknown = "x".repeat(100_000);
  for (let i = 0; i < 900; i++) nested = { a: nested };
  const rows = { ids: Array.from({ length: 30_000 }, (_, id) => id), list: [] as unknown[] };
  for (let id = 0; id < 30_000; id++) rows.list.push({ id: -id - 1 });
  for (
    const [path, node] of [
      ["$..a", nested],
      ["$..*", nested],
      [`$[${Array(1000).fill("'a'").join(",")}]`, nested],
      ["$.list[?(@.id in $.ids)]", rows],
      ["$.list[?($.ids contains @.id)]", rows],
      ["$.list[?($.ids anyof $.ids)]", rows],
    ] as const
  ) {
    const compiled = compileJsonPath(path);
    // Saying why looks through everything again: each path is asked for one of the two.
    if (/^\$\.\.a|in \$/.test(path)) assert.match(compiled.missing(node, "the answer")!, /is given up/, path);
    else assert.deepEqual(compiled.get(node), [], path.slice(0, 30));
  }
  assert.equal((compileJsonPath("$..a").get({ a: { a: { b: 1 } } }) as unknown[]).length, 2);
  assert.equal(
    (compileJsonPath("$.list[?(@.id in $.ids)]").get({ ids: [1], list: [{ id: 1 }] }) as unknown[]).length,
    1,
  );
});

Deno.test("compileJsonPath() reads a path of any depth without exhausting the stack", () => {
  for (
    const path of ["$" + ".a".repeat(50_000), "$[?" + "(".repeat(50_000), "$[?" + "!".repeat(50_000) + "@.a]"]
  ) {
    try {
      compileJsonPath(path).get({});
    } catch (error) {
      assert.ok(error instanceof JsonPathError, String(error));
    }
  }
});
