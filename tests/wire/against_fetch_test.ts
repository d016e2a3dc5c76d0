/**
 * The wire against the runtime's `fetch`: valid answers over real connections, read alike.
 *
 * FUZZ_RUNS lengthens the run.
 *
 * @module
 */
import assert from "node:assert/strict";
import { denoHost } from "../../lib/host/deno.ts";
import { Deadline } from "../../lib/upstream/time/deadline.ts";
import { openDoor } from "../../lib/upstream/door.ts";
import { serveRaw } from "../../lib/upstream/testing.ts";
import { packets, sequence, validAnswer } from "./answers.ts";
import { textOf } from "./bytes.ts";

const RUNS = Number(Deno.env.get("FUZZ_RUNS") ?? 3000) / 10;
const SEED = Number(Deno.env.get("FUZZ_SEED") ?? 20_261);

/** Headers that `fetch` keeps for itself or joins in another order. */
const LEFT_OUT = new Set(["set-cookie", "connection", "transfer-encoding", "content-length"]);

Deno.test("the wire and fetch read valid answers alike", async () => {
  const random = sequence(SEED);
  let cut: Uint8Array[] = [];
  await using server = serveRaw(async (connection) => {
    connection.setNoDelay(true);
    await connection.read(new Uint8Array(4096));
    for (const packet of cut) await connection.write(packet);
  });
  const home = { origin: server.origin, path: "" };
  const read = async (wire: "own" | "fetch", method: string) => {
    const clock = new Deadline({ deadline: performance.now() + 60_000 });
    try {
      const response = await openDoor(denoHost(() => {}), wire).send(
        { method, url: `${server.origin}/`, headers: [], body: undefined },
        { home, reach: [home], repeatable: false },
        clock,
      );
      const headers = new Map<string, string>();
      for (const [name] of response.headers) {
        if (!LEFT_OUT.has(name)) headers.set(name, response.headers.get(name)!);
      }
      const body = textOf(await response.bytes(1 << 20));
      return { status: response.status, headers: [...headers].sort(), body };
    } finally {
      clock.stop();
    }
  };
  for (let run = 0; run < RUNS; run++) {
    const { method, bytes } = validAnswer(random);
    cut = packets(bytes, random);
    const what = `run ${run}: ${method} ${JSON.stringify(textOf(bytes))}`;
    assert.deepEqual(await read("own", method), await read("fetch", method), what);
  }
});
