import assert from "node:assert/strict";
import { masking } from "./masked_stream.ts";

async function masked(secrets: string[], chunks: string[]): Promise<string> {
  const encoder = new TextEncoder(), body = ReadableStream.from(chunks.map((chunk) => encoder.encode(chunk)));
  const mask = masking(secrets);
  return await new Response(mask ? body.pipeThrough(mask) : body).text();
}

Deno.test("masking() hides a secret wherever the chunks part it, and changes no other byte", async () => {
  const text = "before secret-token after, sécret-é-token, secret-toke, secret-secret-token";
  const hidden = text.replaceAll("secret-token", "*".repeat(12)).replace("sécret-é-token", "*".repeat(16));
  for (let size = 1; size <= text.length; size++) {
    const chunks = text.match(new RegExp(`[\\s\\S]{1,${size}}`, "g"))!;
    assert.equal(await masked(["secret-token", "sécret-é-token"], chunks), hidden, `chunks of ${size}`);
  }
});

Deno.test("masking() hides overlapping secrets, and looks for none that is short", async () => {
  assert.equal(await masked(["aaaaaaaaaa"], ["aaaaaa", "aaaaaab"]), `${"*".repeat(12)}b`);
  assert.equal(await masked(["abcdefgh", "efghijkl"], ["abcdefghijkl"]), "*".repeat(12));
  for (const chunks of [["abcdefgh", "ijkl"], ["abcdef", "ghijk", "l"]]) {
    assert.equal(await masked(["abcdefgh", "efghijkl"], chunks), "*".repeat(12));
  }
  assert.equal(await masked(["abcdefgh", "efghijkl"], ["abcdefgh", "-"]), `${"*".repeat(8)}-`);
  assert.equal(masking(["short", ""]), undefined);
});
