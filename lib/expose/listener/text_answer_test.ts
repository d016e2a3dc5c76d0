import assert from "node:assert/strict";
import { isResponse, TextAnswer } from "./text_answer.ts";

Deno.test("an answer is told from a promise of one, and from whatever looks like one", () => {
  const init = { status: 200, headers: {} };
  for (const answer of [new TextAnswer("x", init), new Response("x"), Response.json({})]) {
    assert.equal(isResponse(answer), true);
  }
  for (
    const other of [Promise.resolve(new Response()), { text: "x", status: 200 }, init, undefined, null, "x"]
  ) {
    assert.equal(isResponse(other), false);
  }
});

Deno.test("what is no answer is told without the runtime's Response, which costs a thread that has none yet", () => {
  const own = Object.getOwnPropertyDescriptor(globalThis, "Response")!;
  Object.defineProperty(globalThis, "Response", {
    configurable: true,
    get: () => assert.fail("it is loaded"),
  });
  try {
    assert.equal(isResponse(new TextAnswer("x", { status: 200, headers: {} })), true);
    assert.equal(isResponse(Promise.resolve()), false);
    assert.equal(isResponse({ text: "x", status: 200 }), false);
  } finally {
    Object.defineProperty(globalThis, "Response", own);
  }
});
