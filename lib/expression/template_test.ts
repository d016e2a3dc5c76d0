import assert from "node:assert/strict";
import fc from "fast-check";
import { argument } from "./reference.ts";
import { Secret } from "./secret.ts";
import { UnfitValueError } from "./unfit.ts";
import { compileJson, compileParts, compileTemplate, isTemplate, parseTemplate } from "./template.ts";

const scope = (args: Record<string, unknown>) => ({ args });
const render = (text: string, args: Record<string, unknown>) => compileTemplate(text, argument)(scope(args));

Deno.test("compileTemplate() gives the value itself for a text that is one hole", () => {
  const list = [1, { a: 2 }];
  assert.equal(render("{{x}}", { x: list }), list);
  assert.equal(render("  {{{ x }}} ", { x: 0 }), 0);
  assert.equal(render("{{x}}", {}), undefined);
});

Deno.test("compileTemplate() puts values into longer text", () => {
  assert.equal(render("a {{x}}-{{y}}", { x: 1, y: { b: [true, null] } }), 'a 1-{"b":[true,null]}');
  assert.equal(render("({{gone}})", {}), "()");
  assert.equal(render("({{x}})", { x: null }), "()");
});

Deno.test("compileTemplate() lets no value change the structure of text that is JSON or XML", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (x) => {
    assert.deepEqual(JSON.parse(render('{"a": "x{{x}}y", "b": [{{x}}], "{{x}}": 1}', { x }) as string), {
      a: `x${x}y`,
      b: [x],
      [x]: 1,
    });
  }));
  assert.equal(render('"{{x}}"', { x: 'a"b' }), '"a\\"b"');
  assert.equal(
    render('<a b="{{x}}"><c/>{{x}}</a>', { x: '<"&' }),
    '<a b="&lt;&quot;&amp;"><c/>&lt;&quot;&amp;</a>',
  );
  assert.throws(() => render("<a>{{x}}</a>", { x: "\0" }), UnfitValueError);
  // What only begins like one of them is a text like any other.
  assert.equal(render("<{{x}}>; rel=next", { x: "<a>" }), "<<a>>; rel=next");
  assert.equal(render("[{{x}}] {{x}}", { x: '"' }), '["] "');
  assert.equal(render("<p>{{x}}", { x: "&" }), "<p>&");
});

Deno.test("compileTemplate() keeps a text secret that holds one, in JSON as elsewhere", () => {
  const got = compileTemplate('{"k": "{{KEY}}"}', () => () => new Secret('a"b'))({ args: {} });
  assert.equal((got as Secret).reveal(), '{"k": "a\\"b"}');
});

Deno.test("compileTemplate() never reads what it gives as a template", () => {
  fc.assert(fc.property(fc.string(), (value) => {
    assert.equal(render("<{{x}}>", { x: `{{y}}${value}`, y: "secret" }), `<{{y}}${value}>`);
  }));
});

Deno.test("compileTemplate() keeps a secret secret inside a longer text", () => {
  const value = compileTemplate("key={{k}}", () => () => new Secret("s3cret"))(scope({}));
  assert.ok(value instanceof Secret);
  assert.equal(String(value), "***");
  assert.equal(JSON.stringify({ value }), '{"value":"***"}');
  assert.equal(Deno.inspect(value), "***");
  assert.equal(value.reveal(), "key=s3cret");
});

Deno.test("parseTemplate() takes braces that make no hole as text", () => {
  for (const text of ["{x}", "{{x", "x}}", "{{}}", "{{ }}", "}}{{"]) {
    assert.equal(isTemplate(text), false, text);
    assert.deepEqual(parseTemplate(text), [text]);
  }
});

Deno.test("parseTemplate() loses nothing", () => {
  const piece = fc.oneof(fc.string(), fc.constantFrom("{{a}}", "{{ b.c }}", "{{{d}}}", "{", "}}"));
  fc.assert(fc.property(fc.array(piece), (pieces) => {
    const text = pieces.join("");
    const again = parseTemplate(text).map((part) =>
      typeof part === "string" ? part : text.slice(part.start, part.end)
    ).join("");
    assert.equal(again, text);
  }));
});

Deno.test("compileJson() leaves out keys and elements whose value is absent", () => {
  const get = compileJson({ a: "{{x}}", b: ["{{y}}", 1], c: "n={{y}}", "k{{x}}": true }, argument);
  assert.deepEqual(get(scope({ x: 5 })), { a: 5, b: [1], c: "n=", k5: true });
  assert.deepEqual(get(scope({ y: null })), { b: [null, 1], c: "n=", k: true });
});

Deno.test("compileJson() shares what never changes", () => {
  const get = compileJson({ fixed: { deep: [1, 2] }, x: "{{x}}" }, argument);
  const first = get(scope({ x: 1 })) as { fixed: object }, second = get(scope({ x: 2 })) as { fixed: object };
  assert.equal(first.fixed, second.fixed);
  assert.ok(Object.isFrozen(first.fixed));
});

Deno.test("compileJson() and argument() are safe against names of prototypes", () => {
  assert.equal(render("{{constructor}}", {}), undefined);
  assert.equal(render("{{x.constructor}}", { x: {} }), undefined);
  const made = compileJson(JSON.parse('{"__proto__": {"polluted": "{{x}}"}}'), argument)(
    scope({ x: 1 }),
  ) as object;
  assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
  assert.ok(Object.hasOwn(made, "__proto__"));
});

Deno.test("compileParts() keeps text and holes apart", () => {
  const parts = compileParts("/a/{{ id }}/b", argument);
  assert.deepEqual(parts.map((part) => typeof part === "string" ? part : part.name), ["/a/", "id", "/b"]);
});
