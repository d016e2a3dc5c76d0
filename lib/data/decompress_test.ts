import assert from "node:assert/strict";
import { decompress } from "./decompress.ts";

const packed = async (bytes: Uint8Array<ArrayBuffer>) =>
  new Uint8Array(
    await new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"))).arrayBuffer(),
  );

Deno.test("decompress() gives what was packed", async () => {
  const bytes = crypto.getRandomValues(new Uint8Array(60_000));
  const stream = decompress(new Blob([await packed(bytes)]).stream(), "gzip");
  assert.deepEqual(new Uint8Array(await new Response(stream as BodyInit).arrayBuffer()), bytes);
});

Deno.test("decompress() gives a bomb, and a bomb in a bomb, in chunks that can be counted", async () => {
  const once = await packed(new Uint8Array(100 << 20)), twice = await packed(once);
  assert.ok(twice.length < 2000);
  for (
    const stream of [
      decompress(new Blob([once]).stream(), "gzip"),
      decompress(decompress(new Blob([twice]).stream(), "gzip"), "gzip"),
    ]
  ) {
    const reader = stream.getReader();
    let size = 0;
    while (size < 4 << 20) {
      const { value } = await reader.read();
      assert.ok(value!.length <= 2 << 20, `${value!.length} bytes at once`);
      size += value!.length;
    }
    await reader.cancel().catch(() => {});
  }
});
