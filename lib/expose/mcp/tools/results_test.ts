/** @module */
import assert from "node:assert/strict";
import { CallError } from "../../../upstream/error.ts";
import { problemOf } from "../../rest/problem.ts";
import { errorMembers } from "./results.ts";

Deno.test("whoever calls is told where the error stands in the document, and no folder of this machine", async () => {
  for (const folder of ["/home/ana/specs/", "C:\\specs\\", ""]) {
    const error = new CallError({
      code: "misconfigured",
      message: "it cannot run",
      retryable: false,
      hint: "Do not try again.",
      source: `${folder}shop.yml:3:4`,
    });
    const texts = [errorMembers(error, (text) => text), await problemOf(error, (text) => text).text()];
    for (const text of texts) {
      assert.match(text, /"source":"shop\.yml:3:4"/);
      assert.doesNotMatch(text, /specs/);
    }
    assert.equal(error.data.source, `${folder}shop.yml:3:4`, "the log has it whole");
  }
});
