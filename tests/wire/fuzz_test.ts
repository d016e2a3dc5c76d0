/**
 * The wire against llhttp: answers, valid and broken, cut into packets anywhere. What the wire takes, llhttp takes, and
 * both read the same; what only llhttp takes, the wire refuses for a reason that is known.
 *
 * FUZZ_RUNS and FUZZ_SEED lengthen and vary the run; `deno task fuzz:wire` takes a long one.
 *
 * @module
 */
import assert from "node:assert/strict";
import { broken, packets, readByWire, sequence, validAnswer } from "./answers.ts";
import { textOf } from "./bytes.ts";
import { loadLlhttp } from "./llhttp.ts";

const RUNS = Number(Deno.env.get("FUZZ_RUNS") ?? 2000), SEED = Number(Deno.env.get("FUZZ_SEED") ?? 20_261);

/** Where the wire is stricter than llhttp, on purpose. */
const STRICTER = [
  /bytes? more came than it says/,
  /it has two Transfer-Encoding headers/,
  /there is a tab after its (?:Transfer-Encoding|Content-Length)/,
  /its Transfer-Encoding is .*, not chunked/,
  /its Content-Length is (?:empty|"\d{16,}")/,
  /it is HTTP\/1.0 and has a Transfer-Encoding/,
  /its status line (?:is|has a control character)/,
  // llhttp skips line breaks before an answer, and reads one that stands alone in some places.
  /there is a carriage return inside a line of its head/,
  /a line of its head ends without a carriage return/,
  /it begins with .*, not with HTTP/,
  /it begins with an empty line/,
  /its version is "(?:HTTP\/(?:2.0|0.9) )?"/,
  /Transfer-Encoding follows its body/i,
  // An extension with a name, an equals sign and no value.
  /what follows the size of a chunk is not an extension/,
];
/** Where llhttp is: an interim answer that speaks of closing the connection changes nothing. */
const LAXER = /^Data after `Connection: close`$/;

Deno.test("the wire and llhttp read valid answers alike, wherever the packets end", async () => {
  const llhttp = await loadLlhttp(), random = sequence(SEED);
  for (let run = 0; run < RUNS / 10; run++) {
    const { method, bytes } = validAnswer(random), cut = packets(bytes, random);
    const ours = await readByWire(method, cut), theirs = llhttp(method, cut);
    const what = `run ${run}: ${method} ${JSON.stringify(textOf(bytes))}`;
    assert.equal(ours.outcome, "whole", `${what}: ${ours.reason}`);
    assert.equal(theirs.outcome, "whole", `llhttp, ${what}: ${theirs.reason}`);
    assert.deepEqual(
      [ours.status, ours.headers, ours.body],
      [theirs.status, theirs.headers, theirs.body],
      what,
    );
  }
});

Deno.test("what the wire takes of broken answers llhttp takes too, and both read the same", async () => {
  const llhttp = await loadLlhttp(), random = sequence(SEED + 1), counts: Record<string, number> = {};
  for (let run = 0; run < RUNS; run++) {
    const { method, bytes } = validAnswer(random),
      changed = broken(bytes, random),
      cut = packets(changed, random);
    const ours = await readByWire(method, cut), theirs = llhttp(method, cut);
    const what = `run ${run}: ${method} ${JSON.stringify(textOf(changed))}`;
    const pair = `${ours.outcome}/${theirs.outcome}`;
    counts[pair] = (counts[pair] ?? 0) + 1;
    if (ours.outcome === "whole" && theirs.outcome === "whole") {
      assert.deepEqual(
        [ours.status, ours.headers, ours.body],
        [theirs.status, theirs.headers, theirs.body],
        what,
      );
    } else if (ours.outcome === "whole") assert.match(theirs.reason ?? "", LAXER, `${pair} ${what}`);
    else if (theirs.outcome === "whole" || (theirs.outcome === "unfinished" && ours.outcome === "refused")) {
      assert.ok(STRICTER.some((reason) => reason.test(ours.reason ?? "")), `${pair} ${ours.reason} ${what}`);
    }
    if (ours.outcome === "refused") assert.ok(ours.closed, what);
  }
  // Something of everything was tried.
  for (const pair of ["whole/whole", "refused/refused", "unfinished/unfinished", "refused/whole"]) {
    assert.ok((counts[pair] ?? 0) > 0, `${pair}: ${JSON.stringify(counts)}`);
  }
});
