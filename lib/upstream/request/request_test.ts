import assert from "node:assert/strict";
import fc from "fast-check";
import { CallError } from "../error.ts";
import { compileRequest } from "./request.ts";
import { argument, operation } from "../testing.ts";
import { reveal } from "../value.ts";

const hostile = fc.constantFrom(
  "//evil.example/",
  "http://evil.example",
  "\\\\evil\\",
  "?a=1&b=2#c",
  "%2e%2e%2f",
  "..",
  "a/../b",
  "@evil.example",
  ";v=1",
  "x&w=evil",
  "x; other=1",
  "\r\nX-Evil: 1",
  "\ud800",
  "\u2028",
  "é😀",
);
const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string(),
  hostile,
  fc.tuple(hostile, hostile).map((p) => p.join("")),
);

/** Builds a request; undefined where the values are refused. */
function build(changes: Parameters<typeof operation>[1], args: Record<string, unknown>) {
  try {
    return compileRequest(operation("http://api.example", changes), reveal)({ args });
  } catch (error) {
    assert.ok(error instanceof CallError && error.data.code === "invalid_arguments", String(error));
    return undefined;
  }
}

Deno.test("a value in a path is one segment there, and nothing else", () => {
  const changes = { base: { origin: "http://api.example", path: "/v1" }, path: ["/a/", argument("v"), "/b"] };
  fc.assert(fc.property(text, (v) => {
    const request = build(changes, { v });
    if (!request) return;
    const url = new URL(request.url);
    assert.equal(url.origin, "http://api.example");
    assert.equal(url.search + url.hash, "");
    const segments = url.pathname.split("/");
    assert.deepEqual([segments.length, segments[1], segments[2], segments[4]], [5, "v1", "a", "b"]);
    assert.equal(decodeURIComponent(segments[3]!), v.toWellFormed());
  }));
});

Deno.test("values and names in a query come out as they went in", () => {
  fc.assert(fc.property(text, fc.array(text), fc.string({ minLength: 1 }), (v, list, name) => {
    const request = build({
      query: [{ name: `n${name}`, get: ({ args }) => args["v"] }, argument("list"), argument("w")],
    }, { v, list, w: "end" });
    const url = new URL(request!.url);
    assert.equal(url.pathname + url.hash, "/");
    assert.deepEqual([...url.searchParams], [
      [`n${name}`.toWellFormed(), v.toWellFormed()],
      ...list.map((item) => ["list", item.toWellFormed()]),
      ["w", "end"],
    ]);
  }));
});

Deno.test("a value in a header is that header's alone, or refused", () => {
  fc.assert(fc.property(text, (v) => {
    const request = build({ headers: [argument("X-V"), argument("X-W")] }, { "X-V": v, "X-W": "w" });
    // deno-lint-ignore no-control-regex -- these are what a header cannot carry
    if (!request) return assert.match(v, /[\u0000-\u0008\u000a-\u001f\u007f]/);
    const headers = new Headers(request.headers as [string, string][]);
    assert.deepEqual([...headers.keys()].sort(), ["x-v", "x-w"]);
    const got = headers.get("x-v")!, bytes = Uint8Array.from(got, (c) => c.charCodeAt(0));
    const trimmed = v.toWellFormed().trim();
    assert.ok(got === trimmed || new TextDecoder().decode(bytes) === trimmed, JSON.stringify([v, got]));
  }));
});

Deno.test("a value in a cookie is that cookie's alone", () => {
  fc.assert(fc.property(text, text, (name, v) => {
    const request = build({
      cookies: [{ name: `c${name}`, get: ({ args }) => args["v"] }, argument("d")],
    }, { v, d: "end" })!;
    const header = request.headers.find(([key]) => key === "Cookie")![1];
    assert.match(header, /^[\x20-\x7e]*$/);
    const pairs = header.split("; ").map((
      pair,
    ) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]);
    assert.equal(pairs.length, 2);
    assert.deepEqual(pairs[1], ["d", "end"]);
    // What is percent-encoded already is sent as it is.
    if (!name.includes("%")) assert.equal(decodeURIComponent(pairs[0]![0]!), `c${name}`.toWellFormed());
    assert.doesNotMatch(pairs[0]![1]!, /[";,\\]/);
    if (!v.includes("%")) assert.equal(decodeURIComponent(pairs[0]![1]!), v.toWellFormed());
  }));
});
