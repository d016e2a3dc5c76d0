// deno-lint-ignore-file no-console
/**
 * The API of the benchmarks: answers 1 KB of JSON, or 100 KB, at once or after a delay; over TLS where it is given a
 * certificate and its key.
 *
 * @module
 */
const items = Array.from({ length: 10 }, (_, i) => ({
  id: `item-${i}`,
  amount: { value: 12.5 + i, currency: "EUR" },
  status: "succeeded",
  note: "x".repeat(18),
}));
const body = JSON.stringify({ data: items, total: items.length });
const large = JSON.stringify({ data: items, total: items.length, text: "x".repeat(100_000) });
const [cert, key] = Deno.args.map((path) => Deno.readTextFileSync(path));

Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  ...(cert !== undefined && key !== undefined ? { cert, key } : {}),
  onListen: ({ port }) => console.log(port),
}, async (request) => {
  const delay = /[?&]delay=(\d+)/.exec(request.url)?.[1];
  if (delay !== undefined) await new Promise((resolve) => setTimeout(resolve, Number(delay)));
  return new Response(request.url.includes("large") ? large : body, {
    headers: { "content-type": "application/json" },
  });
});
