import assert from "node:assert/strict";
import type { ExposesMcp } from "../../schemas/mod.ts";
import type { Surface } from "../../lib/plan/capability.ts";
import { McpServer } from "../../lib/expose/mcp/server.ts";
import { compileText, startUpstream } from "../capability.ts";

const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47), PDF = new TextEncoder().encode("%PDF-1.4");
const base64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes));

const SPEC = (origin: string) =>
  `ikanos: "1.0.0-beta5"
capability:
  consumes:
    - type: http
      namespace: api
      baseUri: ${origin}
      resources:
        caption: { path: /caption, operations: { caption: { method: GET, outputRawFormat: text } } }
        picture: { path: /picture, operations: { picture: { method: GET, outputRawFormat: binary } } }
        file: { path: /file, operations: { file: { method: GET } } }
        uploads:
          path: /uploads
          inputParameters: { as: { in: query, type: string } }
          operations:
            upload: { method: POST, body: { type: binary, data: "{{content}}" } }
  exposes:
    - type: mcp
      namespace: tools
      port: 3970
      tools:
        report:
          description: A caption, a picture and a file
          steps: &all
            caption: { type: call, call: api.caption }
            picture: { type: call, call: api.picture }
            file: { type: call, call: api.file }
          outputParameters: &each
            caption: { type: string }
            picture: { type: string }
            file: { type: string }
        list:
          description: The same as a list
          steps: *all
          outputParameters: [{ type: array, value: ["{{caption}}", "{{picture}}"] }]
        last:
          description: What the last step gives
          steps: &two
            caption: { type: call, call: api.caption }
            picture: { type: call, call: api.picture }
        copy:
          description: What is read is sent
          steps:
            picture: { type: call, call: api.picture }
            sent: { type: call, call: api.upload, with: { content: "{{picture}}", as: "{{picture}}" } }
    - type: rest
      namespace: rest
      port: 3971
      resources:
        report: { path: /report, operations: { report: { method: GET, steps: *all, outputParameters: *each } } }
        last: { path: /last, operations: { last: { method: GET, steps: *two } } }
`;

/** The tools and the REST surface over an API that gives a text, a picture and a file. */
async function reporting() {
  const sent: string[] = [];
  const api = startUpstream((request, body) => {
    const { pathname, search } = new URL(request.url);
    switch (pathname) {
      case "/caption":
        return new Response("Two cats");
      case "/picture":
        return new Response(PNG, { headers: { "content-type": "image/png" } });
      case "/file":
        return new Response(PDF, { headers: { "content-type": "application/pdf" } });
    }
    sent.push(`${search} ${body.length}`);
    return Response.json({ stored: true });
  });
  const capability = await compileText(SPEC(api.origin));
  const server = new McpServer(capability, capability.surfaces[0] as Surface<ExposesMcp>);
  const call = async (name: string) =>
    JSON.parse(
      await server.call(server.toolbox.byName.get(name)!, {}, "legacy", () => undefined, (text) => text),
    );
  return { call, capability, sent, close: () => api[Symbol.asyncDispose]() };
}

Deno.test("each output of bytes is content of its own, and the structured form says where it is", async () => {
  const { call, close } = await reporting(), { content, structuredContent, isError } = await call("report");
  assert.equal(isError, false);
  const said = {
    caption: "Two cats",
    picture: "image/png, 4 bytes: see content 2",
    file: "application/pdf, 8 bytes: see content 3",
  };
  assert.deepEqual(structuredContent, said);
  assert.deepEqual(JSON.parse(content[0].text), said);
  assert.deepEqual(content[1], { type: "image", data: base64(PNG), mimeType: "image/png" });
  assert.deepEqual([content[2].type, content[2].resource.blob], ["resource", base64(PDF)]);
  const list = await call("list");
  assert.deepEqual(list.structuredContent, { result: ["Two cats", "image/png, 4 bytes: see content 2"] });
  assert.equal(list.content[1].data, base64(PNG));
  assert.deepEqual((await call("last")).content, [{
    type: "image",
    data: base64(PNG),
    mimeType: "image/png",
  }]);
  await close();
});

Deno.test("bytes of a step go into the request of another one: as they are in a body, as base64 in text", async () => {
  const { call, sent, close } = await reporting();
  assert.equal((await call("copy")).isError, false);
  assert.deepEqual(sent, [`?as=${encodeURIComponent(base64(PNG))} 4`]);
  await close();
});

Deno.test("REST gives bytes among other outputs as base64, and bytes alone as they are", async () => {
  const { capability, close } = await reporting();
  const [, rest] = capability.surfaces, flows = [...rest!.flows.values()];
  const [report, last] = await Promise.all(flows.map((flow) => flow.run({}, {} as never)));
  assert.equal(
    JSON.stringify(report!.value),
    JSON.stringify({ caption: "Two cats", picture: base64(PNG), file: base64(PDF) }),
  );
  assert.deepEqual([[...last!.bytes!], last!.mediaType], [[...PNG], "image/png"]);
  await close();
});
