import assert from "node:assert/strict";
import { shop } from "../../../../tests/mcp/shop.ts";
import { ownerOf } from "./tasks.ts";

const META = (extensions: object) => ({
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientCapabilities": { extensions },
});
const TASKS = { "io.modelcontextprotocol/tasks": {} };

Deno.test("who listens for a task hears how it fares, and of nobody else's", async () => {
  const { handle, server, close } = await shop();
  const listen = async (taskIds: unknown, extensions: object = TASKS) => {
    const response = await handle(
      new Request("http://127.0.0.1/mcp", {
        method: "POST",
        headers: {
          "content-type": "application/json",
          accept: "application/json, text/event-stream",
          "mcp-protocol-version": "2026-07-28",
          "mcp-method": "subscriptions/listen",
        },
        body: JSON.stringify({
          jsonrpc: "2.0",
          id: 7,
          method: "subscriptions/listen",
          params: { notifications: { taskIds }, _meta: META(extensions) },
        }),
      }),
    );
    const reader = response.body!.getReader();
    // deno-lint-ignore no-explicit-any
    const next = async (): Promise<any> => {
      const text = new TextDecoder().decode((await reader.read()).value);
      return JSON.parse(text.startsWith("event") ? text.split("data: ")[1]! : text);
    };
    return { next, stop: () => reader.cancel() };
  };
  const done = Promise.withResolvers<string>();
  const mine = server.tasks.begin("", new AbortController(), done.promise);
  const other = server.tasks.begin(
    ownerOf({ id: "ada", scheme: "basic" }),
    new AbortController(),
    done.promise,
  );
  const first = await listen([mine.id, other.id, "none"]);
  assert.deepEqual((await first.next()).params.notifications, { taskIds: [mine.id] });
  done.resolve('{"content":[],"id":12345678901234567890}');
  const { method, params } = await first.next();
  assert.deepEqual([method, params.taskId, params.status], ["notifications/tasks", mine.id, "completed"]);
  assert.deepEqual(params.result.content, []);
  assert.equal(params._meta["io.modelcontextprotocol/subscriptionId"], 7);
  // Who begins to listen afterwards hears of the end all the same.
  const late = await listen([mine.id]);
  await late.next();
  assert.equal((await late.next()).params.status, "completed");
  // A client that has no tasks is told of none.
  const without = await listen([mine.id], {});
  assert.deepEqual((await without.next()).params.notifications, {});
  assert.equal((await (await listen("x")).next()).error.code, -32602);
  for (const { stop } of [first, late, without]) await stop();
  server.leave();
  await close();
});
