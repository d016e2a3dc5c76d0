/**
 * Where the wire connects is looked at before anything is sent: a name is worth what it leads to at that moment.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Connection } from "../../lib/host/host.ts";
import { memoryHost } from "../../lib/host/memory.ts";
import { callOperation } from "../../lib/upstream/call.ts";
import { openDoor } from "../../lib/upstream/door.ts";
import { argument, context, failureOf, operation } from "../../lib/upstream/testing.ts";
import { bytesOf } from "./bytes.ts";

/** A connection that leads to an address, and notes what is done with it. */
function connectionTo(address: string, done: string[]): Connection {
  let answered = false;
  return {
    address,
    read(into) {
      if (answered) return new Promise(() => {});
      answered = true;
      const answer = bytesOf("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n42");
      into.set(answer);
      return Promise.resolve(answer.length);
    },
    write(from) {
      done.push("write");
      return Promise.resolve(from.length);
    },
    close: () => void done.push("close"),
    keepAlive() {},
    secure() {
      done.push("secure");
      return Promise.resolve(connectionTo(address, done));
    },
  };
}

Deno.test("a name that leads to metadata is refused on the first call, before a byte is sent", async () => {
  for (const address of ["169.254.169.254", "::ffff:169.254.169.254", "fd00:ec2::254", "fe80::1%eth0"]) {
    for (const scheme of ["http", "https"]) {
      const done: string[] = [];
      // The look-up would have said something harmless: what answers it can change its mind.
      const host = memoryHost({
        names: { "rebinding.test": ["192.0.2.1"] },
        connect: () => Promise.resolve(connectionTo(address, done)),
      });
      const data = await failureOf(
        callOperation(operation(`${scheme}://rebinding.test`), { args: {} }, context(), openDoor(host)),
      );
      assert.equal(data.code, "blocked", data.message);
      assert.match(data.message, /metadata/);
      assert.equal(data.retryable, false);
      assert.deepEqual(done, ["close"], `${scheme} ${address}`);
    }
  }
});

Deno.test("a name is looked at again with every connection", async () => {
  const done: string[] = [], addresses = ["192.0.2.1", "169.254.169.254"];
  const host = memoryHost({ connect: () => Promise.resolve(connectionTo(addresses.shift()!, done)) });
  const door = openDoor(host),
    run = (time: number) => callOperation(operation("http://x.test"), { args: {} }, context(time), door);
  assert.equal((await run(60_000)).value, 42);
  // The first connection is in use until its silence ends the call; the second one leads elsewhere.
  const awake = setInterval(() => {}, 1000);
  const both = await Promise.all([failureOf(run(200)), failureOf(run(200))]);
  clearInterval(awake);
  assert.deepEqual(both.map(({ code }) => code).sort(), ["blocked", "timeout"]);
});

Deno.test("a path that leaves the base path is refused, however its dots are written", async () => {
  for (
    const [written, value] of [["/%2e%2e/admin/", "x"], ["/.%2E/admin/", "x"], [
      "/a/%2e%2e/%2e%2e/admin/",
      "x",
    ]]
  ) {
    const host = memoryHost({ connect: () => assert.fail("it must not connect") });
    const data = await failureOf(callOperation(
      operation("http://x.test", {
        base: { origin: "http://x.test", path: "/api" },
        reach: [{ origin: "http://x.test", path: "/api" }],
        path: [written!, { name: "v", get: () => value }],
      }),
      { args: {} },
      context(),
      openDoor(host),
    ));
    assert.equal(data.code, "blocked", `${written}: ${data.message}`);
  }
});

Deno.test("what a URL encodes, drops or turns is sent as a URL has it", async () => {
  const sent: string[] = [];
  const host = memoryHost({
    connect: () => {
      const connection = connectionTo("192.0.2.1", []);
      return Promise.resolve({
        ...connection,
        write(from: Uint8Array) {
          sent.push(new TextDecoder().decode(from).split(" HTTP/1.1")[0]!);
          return Promise.resolve(from.length);
        },
      });
    },
  });
  for (const path of ["/a b", "/a|b", "/ü", "/a%zz", "/a'b", "/.well-known/x", "/a#b", "/a\\b"]) {
    const door = openDoor(host);
    await callOperation(
      operation("http://x.test", { path: [path], query: [argument("q")] }),
      { args: { q: "'\"<>`{}|^ü" } },
      context(),
      door,
    );
    const [method, target] = sent.pop()!.split(" ");
    assert.equal(method, "GET");
    assert.match(target!, /^\/[\x21-\x7e]*$/);
    const url = new URL(`http://x.test${target}`);
    assert.equal(url.pathname + url.search, target, path);
  }
});
