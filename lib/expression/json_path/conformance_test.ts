import assert from "node:assert/strict";
import { LongDecimal } from "../../data/long_decimal.ts";
import { compileJsonPath, JsonPathError } from "../json_path.ts";

/** A path, where it is tried, and what it finds. */
type Case = readonly [path: string, node: unknown, found: unknown];

const harbour = {
  ships: [
    { name: "Ada", tons: 12.5, flag: "NO", crew: ["a", "b"] },
    { name: "Bo", tons: 7, flag: "SE", crew: [] },
    { name: "bay", tons: 6, crew: ["c"], scrapped: null },
  ],
  port: { name: "Bergen", "deep sea": true, "a'b": 1, 'c"d': 2, "☺": 3 },
  limit: 6.5,
  wanted: ["Ada", "bay"],
};
const names = (path: string, found: readonly string[]): Case => [`$.ships[${path}].name`, harbour, found];
const list = ["a", "b", "c", "d", "e", "f", "g"];

function check(cases: readonly Case[]): void {
  for (const [path, node, found] of cases) {
    assert.deepEqual(compileJsonPath(path).get(node), found, path);
  }
}

Deno.test("compileJsonPath() reads names, quoted and not, with every escape", () => {
  check([
    ["$.port.name", harbour, "Bergen"],
    ["$['port']['deep sea']", harbour, true],
    ['$["port"]["a\'b"]', harbour, 1],
    ["$.port['a\\'b']", harbour, 1],
    ["$.port['c\"d']", harbour, 2],
    ['$.port["c\\"d"]', harbour, 2],
    ["$.port['\\u263A']", harbour, 3],
    ["$.port.☺", harbour, 3],
    ["$['\\uD834\\uDD1E']", { "𝄞": 1 }, 1],
    ["$['\\n\\t\\\\\\/']", { "\n\t\\/": 1 }, 1],
    ["$ .port [ 'name' ]", harbour, "Bergen"],
    ["$\n.port\t.name", harbour, "Bergen"],
    ["$.a", [1], null],
    ["$['0']", [1], null],
    ["$['length']", [1], null],
    ["$['a', 'c']", { a: 1, b: 2, c: 3 }, [1, 3]],
    ["$['a','a']", { a: 1 }, [1, 1]],
    ["$.", 1, 1],
    ["$.é", { é: 1 }, 1],
  ]);
});

Deno.test("compileJsonPath() reads indexes and slices as the RFC counts them", () => {
  check([
    ["$[0]", list, "a"],
    ["$[-1]", list, "g"],
    ["$[7]", list, null],
    ["$[-8]", list, null],
    ["$[0]", { 0: 1 }, null],
    ["$[0]", "text", null],
    ["$[1:3]", list, ["b", "c"]],
    ["$[5:]", list, ["f", "g"]],
    ["$[1:5:2]", list, ["b", "d"]],
    ["$[5:1:-2]", list, ["f", "d"]],
    ["$[::-1]", list, [...list].reverse()],
    ["$[:]", list, list],
    ["$[::]", list, list],
    ["$[-2:]", list, ["f", "g"]],
    ["$[:-5]", list, ["a", "b"]],
    ["$[1:5:0]", list, []],
    ["$[3:1]", list, []],
    ["$[-100:2]", list, ["a", "b"]],
    ["$[100:-100:-1]", list, [...list].reverse()],
    ["$[ 1 : 3 : 1 ]", list, ["b", "c"]],
    ["$[1:3]", { a: 1 }, []],
    ["$[0, 2, 0]", list, ["a", "c", "a"]],
    ["$[0, -1:]", list, ["a", "g"]],
  ]);
});

Deno.test("compileJsonPath() reads wildcards and descendants in the order of the document", () => {
  const tree = { a: [{ b: 1 }, { b: 2, c: [{ b: 3 }] }], b: { b: 4 }, n: null };
  check([
    ["$[*]", { a: 1, b: [2] }, [1, [2]]],
    ["$.*", [1, null], [1, null]],
    ["$.*", "text", []],
    ["$..b", tree, [{ b: 4 }, 1, 2, 3, 4]],
    ["$..[0]", [[1], [2]], [[1], 1, 2]],
    ["$..*", [[1], 2], [[1], 2, 1]],
    ["$..['b','c']", { x: { b: 1, c: 2 } }, [1, 2]],
    ["$.a[*].b", tree, [1, 2]],
    ["$.a..b", tree, [1, 2, 3]],
    ["$..zzz", tree, []],
    ["$..b", 3, []],
  ]);
});

Deno.test("compileJsonPath() reads filters with and without parentheses, and compares as the RFC does", () => {
  check([
    names("?@.tons<8", ["Bo", "bay"]),
    names("?(@.tons < 8)", ["Bo", "bay"]),
    names("? @.tons >= 7 && @.flag == 'SE'", ["Bo"]),
    names("?@.tons > 10 || @.flag=='SE'", ["Ada", "Bo"]),
    names("?!(@.flag)", ["bay"]),
    names("?!@.flag", ["bay"]),
    names("?@.flag != 'NO'", ["Bo", "bay"]),
    names("?@.tons > $.limit", ["Ada", "Bo"]),
    names("?@.scrapped", ["bay"]),
    names("?@.scrapped == null", ["bay"]),
    names("?@.nothing == @.nowhere", ["Ada", "Bo", "bay"]),
    names("?@.nothing == null", []),
    names("?@.tons == '7'", []),
    names("?'Bo' == @.name", ["Bo"]),
    names("?@['name'] < 'B'", ["Ada"]),
    names("?@.crew[0] == 'c'", ["bay"]),
    names("?@.crew[*]", ["Ada", "bay"]),
    names("?@.crew[?@ == 'b']", ["Ada"]),
    names("?(@.tons < 8 && (@.flag == 'SE' || @.name == 'bay'))", ["Bo", "bay"]),
    names("?@.crew == []", ["Bo"]),
    names("?@.tons === 7", ["Bo"]),
    names("?@.tons == 7.0", ["Bo"]),
    names("?@.tons == 70e-1", ["Bo"]),
    names("?@.name, ?@.tons == 7", ["Ada", "Bo", "bay", "Bo"]),
    ["$[?@ > 1]", { a: 1, b: 2 }, [2]],
    ["$[?@ == true]", [true, "true", 1], [true]],
    ["$[?@ <= true]", [true, false], [true]],
    ["$[?@ < 'b']", ["a", "b", 1, null], ["a"]],
    ["$[?@ < '\uffff']", ["𝄞", "a"], ["a"]],
    ["$[?@ == 9007199254740993]", [9007199254740993n, 9007199254740992n], [9007199254740993n]],
    ["$[?@ < 0.2]", [new LongDecimal("0.12345678901234567890"), 1n], [
      new LongDecimal("0.12345678901234567890"),
    ]],
    ["$[?@ == 9007199254740993]", [9007199254740992], []],
    ["$[?@.a == @.b]", [{ a: { x: [1] }, b: { x: [1] } }, { a: 1, b: 2 }], [{
      a: { x: [1] },
      b: { x: [1] },
    }]],
    ["$[?@.a-b == 1]", [{ "a-b": 1 }], [{ "a-b": 1 }]],
    ["$..[?@.b > 1].b", [{ b: 2, c: { d: { b: 3 } } }], [2, 3]],
  ]);
});

Deno.test("compileJsonPath() knows the functions of the RFC", () => {
  check([
    names("?length(@.name) == 3", ["Ada", "bay"]),
    names("?length(@.crew) > 1", ["Ada"]),
    names("?length(@.tons) == 1", []),
    names("?count(@.crew[*]) == 2", ["Ada"]),
    names("?count(@.crew) == 1", ["Ada", "Bo", "bay"]),
    names("?match(@.name, 'B.*')", ["Bo"]),
    names("?match(@.name, 'A')", []),
    names("?search(@.name, '[ao]')", ["Ada", "Bo", "bay"]),
    names("?!search(@.name, 'o$')", ["Ada", "bay"]),
    names("?value(@..crew) == @.crew", ["Ada", "Bo", "bay"]),
    names("?match(@.tons, '7')", []),
    ["$[?length(@) == 1]", ["𝄞", "ab", [1], { a: 1 }, 1], ["𝄞", [1], { a: 1 }]],
    ["$[?match(@.a, @.p)]", [{ a: "xx", p: "x+" }, { a: "x", p: "(" }], [{ a: "xx", p: "x+" }]],
    ["$[?match(@, 'a.c')]", ["abc", "a\nc", "a\u2028c"], ["abc", "a\u2028c"]],
  ]);
});

Deno.test("compileJsonPath() knows the operators and functions that Jayway's implementation adds", () => {
  check([
    names("?(@.name =~ /^b.*/i)", ["Bo", "bay"]),
    names("?(@.name =~ /b/i)", []),
    names("?(@.name in ['Bo','Ada'])", ["Ada", "Bo"]),
    names("?(@.name in $.wanted)", ["Ada", "bay"]),
    names("?(@.name nin ['Bo'])", ["Ada", "bay"]),
    names("?(@.crew subsetof ['a','b','x'])", ["Ada", "Bo"]),
    names("?(@.crew anyof ['b','c'])", ["Ada", "bay"]),
    names("?(@.crew noneof ['b'])", ["Bo", "bay"]),
    names("?(@.crew contains 'c')", ["bay"]),
    names("?(@.name contains 'd')", ["Ada"]),
    names("?(@.crew size 2)", ["Ada"]),
    names("?(@.crew empty true)", ["Bo"]),
    names("?(@.crew empty false)", ["Ada", "bay"]),
    names("?(@.crew empty)", ["Bo"]),
    names("?(@.crew.length() > 1)", ["Ada"]),
    names("?(@.crew.length > 1)", ["Ada"]),
    names("?(@.tons == $.ships[*].tons.max())", ["Ada"]),
    ["$.ships[*].tons.sum()", harbour, 25.5],
    ["$.max($.ships[*].tons)", harbour, 12.5],
    ["$.ships[*].tons.min()", harbour, 6],
    ["$.ships[*].tons.avg()", harbour, 8.5],
    ["$.ships.length()", harbour, 3],
    ["$.ships.size()", harbour, 3],
    ["$.ships[*].length()", harbour, 3],
    ["$.port.name.length()", harbour, 6],
    ["$.keys()", harbour, ["ships", "port", "limit", "wanted"]],
    ["$.ships.first().name", harbour, "Ada"],
    ["$.ships[*].name.last()", harbour, "bay"],
    ["$.ships[*].name.index(1)", harbour, "Bo"],
    ["$.wanted.concat('!')", harbour, "Adabay!"],
    ["$.nowhere.sum()", harbour, null],
    ["$.sum()", [0.1, 0.2], 0.3],
    ["$.sum()", ["1", 2, null, "x"], 3],
    ["$.stddev()", [2, 4, 4, 4, 5, 5, 7, 9], 2],
    ["$.ships[(@.length-1)].name", harbour, "bay"],
    ["$.ships[?(@.tons < 8)].tons.sum()", harbour, 13],
  ]);
});

Deno.test("compileJsonPath() says whether a path finds one thing or a list", () => {
  for (
    const path of [
      "$",
      "$.a",
      "$.a[0]['b']",
      "$.a[*].sum()",
      "$..a.first()",
      "$.max($.a[*])",
      "$..a.first().b",
    ]
  ) {
    assert.equal(compileJsonPath(path).definite, true, path);
  }
  for (const path of ["$.*", "$..a", "$[0,1]", "$[0:1]", "$[?@.a]", "$.a[*].b", "$.a.keys()[*]"]) {
    assert.equal(compileJsonPath(path).definite, false, path);
  }
});

Deno.test("compileJsonPath() refuses what it does not know, and says where", () => {
  for (
    const [path, offset, message] of [
      ["$.a[", 3, /\[ is never closed/],
      ["$.a]", 3, /there is no \[ for this \]/],
      ["$['a", 2, /a ' is never closed/],
      ["$.a[?(@.b]", 9, /\) is expected/],
      ["$.a..", 5, /ends after \.\./],
      ["$.a[?@.b = 1]", 9, /= compares nothing/],
      ["$.a[?@.b + 1 == 2]", 9, /do not calculate/],
      ["$.a[?@[*] == 1]", 5, /compares one value/],
      ["$.a[?foo(@.b)]", 5, /no function foo/],
      ["$.a.fst()", 4, /no function fst/],
      ["$.a[?length(@.b)]", 5, /something to be compared/],
      ["$.a[?match(@.b, 'x') == true]", 5, /cannot be compared/],
      ["$.a[?match(@.b)]", 5, /takes two/],
      ["$.a[?length(@[*]) > 1]", 12, /takes one value/],
      ["$.a[?count('x') > 1]", 11, /takes a path/],
      ["$.a[?@.b =~ /(?=x)/]", 12, /looks around/],
      ["$.a[?@.b =~ /(a)\\1/]", 12, /refers to a group/],
      ["$.a[?match(@.b, '(')]", 5, /never closed/],
      ["$.a[?@.b == x]", 12, /not "x"/],
      ["$.a[01]", 4, /leading zero/],
      ["$.a[-0]", 4, /leading zero/],
      ["$.a[9007199254740992]", 4, /too large/],
      ["$.a['\\x']", 5, /not an escape/],
      ["$.a['\\ud800']", 5, /half of a surrogate pair/],
      ["$.a[1 2]", 6, /comma or \]/],
      ["$.a[]", 4, /is expected between/],
      ["$.a^", 3, /not part of JSONPath/],
      ["$.a~", 3, /not part of JSONPath/],
      ["$.a[(@.x)]", 4, /code in a path/],
      ["$.a == 1", 4, /no meaning here/],
      ["a.b[", 3, /never closed/],
    ] as const
  ) {
    assert.throws(() => compileJsonPath(path), (error) => {
      assert.ok(error instanceof JsonPathError, `${path}: ${error}`);
      assert.match(error.message, message, path);
      assert.equal(
        error.message.match(/position (\d+)/)?.[1],
        String(offset + 1),
        `${path}: ${error.message}`,
      );
      return true;
    }, path);
  }
});
