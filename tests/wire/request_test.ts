/**
 * Requests as the wire writes them: what a value holds stays in its place, and llhttp reads what was meant.
 *
 * FUZZ_RUNS and FUZZ_SEED lengthen and vary the run.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Header } from "../../lib/upstream/outgoing.ts";
import { headerLines, RequestWriter } from "../../lib/upstream/wire/request_bytes.ts";
import { sequence } from "./answers.ts";
import { textOf } from "./bytes.ts";
import { loadLlhttp } from "./llhttp.ts";

const RUNS = Number(Deno.env.get("FUZZ_RUNS") ?? 20_000), SEED = Number(Deno.env.get("FUZZ_SEED") ?? 20_261);

const PIECES = [
  ..."abcXYZ019-_:;,= \t\r\n\0\x7f\x80\xe9\xff/?#%&\"'()<>{}",
  "é",
  "€",
  "\r\n",
  "\r\nHost: evil\r\n",
  "\r\n\r\nGET / HTTP/1.1\r\n",
];

Deno.test("a request that is written is read by llhttp as it was meant, or is not written", async () => {
  const llhttp = await loadLlhttp("requests"), random = sequence(SEED), writer = new RequestWriter();
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const text = (most: number) => {
    // Most values are plain: else nearly nothing would be written.
    const pieces = random() < 0.7 ? [..."abc XYZ-0/9\xe9"] : PIECES;
    return Array.from({ length: Math.floor(random() * most) }, () => pick(pieces)).join("");
  };
  let written = 0, refused = 0;
  for (let run = 0; run < RUNS; run++) {
    const method = random() < 0.95
      ? pick(["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"])
      : `GET${text(3)}`;
    const target = `/${random() < 0.8 ? pick(["", "a/b?c=d", "%20"]) : text(5)}`;
    const headers: Header[] = Array.from({ length: Math.floor(random() * 4) }, () => [
      random() < 0.8
        ? pick(["X-A", "Accept", "Content-Type", "Content-Length", "Transfer-Encoding", "Host"])
        : text(4),
      text(12),
    ]);
    const kind = random(), content = text(40);
    const body = method === "GET" || method === "HEAD" || kind < 0.3
      ? undefined
      : kind < 0.7
      ? content
      : new TextEncoder().encode(content);
    const what = `run ${run}: ${JSON.stringify({ method, target, headers, content })}`;
    let bytes: Uint8Array;
    try {
      const lines = `Host: x.test\r\n${headerLines({}, headers, "Test/1")}`;
      const sent = writer.write({ method, body }, target, lines, true);
      assert.equal(sent.rest, undefined);
      bytes = sent.first;
      written++;
    } catch (error) {
      assert.ok(error instanceof TypeError, what);
      refused++;
      continue;
    }
    if (!/^(GET|POST|PUT|DELETE|PATCH|HEAD)$/.test(method)) continue;
    const read = llhttp(method, [bytes]);
    assert.equal(read.outcome, "whole", `${what}: ${read.reason}`);
    assert.equal(read.surplus, false, what);
    assert.equal(read.url, target, what);
    assert.deepEqual(read.headers!.filter(([name]) => name === "host"), [["host", "x.test"]], what);
    const own = /^(host|content-length|transfer-encoding|accept-encoding)$/i;
    for (const [name, value] of headers) {
      if (own.test(name)) continue;
      const expected = value.replace(/^[ \t]+|[ \t]+$/g, "");
      assert.ok(
        read.headers!.some((h) => h[0] === name.toLowerCase() && h[1] === expected),
        `${what}: ${name}`,
      );
    }
    const sent = body === undefined
      ? ""
      : textOf(typeof body === "string" ? new TextEncoder().encode(body) : body);
    assert.equal(read.body, sent, what);
  }
  assert.ok(written > RUNS / 4 && refused > RUNS / 50, `${written} written, ${refused} refused`);
});

Deno.test("a header goes out one byte for each character", () => {
  const lines = headerLines({}, [["X-A", "\xe9\xff"]], "Test/1");
  const { first } = new RequestWriter().write(
    { method: "GET", body: undefined },
    "/",
    lines,
    true,
  );
  assert.match(textOf(first), /\r\nX-A: \xe9\xff\r\n/);
});

Deno.test("a large body does not go out with its head", () => {
  const writer = new RequestWriter(), body = new Uint8Array(200_000);
  const { first, rest, expects } = writer.write(
    { method: "POST", body },
    "/",
    "",
    true,
  );
  assert.match(textOf(first), /\r\nContent-Length: 200000\r\n\r\n$/);
  assert.equal(rest, body);
  assert.equal(expects, false);
});
