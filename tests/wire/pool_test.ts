/**
 * The limits of the pool: how many connections there are, who waits for one, and who gives way.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Connection, Host } from "../../lib/host/host.ts";
import { memoryHost } from "../../lib/host/memory.ts";
import { compileOperationCall } from "../../lib/upstream/call.ts";
import { type Door, openDoor } from "../../lib/upstream/door.ts";
import { context, failureOf, operation } from "../../lib/upstream/testing.ts";
import {
  IDLE_MS,
  MAX_AGE_MS,
  MAX_CONNECTIONS,
  MAX_IDLE_PER_ORIGIN,
  MAX_PER_ORIGIN,
} from "../../lib/upstream/wire/limits.ts";
import { bytesOf } from "./bytes.ts";

const ANSWER = bytesOf("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n42");

/** Servers in memory that answer when they are told, and count. */
class World {
  open = 0;
  most = 0;
  made = 0;
  /** Answers to requests that came and were not answered yet. */
  readonly held: (() => void)[] = [];
  /** Whether requests are answered at once. */
  atOnce = false;
  /** What they answer. */
  answer = ANSWER;
  readonly host: Host = memoryHost({
    connect: ({ signal }) => {
      signal?.throwIfAborted();
      this.made++;
      this.most = Math.max(this.most, ++this.open);
      return Promise.resolve(this.#connection());
    },
  });

  #connection(): Connection {
    let reading: { into: Uint8Array; resolve: (count: number | null) => void } | undefined;
    let ready = false, closed = false;
    const deliver = () => {
      if (!reading || !ready) return;
      ready = false;
      reading.into.set(this.answer);
      const { resolve } = reading;
      reading = undefined;
      resolve(this.answer.length);
    };
    return {
      address: "192.0.2.1",
      read: (into) =>
        new Promise((resolve) => {
          reading = { into, resolve };
          deliver();
        }),
      write: (from) => {
        const answer = () => {
          ready = true;
          deliver();
        };
        if (this.atOnce) queueMicrotask(answer);
        else this.held.push(answer);
        return Promise.resolve(from.length);
      },
      close: () => {
        if (!closed) this.open--;
        closed = true;
        reading?.resolve(null);
      },
      keepAlive() {},
      secure: () => Promise.reject(new Error("no TLS here")),
    };
  }
}

const call = (door: Door, origin: string, milliseconds = 60_000) =>
  compileOperationCall(operation(origin, { repeatable: false }), door)({ args: {} }, context(milliseconds));

/** Lets everything that can happen by itself happen. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

Deno.test("requests beyond the limit of an origin wait, in order, and all are answered", async () => {
  const world = new World(), door = openDoor(world.host), count = MAX_PER_ORIGIN + 300;
  const order: number[] = [];
  const all = Promise.all(Array.from({ length: count }, async (_, i) => {
    assert.equal((await call(door, "http://x.test")).value, 42);
    order.push(i);
  }));
  await settle();
  assert.equal(world.open, MAX_PER_ORIGIN);
  assert.equal(world.held.length, MAX_PER_ORIGIN);
  while (world.held.length > 0) {
    for (const answer of world.held.splice(0, 50)) answer();
    await settle();
  }
  await all;
  assert.equal(world.most, MAX_PER_ORIGIN);
  assert.deepEqual(order, Array.from({ length: count }, (_, i) => i));
});

Deno.test("a request that waits for a connection ends with its call, and takes none", async () => {
  const world = new World(), door = openDoor(world.host), awake = setInterval(() => {}, 1000);
  const all = Array.from({ length: MAX_PER_ORIGIN }, () => call(door, "http://x.test"));
  await settle();
  const data = await failureOf(call(door, "http://x.test", 30));
  assert.equal(data.code, "timeout");
  for (const answer of world.held) answer();
  await Promise.all(all);
  assert.equal(world.held.length, MAX_PER_ORIGIN);
  clearInterval(awake);
});

Deno.test("only so many connections wait for a request", async () => {
  const world = new World(), door = openDoor(world.host);
  const all = Array.from({ length: MAX_IDLE_PER_ORIGIN + 50 }, () => call(door, "http://x.test"));
  await settle();
  for (const answer of world.held) answer();
  await Promise.all(all);
  assert.equal(world.open, MAX_IDLE_PER_ORIGIN);
});

Deno.test("a connection that waits gives way where there are too many altogether", async () => {
  const world = new World(), door = openDoor(world.host);
  world.atOnce = true;
  for (let i = 0; i < MAX_CONNECTIONS + 20; i++) {
    assert.equal((await call(door, `http://x${i}.test`)).value, 42);
  }
  assert.equal(world.made, MAX_CONNECTIONS + 20);
  assert.equal(world.most, MAX_CONNECTIONS);
});

Deno.test("a request is answered all the same when every connection is in use for other origins", async () => {
  const world = new World(), door = openDoor(world.host), awake = setInterval(() => {}, 1000);
  const busy = Array.from({ length: MAX_CONNECTIONS }, (_, i) => call(door, `http://x${i % 8}.test`));
  await settle();
  assert.equal(world.open, MAX_CONNECTIONS);
  const late = call(door, "http://late.test");
  await settle();
  assert.equal(world.open, MAX_CONNECTIONS);
  for (const answer of world.held.splice(0)) answer();
  await Promise.all(busy);
  await settle();
  for (const answer of world.held) answer();
  assert.equal((await late).value, 42);
  clearInterval(awake);
});

Deno.test("a connection that has waited as long as the server keeps it is closed", async () => {
  const world = new World(), door = openDoor(world.host), awake = setInterval(() => {}, 1000);
  world.atOnce = true;
  // A second is taken off, so that the server does not close it under a request.
  world.answer = bytesOf("HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1\r\nContent-Length: 2\r\n\r\n42");
  assert.equal((await call(door, "http://short.test")).value, 42);
  assert.equal(world.open, 0);
  world.answer = bytesOf("HTTP/1.1 200 OK\r\nKeep-Alive: timeout=2\r\nContent-Length: 2\r\n\r\n42");
  assert.equal((await call(door, "http://longer.test")).value, 42);
  assert.equal(world.open, 1);
  while (world.open > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  clearInterval(awake);
});

/** Runs something while the clock stands where `at` says, in milliseconds from now. */
async function later(at: () => number, work: () => Promise<void>): Promise<void> {
  const { now } = performance;
  performance.now = () => now.call(performance) + at();
  try {
    await work();
  } finally {
    performance.now = now;
  }
}

Deno.test("a connection that has waited too long is not used, also where nobody had the time to close it", async () => {
  const world = new World(), door = openDoor(world.host);
  world.atOnce = true;
  await call(door, "http://busy.test");
  await call(door, "http://busy.test");
  assert.deepEqual([world.made, world.open], [1, 1]);
  // Something kept the program busy for so long.
  await later(() => IDLE_MS + 1000, async () => void await call(door, "http://busy.test"));
  assert.deepEqual([world.made, world.open], [2, 1]);
});

Deno.test("a connection that has grown old is not used again, however busy it is", async () => {
  const world = new World(), door = openDoor(world.host), step = IDLE_MS / 2;
  world.atOnce = true;
  let at = 0;
  await later(() => at, async () => {
    for (; at <= MAX_AGE_MS; at += step) await call(door, "http://old.test");
    assert.equal(world.made, 1);
    await call(door, "http://old.test");
    await call(door, "http://old.test");
  });
  assert.deepEqual([world.made, world.open], [2, 1]);
});
