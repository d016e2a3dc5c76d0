// deno-lint-ignore-file no-console
/**
 * The load generator: a process of its own that sends batches of requests as it is told on stdin, one JSON object a
 * line, and tells on stdout how long each batch took.
 *
 * @module
 */
import type { Batch } from "./measure.ts";

/** How many requests are under way at the same time, where the batch does not say. */
const CONCURRENCY = 16;

async function send({ url, method, headers, body, count, concurrency = CONCURRENCY }: Batch): Promise<void> {
  let sent = 0, failed = 0;
  const init = { method, headers, ...(body === undefined ? {} : { body }) };
  const sender = async () => {
    while (sent < count) {
      sent++;
      const response = await fetch(url, init), text = await response.text();
      if (!response.ok || text.includes('"isError":true') || text.includes('"error"')) failed++;
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: concurrency }, sender));
  console.log(JSON.stringify({ ms: performance.now() - start, failed }));
}

let rest = "";
for await (const chunk of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
  const lines = (rest + chunk).split("\n");
  rest = lines.pop()!;
  for (const line of lines) await send(JSON.parse(line) as Batch);
}
