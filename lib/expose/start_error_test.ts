import assert from "node:assert/strict";
import { readSpecification } from "../document/read.ts";
import { StartError } from "./start_error.ts";

Deno.test("StartError shows each finding, with the line of the document where that is known", () => {
  const spec = readSpecification("broken.yml", { readText: () => "" }, { text: "ikanos: [" });
  const [found] = spec.diagnostics;
  const error = new StartError("nothing can be served", [found!], spec);
  assert.equal(error.reason, "nothing can be served");
  assert.deepEqual(error.diagnostics, [found]);
  assert.match(error.message, /^nothing can be served\nbroken\.yml:1:\d+: error .*\n.*ikanos: \[/);
  const alone = new StartError("nothing can be served", [found!]);
  assert.match(alone.message, /^nothing can be served\nbroken\.yml:1:\d+: error /);
  assert.doesNotMatch(alone.message, /ikanos: \[/);
  assert.equal(new StartError("no port").message, "no port");
});
