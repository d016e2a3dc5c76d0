/**
 * `--wire`: the program sends over connections of its own unless it is told otherwise.
 *
 * @module
 */
import assert from "node:assert/strict";
import { folderWith, ROOT, run, upstream } from "../testing.ts";

Deno.test("calls go over the wire that the command line names", async () => {
  await using api = upstream(() => Response.json({ ok: true }));
  await using folder = await folderWith({
    "c.yml": `ikanos: "1.0.0-beta5"
capability:
  consumes:
    - type: http
      namespace: api
      baseUri: http://localhost:${api.port}
      resources:
        items:
          path: /items
          operations:
            list: { method: GET }
`,
  });
  const program = [Deno.execPath(), "run", "-A", "--no-check", `${ROOT}cli.ts`] as const;
  const own = await run(program, ["call", `${folder.path}/c.yml`, "api.list"]);
  const fetched = await run(program, ["call", `${folder.path}/c.yml`, "api.list", "--wire", "fetch"]);
  assert.deepEqual([own.code, fetched.code], [0, 0], own.err + fetched.err);
  // The runtime sends a header of its own; everything else is alike.
  const [first, second] = api.requests;
  assert.equal(first!.headers.get("accept-language"), null);
  assert.equal(second!.headers.get("accept-language"), "*");
  assert.match(first!.headers.get("user-agent")!, /^Capstan\/\d/);
  assert.equal(second!.headers.get("user-agent"), first!.headers.get("user-agent"));
  const wrong = await run(program, ["call", `${folder.path}/c.yml`, "api.list", "--wire", "http3"]);
  assert.equal(wrong.code, 2);
  assert.match(wrong.err, /--wire takes own, fetch/);
});
