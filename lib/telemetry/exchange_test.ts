import assert from "node:assert/strict";
import { ExchangeWatch } from "./exchange.ts";

const TARGET = { name: "a.b", method: "POST", origin: "https://a", template: "/", traced: false };

function shown(use: (watch: ReturnType<ExchangeWatch["upstream"]>) => void): string[] {
  const lines: string[] = [];
  use(new ExchangeWatch((more) => lines.push(...more)).upstream(TARGET));
  return lines;
}

const redact = () => (text: string) => text.replaceAll("s3cret", "***");

Deno.test("ExchangeWatch shows a request and its answer, secrets out", () => {
  const lines = shown((watch) => {
    watch.sending({
      method: "POST",
      url: "https://a/x?key=s3cret",
      headers: [["Authorization", "Bearer a-token-nobody-declared"], ["Cookie", "id=1"], ["X-Key", "s3cret"]],
      body: '{\n"a": "s3cret"}',
    }, redact);
    watch.answered({
      status: 200,
      headers: new Headers({ "content-type": "text/plain", "set-cookie": "a=1" }),
    });
    watch.body!(new TextEncoder().encode("hello s3cret"));
    watch.end();
  });
  assert.deepEqual(lines.map((line) => line.replace(/after \d+ ms/, "after N ms")), [
    "> POST https://a/x?key=***",
    "> Authorization: Bearer ***",
    "> Cookie: ***",
    "> X-Key: ***",
    ">",
    "> {",
    '> "a": "***"}',
    "< 200 after N ms",
    "< content-type: text/plain",
    "< set-cookie: ***",
    "<",
    "< hello ***",
  ]);
});

Deno.test("ExchangeWatch cuts long bodies, and shows bytes by their number", () => {
  const lines = shown((watch) => {
    watch.sending({ method: "PUT", url: "https://a/", headers: [], body: Uint8Array.of(255, 254) }, redact);
    watch.body!("x".repeat(1990) + "s3cret" + "y".repeat(100_000));
    watch.end();
  });
  assert.deepEqual(lines.slice(1, 3), [">", "> (2 bytes)"]);
  assert.ok(lines.at(-1)!.endsWith("x***yyyyyyy…"), lines.at(-1)!.slice(-20));
});
