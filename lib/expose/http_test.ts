import assert from "node:assert/strict";
import { listen, ListenError, originCheck, readBody } from "./http.ts";

const request = (url: string, origin?: string) =>
  new Request(url, origin === undefined ? {} : { headers: { origin } });

Deno.test("originCheck() lets nobody else's page in on loopback", () => {
  const check = originCheck("127.0.0.1");
  for (
    const [url, origin, passes] of [
      ["http://127.0.0.1:3001/", undefined, true],
      ["http://localhost:3001/mcp", undefined, true],
      ["http://[::1]:3001/", undefined, true],
      ["http://evil.example:3001/", undefined, false],
      ["http://127.0.0.1.evil.example/", undefined, false],
      ["http://localhost:3001/", "http://localhost:5173", true],
      ["http://localhost:3001/", "https://evil.example", false],
      ["http://localhost:3001/", "null", false],
      ["http://localhost:3001/", "file://", false],
      ["http://localhost:3001/", "http://localhost.evil.example", false],
      // A name below localhost is not this machine: whoever looks it up decides.
      ["http://localhost:3001/", "http://evil.localhost", false],
      ["http://evil.localhost:3001/", undefined, false],
      ["http://127.0.0.256:3001@evil.example/", undefined, false],
    ] as const
  ) assert.equal(check(request(url, origin)) === undefined, passes, `${url} from ${origin}`);
});

Deno.test("originCheck() lets no image, link or frame of somebody else's page in", () => {
  for (const hostname of ["127.0.0.1", "0.0.0.0"]) {
    const check = originCheck(hostname);
    for (
      const [site, passes] of [["cross-site", false], ["same-site", true], ["same-origin", true], [
        "none",
        true,
      ]] as const
    ) {
      const headers = { "sec-fetch-site": site, "sec-fetch-mode": "no-cors" };
      assert.equal(
        check(new Request("http://127.0.0.1:3001/orders/cancel", { headers })) === undefined,
        passes,
        site,
      );
      const posted = new Request("http://127.0.0.1:3001/orders", { method: "POST", headers });
      assert.equal(check(posted) === undefined, passes, `POST ${site}`);
    }
    // A page on another loopback name says who it is.
    const headers = { "sec-fetch-site": "cross-site", origin: "http://localhost:5173" };
    assert.equal(check(new Request("http://127.0.0.1:3001/orders", { headers })), undefined);
  }
});

Deno.test("originCheck() takes nothing for a host that is none, wherever it listens", () => {
  // A server gives the address of a request as it came: it need not be one that can be read.
  const asked = (url: string, origin?: string) =>
    ({ url, method: "GET", headers: new Headers(origin === undefined ? {} : { origin }) }) as Request;
  for (const hostname of ["127.0.0.1", "0.0.0.0"]) {
    const check = originCheck(hostname);
    for (
      const host of [
        "localhost:evil",
        "localhost:80:80",
        "[::1]evil",
        "[::1",
        "a@b:evil",
        "",
        "a b",
        "localhost:999999",
      ]
    ) {
      assert.equal(check(asked(`http://${host}/`))?.status, 403, `${host} at ${hostname}`);
      assert.equal(check(asked("http://localhost:1/", `http://${host}`))?.status, 403, `from ${host}`);
    }
  }
});

Deno.test("originCheck() compares Origin with Host where any address is served", () => {
  const check = originCheck("0.0.0.0");
  assert.equal(check(request("http://shop.example/")), undefined);
  assert.equal(check(request("http://shop.example/", "http://shop.example")), undefined);
  assert.equal(check(request("http://shop.example/", "http://other.example"))?.status, 403);
});

Deno.test("listen() says that a port is taken, and names the flag", async () => {
  const first = listen({ hostname: "127.0.0.1", port: 0, handler: () => new Response() });
  assert.throws(
    () => listen({ hostname: "127.0.0.1", port: first.port, handler: () => new Response() }),
    (error: Error) => {
      assert.ok(error instanceof ListenError);
      assert.match(error.message, new RegExp(`port ${first.port} is already in use.*--port`));
      return true;
    },
  );
  await first.close();
});

Deno.test("listen() finishes the calls in flight when it closes", async () => {
  let answer: () => void;
  const asked = new Promise<void>((resolve) => answer = resolve);
  const listener = listen({
    hostname: "127.0.0.1",
    port: 0,
    handler: async () => {
      answer();
      await new Promise((resolve) => setTimeout(resolve, 100));
      return new Response("done");
    },
  });
  const response = fetch(listener.url);
  await asked;
  await listener.close();
  assert.equal(await (await response).text(), "done");
});

Deno.test("listen() answers a handler's mistake without its inside", async () => {
  const listener = listen({
    hostname: "127.0.0.1",
    port: 0,
    handler: () => {
      throw new Error("secret detail");
    },
  });
  const response = await fetch(listener.url), text = await response.text();
  assert.equal(response.status, 500);
  assert.doesNotMatch(text, /secret detail|at /);
  await listener.close();
});

Deno.test("readBody() stops at the limit, whatever the length says", async () => {
  const stream = () => ReadableStream.from([new Uint8Array(10), new Uint8Array(10)]);
  const init = (body: BodyInit) => new Request("http://x/", { method: "POST", body });
  assert.equal((await readBody(init(stream()), 20))!.length, 20);
  assert.equal(await readBody(init(stream()), 19), undefined);
  assert.equal((await readBody(init("12345"), 5))!.length, 5);
});
