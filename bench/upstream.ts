// deno-lint-ignore-file no-console
/**
 * The API of the benchmarks: answers 1 KB of JSON, 100 KB, or a list of 100 KB, at once or after a delay; over TLS where it is given a
 * certificate and its key.
 *
 * @module
 */
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";

const items = Array.from({ length: 10 }, (_, i) => ({
  id: `item-${i}`,
  amount: { value: 12.5 + i, currency: "EUR" },
  status: "succeeded",
  note: "x".repeat(18),
}));
const body = JSON.stringify({ data: items, total: items.length });
const large = JSON.stringify({ data: items, total: items.length, text: "x".repeat(100_000) });
/** Bytes already: whoever asks for it is to work more than this program. */
const list = new TextEncoder().encode(
  JSON.stringify({ data: Array.from({ length: 100 }, () => items).flat(), total: 1000 }),
);
const [cert, key] = Deno.args.map((path) => Deno.readTextFileSync(path));

async function answer(url: string): Promise<string | Uint8Array<ArrayBuffer>> {
  const delay = /[?&]delay=(\d+)/.exec(url)?.[1];
  if (delay !== undefined) await new Promise((resolve) => setTimeout(resolve, Number(delay)));
  return url.includes("large") ? large : url.includes("list") ? list : body;
}

const headers = { "content-type": "application/json" };
if (cert !== undefined && key !== undefined) {
  // Over TLS, `Deno.serve` sends head and body in two packets and waits 40 ms between them.
  const server = createServer({ cert, key }, async (request, response) => {
    const text = await answer(request.url ?? "/");
    response.writeHead(200, { ...headers, "content-length": text.length }).end(text);
  });
  server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));
} else {
  Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    onListen: ({ port }) => console.log(port),
  }, async (request) => new Response(await answer(request.url), { headers }));
}
