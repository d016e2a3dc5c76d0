import assert from "node:assert/strict";
import { CallError, type ErrorCode } from "../upstream/error.ts";
import { Isolate } from "./isolate.ts";
import { makeThread } from "./make_thread.ts";
import { MAX_SCRIPTS } from "./task.ts";
import { compileScript as compileIn, type Script, type ScriptSource } from "./script.ts";

const isolate = new Isolate(makeThread);
const compileScript = (source: ScriptSource): Script => compileIn(source, isolate);

const run = (source: string, context: Record<string, unknown> = {}, more: Partial<ScriptSource> = {}) =>
  compileScript({ name: "s", file: "dir/s.js", source, ...more })(context);

const fails = (source: string, code: ErrorCode, message: RegExp, more: Partial<ScriptSource> = {}) =>
  assert.rejects(() => run(source, { a: 1 }, more), (error) => {
    assert.ok(error instanceof CallError, String(error));
    assert.match(error.data.message, message);
    assert.equal(error.data.code, code);
    assert.notEqual(error.data.hint, "");
    return true;
  });

Deno.test("compileScript() gives what the script assigns to result", async () => {
  assert.deepEqual(await run("result = { text: 'x', n: 1.5, flag: true, none: null, list: [1] }"), {
    text: "x",
    n: 1.5,
    flag: true,
    none: null,
    list: [1],
  });
  assert.equal(await run("var result = 1"), 1);
  assert.equal(await run("let result = 2"), 2);
  assert.equal(await run("const result = 3"), 3);
  assert.equal(await run("'use strict'; result = 4"), 4);
  assert.equal(await run("result = null"), null);
});

Deno.test("compileScript() gives undefined where nothing is assigned", async () => {
  assert.equal(await run("const x = 1"), undefined);
  assert.equal(await run(""), undefined);
});

Deno.test("compileScript() shows with-values and step outputs in context", async () => {
  const context = { "list-members": [{ id: 1, on: true }, { id: 2, on: false }], least: 2 };
  const source = "result = context['list-members'].filter((m) => m.on && context.least > 1).map((m) => m.id)";
  assert.deepEqual(await run(source, context), [1]);
});

Deno.test("compileScript() gives the script a copy", async () => {
  const context = { list: [1] };
  await run("context.list.push(2); context.more = 1; result = 1", context);
  assert.deepEqual(context, { list: [1] });
});

Deno.test("compileScript() evaluates dependencies first, in order", async () => {
  const dependencies = [
    { file: "a.js", text: "const twice = (n) => n * 2; function once(n) { return n; }" },
    { file: "b.js", text: "var four = (n) => twice(twice(n));" },
  ];
  assert.equal(await run("result = four(once(context.n))", { n: 3 }, { dependencies }), 12);
});

Deno.test("compileScript() makes a new world for each run", async () => {
  const script = compileScript({
    name: "s",
    source: "globalThis.n = (globalThis.n ?? 0) + 1; Array.prototype.map = null; result = n",
  });
  assert.deepEqual(await Promise.all([script({}), script({}), script({})]), [1, 1, 1]);
});

Deno.test("compileScript() waits for promises that resolve", async () => {
  assert.equal(await run("result = (async () => { await null; return 5; })()"), 5);
  assert.equal(await run("(async () => { await null; result = 6; })()"), 6);
  await fails("result = new Promise(() => {})", "misconfigured", /a promise that nothing resolves/);
  await fails("result = Promise.reject(new Error('no'))", "internal", /the script s failed: no/);
});

Deno.test("compileScript() tells errors by the script's own lines", async () => {
  await fails("const a = 1;\nthrow new Error('bad row')", "internal", /failed: bad row \(dir\/s\.js:2:\d+\)/);
  await fails("const a = ;", "misconfigured", /cannot be read: .* \(dir\/s\.js:1:\d+\)/);
  await fails("result = missing", "internal", /missing.* is not defined/);
  await fails("null.x", "internal", /failed: .*null/);
  await fails("throw 'text'", "internal", /it threw text/);
  await fails("throw null", "misconfigured", /out of memory|it threw/);
  await fails("throw { get message() { throw 1 } }", "internal", /without a message/);
  await fails("result = f()", "internal", /failed: in lib \(lib\.js:1:\d+\)/, {
    dependencies: [{ file: "lib.js", text: "function f() { throw new Error('in lib') }" }],
  });
});

Deno.test("compileScript() says why a result is no data", async () => {
  const cases: [string, RegExp][] = [
    ["result = () => 1", /it is a function/],
    ["result = { f() {} }", /its entry "f" is a function/],
    ["result = Symbol('x')", /it is a symbol/],
    ["result = {}; result.self = result", /refers to itself/],
    ["result = { get x() { throw new Error('boom') } }", /boom/],
    ["result = new Proxy({}, { ownKeys() { throw new Error('trap') } })", /trap/],
    ["result = 'x'.repeat(200)", /202 characters, and 100 are allowed/],
    // What a script says of itself is told in part.
    ["result = { ['x'.repeat(1e6)]() {} }", /^.{500,700}$/],
    ["result = { toJSON() { throw 'x'.repeat(1e6) } }", /^.{500,700}$/],
    ["result = { toJSON() { throw { message: 'x'.repeat(1e6) } } }", /^.{500,700}$/],
  ];
  for (const [source, reason] of cases) {
    await fails(source, "misconfigured", reason, { limits: { resultLength: 100 } });
  }
});

Deno.test("compileScript() stops what does not end", async () => {
  const never = [
    "while (true) {}",
    "for (;;) try { for (;;) {} } catch {}",
    "try { while (true) {} } finally { while (true) {} }",
    "function f() { f2() } function f2() { for (;;) {} } f()",
    "result = { toJSON() { for (;;) {} } }",
    "result = new Proxy({}, { ownKeys() { for (;;) {} } })",
    "function go() { Promise.resolve().then(go) } go()",
    "(async () => { for (;;) await null })()",
    "function* g() { for (;;) yield 1 } for (const x of g());",
    "/^(a+)+$/.test('a'.repeat(40) + 'b')",
    "throw { get message() { for (;;) {} } }",
  ];
  for (const source of never) {
    await fails(source, "misconfigured", /exceeded the statement limit \(10\)/, {
      limits: { statementLimit: 10 },
    });
  }
  await fails("while (true) {}", "timeout", /exceeded the limit of 50 ms/, {
    limits: { timeoutMs: 50, statementLimit: 1e12 },
  });
});

/** Each of these runs for minutes to ages inside one function of the engine, which nothing interrupts. */
const ENDLESS = [
  "[].indexOf.call({ length: 2 ** 53 - 1 }, 1)",
  "Array.prototype.every.call({ length: 2 ** 53 - 1 }, () => true)",
  "new Array(2 ** 32 - 1).sort()",
  "[[[Array(2 ** 32 - 1)]]].flat(Infinity)",
  "'a'.repeat(2e7).split('a'.repeat(1e7) + 'b')",
  "BigInt('9'.repeat(3e7))",
  "(2n ** 20000000n).toString()",
];

Deno.test("compileScript() stops what does not end inside a function of the engine", async () => {
  await Promise.all(ENDLESS.map((source) =>
    fails(source, "timeout", /exceeded the limit of 300 ms/, {
      limits: { timeoutMs: 300, statementLimit: 1e12, memoryBytes: 256 << 20 },
    })
  ));
  assert.equal(await run("result = 1"), 1);
});

Deno.test("compileScript() lets other scripts and this thread go on while one spins", async () => {
  const stop = new AbortController();
  const spinning = compileScript({ name: "spin", source: ENDLESS[0]! })({}, {
    deadline: Infinity,
    signal: stop.signal,
  });
  for (let i = 0; i < 20; i++) assert.equal(await run(`result = ${i}`), i);
  stop.abort();
  await assert.rejects(spinning, /cancelled/);
});

Deno.test("compileScript() goes on where more scripts are made than a worker knows", async () => {
  const scripts = Array.from(
    { length: MAX_SCRIPTS + 20 },
    (_, i) => compileScript({ name: `s${i}`, source: `result = ${i}` }),
  );
  for (const [i, script] of scripts.entries()) assert.equal(await script({}), i);
  for (const i of [0, 1, 100, scripts.length - 1]) assert.equal(await scripts[i]!({}), i);
});

Deno.test("compileScript() leaves the engine's functions as the language has them", async () => {
  const kept = [
    ["[1, 2, 3].indexOf(2)", 1],
    ["[3, 1, 2].sort().join('-')", "1-2-3"],
    ["[1].concat([2, [3]], 4).flat().length", 4],
    ["[1, 2].slice(-1)[0] + [5, 6].shift() + [1, 2, 3].splice(1, 1)[0]", 9],
    ["'a,b,c'.split(',').reverse().join('')", "cba"],
    ["'aXbX'.replace('X', (m) => m + 1) + 'aXbX'.replaceAll(/X/g, '')", "aX1bXab"],
    ["[].join.name", "join"],
    ["[1, [2, [3, [4]]]].flat(Infinity).join()", "1,2,3,4"],
    ["Object.keys([7]).join() + JSON.stringify(Object.keys(Array.prototype))", "0[]"],
    ["String([1, [2, null]]) + [].concat.call(1, 2).length", "1,2,2"],
    ["Array.from({ length: 3000 }, (_, i) => i).includes(2999)", true],
  ] as const;
  for (const [source, value] of kept) assert.equal(await run(`result = ${source}`), value, source);
  await fails("[].indexOf.call(null, 1)", "internal", /failed: .*\(dir\/s\.js:1:/);
  await fails("new [].join()", "internal", /not a constructor/);
});

Deno.test("compileScript() runs no longer than the call may", async () => {
  const script = compileScript({ name: "s", source: "while (true) {}", limits: { statementLimit: 1e12 } });
  const timeout = (error: unknown) => error instanceof CallError && error.data.code === "timeout";
  await assert.rejects(() => script({}, { deadline: performance.now() + 30 }), timeout);
  await assert.rejects(() => script({}, { deadline: performance.now() - 1 }), timeout);
  await assert.rejects(() => script({}, { deadline: Infinity, signal: AbortSignal.abort() }), timeout);
});

Deno.test("compileScript() bounds memory and depth, and the next run works", async () => {
  const limits = { memoryBytes: 4 << 20, statementLimit: 1e9, timeoutMs: 5000 };
  const greedy = [
    "const a = []; for (;;) a.push('x'.repeat(1000) + a.length)",
    "let s = 'x'; for (;;) s += s",
    "'x'.repeat(1 << 28)",
    "new Uint8Array(1 << 30)",
    "new ArrayBuffer(2 ** 31)",
    "const a = []; for (;;) a.push({})",
    "'x'.padEnd(1 << 29)",
  ];
  for (const source of greedy) {
    await assert.rejects(() => run(source, {}, { limits }), CallError, source);
    assert.equal(await run("result = 1"), 1);
  }
  await fails("function f() { f() } f()", "misconfigured", /recurses too deep/);
  await fails("let a = []; for (let i = 0; i < 1e5; i++) a = [a]; result = a", "misconfigured", /s/, {
    limits: { statementLimit: 1e9 },
  });
  await assert.rejects(() => run("JSON.parse('['.repeat(1e6))", {}, { limits }), CallError);
  await assert.rejects(() => run("eval('('.repeat(1e5))", {}, { limits }), CallError);
  await assert.rejects(() => run("new RegExp('('.repeat(1e5))", {}, { limits }), CallError);
  assert.equal(await run("result = 1"), 1);
});

Deno.test("compileScript() keeps the host out of reach", async () => {
  const probes = [
    "typeof process",
    "typeof Deno",
    "typeof require",
    "typeof fetch",
    "typeof setTimeout",
    "typeof WebAssembly",
    "typeof Worker",
    "typeof java",
    "this.constructor.constructor('return typeof process')()",
    "context.constructor.constructor('return typeof Deno')()",
    "console.log.constructor('return typeof Deno')()",
    "(async () => {}).constructor('return typeof Deno')() && 'undefined'",
    "(0, eval)('typeof Deno')",
    "new Function('return typeof globalThis.Deno')()",
    "Reflect.construct(Function, ['return typeof Deno'])()",
    "typeof globalThis.start + typeof globalThis.drain === 'undefinedundefined' ? 'undefined' : 'seen'",
  ];
  for (const probe of probes) assert.equal(await run(`result = ${probe}`), "undefined", probe);
  await fails("import.meta.url", "misconfigured", /cannot be read/);
  await fails("import x from 'node:fs'", "misconfigured", /cannot be read/);
  await fails("result = import('node:fs')", "internal", /failed/);
  await fails("result = import('data:text/javascript,1')", "internal", /failed/);
});

Deno.test("compileScript() cannot pollute the host through its result", async () => {
  const value = await run(
    'result = JSON.parse(\'{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}\')',
  );
  assert.equal(Object.getPrototypeOf(value), Object.prototype);
  assert.equal(({} as { polluted?: unknown }).polluted, undefined);
  await run(
    "Object.prototype.polluted = 1; Array.prototype.toJSON = () => 'x'; JSON.stringify = () => '!!'; result = 1",
  );
  assert.equal(({} as { polluted?: unknown }).polluted, undefined);
});

Deno.test("compileScript() is not fooled by a script that changes its own world", async () => {
  assert.deepEqual(await run("JSON.stringify = () => '{\"fake\":1}'; JSON = null; result = { real: 1 }"), {
    real: 1,
  });
  assert.deepEqual(await run("Object.defineProperty = null; String = null; result = [1]"), [1]);
});

Deno.test("compileScript() collects what the script writes to the console", async () => {
  const lines: string[] = [];
  const onLog = (more: readonly string[]) => lines.push(...more);
  await run("console.log('a', 1, { b: [2] }); console.error(undefined); result = 1", {}, { onLog });
  assert.deepEqual(lines, ['a 1 {"b":[2]}', "undefined"]);
  lines.length = 0;
  await assert.rejects(() => run("console.log('before'); throw new Error('x')", {}, { onLog }));
  assert.deepEqual(lines, ["before"], "what was written before an error is kept");
  lines.length = 0;
  await run("for (let i = 0; i < 5000; i++) console.log('x'.repeat(5000))", {}, {
    onLog,
    limits: { statementLimit: 1e9 },
  });
  assert.equal(lines.length, 1000);
  assert.equal(lines[0]!.length, 1000);
  lines.length = 0;
  await run("console.log(1); Array.prototype.toJSON = () => 5; result = 1", {}, { onLog });
  assert.deepEqual(lines, []);
});
