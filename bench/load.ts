// deno-lint-ignore-file no-console
/**
 * The load generator: a process of its own that sends a fixed number of requests and tells how long they took.
 *
 * @module
 */
const [url, countText, concurrencyText, headersText, body] = Deno.args as [
  string,
  string,
  string,
  string,
  string,
];
const headers = JSON.parse(headersText) as Record<string, string>;
const count = Number(countText), concurrency = Number(concurrencyText);
let sent = 0, failed = 0;

async function worker(): Promise<void> {
  while (sent < count) {
    sent++;
    const response = await fetch(url, { method: "POST", headers, body });
    const text = await response.text();
    if (!response.ok || text.includes('"isError":true') || text.includes('"error"')) failed++;
  }
}

const start = performance.now();
await Promise.all(Array.from({ length: concurrency }, worker));
console.log(JSON.stringify({ ms: performance.now() - start, failed }));
