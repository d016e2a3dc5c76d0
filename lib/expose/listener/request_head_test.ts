import assert from "node:assert/strict";
import { RequestFault } from "./request_fault.ts";
import { RequestReader } from "./request_head.ts";
import { bytesOf, echo, exchange, serveHttp } from "./testing.ts";

/** What a head is read as, in packets that end at some places. */
function read(bytes: Uint8Array, cuts: readonly number[]): string {
  const reader = new RequestReader("listener");
  reader.begin();
  try {
    for (const to of [...cuts, bytes.length]) {
      const head = reader.read(bytes, to);
      if (!head) continue;
      const { method, url, framing, length, keeps, expects } = head;
      return JSON.stringify([method, url, framing, length, keeps, expects, [...head.headers], reader.end]);
    }
    return "more";
  } catch (error) {
    assert.ok(error instanceof RequestFault, String(error));
    return `${error.status}`;
  }
}

/** Numbers that look random, the same each time. */
function random(seed: number): (below: number) => number {
  return (below) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor(seed / 2 ** 32 * below);
  };
}

const HEADS = [
  "POST /mcp?a=b HTTP/1.1\r\nHost: a:80\r\nContent-Length: 12\r\nAccept: x, y\r\nCookie: a=b\r\ncookie: c\r\n\r\n",
  "GET http://[::1]:3000/x HTTP/1.1\r\nHost: [::1]:3000\r\nConnection: Keep-Alive, close\r\n\r\n",
  "PUT / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
  "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nHost: a\r\nExpect: 100-continue\r\n\r\nnext",
];
const PIECES = [
  "\r",
  "\n",
  "\r\n",
  " ",
  "\t",
  ":",
  "\0",
  "\x7f",
  "\xff",
  "0",
  ",",
  "#",
  "@",
  "Host: b\r\n",
  "chunked",
  "/",
];

Deno.test("RequestReader reads the same from whatever packets, and fails in no other way than it says", () => {
  const below = random(Number(Deno.env.get("FUZZ_SEED") ?? 7)), kinds = new Set<string>();
  for (let round = 0; round < Number(Deno.env.get("FUZZ_RUNS") ?? 3000); round++) {
    let text = HEADS[below(HEADS.length)]!;
    for (let changes = below(4); changes > 0; changes--) {
      const at = below(text.length), gone = below(3);
      text = text.slice(0, at) + PIECES[below(PIECES.length)] + text.slice(at + gone);
    }
    const bytes = bytesOf(text),
      whole = read(bytes, []),
      cuts = [below(bytes.length), below(bytes.length)].sort((a, b) => a - b);
    // What is wrong in two ways may be refused for the other one.
    const isRefusal = /^\d/, cut = read(bytes, cuts);
    if (!isRefusal.test(whole) || !isRefusal.test(cut)) {
      assert.equal(cut, whole, JSON.stringify([text, cuts]));
    }
    kinds.add(whole.slice(0, 3));
  }
  // Most ways to be right and wrong were met.
  assert.ok(kinds.has("400") && kinds.has("501") && kinds.has('["P'), [...kinds].join(" "));
});

Deno.test("HttpServer reads valid requests as the runtime's server does", async () => {
  const theirs = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, seen);
  async function seen(request: Request): Promise<Response> {
    const { body } = await (await echo(request)).json();
    const { host: _, ...headers } = Object.fromEntries(request.headers);
    return Response.json([request.method, request.url, headers, body]);
  }
  await using ours = serveHttp(seen);
  const close = "Host: shop.example:81\r\nConnection: close\r\n";
  for (
    const request of [
      `GET / HTTP/1.1\r\n${close}\r\n`,
      `GET /a%2Fb/../c?d=%20&e=[1]&f={g}|"h" HTTP/1.1\r\n${close}X-A: 1\r\nx-a:2\r\nX-B:\t\r\nCookie: a=b\r\ncookie: c=d\r\n\r\n`,
      `OPTIONS /x HTTP/1.1\r\n${close}Origin: http://a\r\n\r\n`,
      `DELETE /x HTTP/1.1\r\n${close}Content-Length: 0\r\n\r\n`,
      `PATCH /x?y HTTP/1.1\r\n${close}Content-Type: text/plain\r\nContent-Length: 3\r\n\r\nabc`,
      `POST /x HTTP/1.1\r\n${close}Transfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n01;a\r\ne\r\n0\r\n\r\n`,
      `REPORT /x HTTP/1.1\r\n${close}X: \xe4\r\n\r\n`,
    ]
  ) {
    const bodyOf = (answer: string) => answer.slice(answer.indexOf("\r\n\r\n") + 4);
    const [a, b] = await Promise.all(
      [ours.port, theirs.addr.port].map((port) => exchange(port, bytesOf(request))),
    );
    assert.equal(bodyOf(a!), bodyOf(b!), request);
    assert.match(a!, /^HTTP\/1\.1 200 /);
  }
  await theirs.shutdown();
});
