import assert from "node:assert/strict";
import { compileText, startUpstream } from "../../../../tests/capability.ts";
import { folderWith } from "../../../../tests/testing.ts";
import type { ExposesMcp } from "../../../../schemas/mod.ts";
import { denoHost } from "../../../host/deno.ts";
import type { LogEntry } from "../../../host/host.ts";
import type { Surface } from "../../../plan/capability.ts";
import { createHttpHandler } from "../transports/http.ts";
import { McpServer } from "../server.ts";

interface Answer {
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

/** A server over the surface of a document, asked over HTTP. */
async function serverOf(text: string, env: Record<string, string> = {}) {
  const logged: LogEntry[] = [], compiled = await compileText(text, { env });
  const surface = compiled.surfaces[0] as Surface<ExposesMcp>;
  const host = denoHost((entry) => logged.push(entry));
  const handler = createHttpHandler(new McpServer(compiled, surface, { host, describes: true }));
  let id = 0;
  const ask = async (method: string, params: Record<string, unknown> = {}): Promise<Answer> => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: ++id, method, params });
    const headers = { "content-type": "application/json", "content-length": String(body.length) };
    const response = await handler(new Request("http://127.0.0.1/mcp", { method: "POST", headers, body }));
    return JSON.parse(await response.text());
  };
  return { ask, logged };
}

const spec = (origin: string, resources: string, more = "") =>
  `ikanos: "1.0.0-beta5"
info: { display: Shop, description: A shop, version: "1.0" }
capability:
  consumes:
    - type: http
      namespace: shop
      baseUri: ${origin}
      authentication: { type: bearer, token: "{{SHOP_TOKEN}}" }
      resources:
        users:
          path: /users/{id}
          inputParameters: { id: { in: path, type: string, required: true } }
          operations: { get-user: { method: GET } }
  exposes:
    - type: mcp
      namespace: shop
      port: 3999
      resources:
${resources}
${more}`;

const TOKEN = { SHOP_TOKEN: "t0ken-secret" };

Deno.test("a resource of a flow is read by its address, and a template by any address that fits", async () => {
  await using api = startUpstream((request) => {
    const path = new URL(request.url).pathname;
    return path === "/users/lost" ? new Response("no", { status: 404 }) : Response.json({ path });
  });
  const { ask } = await serverOf(
    spec(
      api.origin,
      `        ada: { uri: "data://ada", display: Ada, description: Ada herself, call: shop.get-user, with: { id: ada } }
        user: { uri: "data://users/{id}", description: Somebody, mimeType: application/json, call: shop.get-user }`,
    ),
    TOKEN,
  );
  const { result: list } = await ask("resources/list");
  assert.deepEqual((list!["resources"] as { uri: string }[]).map(({ uri }) => uri), [
    "data://ada",
    "capability://document",
    "capability://contract",
  ]);
  const { result: templates } = await ask("resources/templates/list");
  assert.deepEqual(templates, {
    resourceTemplates: [{
      uriTemplate: "data://users/{id}",
      name: "user",
      description: "Somebody",
      mimeType: "application/json",
    }],
  });
  const { result: one } = await ask("resources/read", { uri: "data://ada" });
  assert.deepEqual(one, {
    contents: [{ uri: "data://ada", mimeType: "application/json", text: '{"path":"/users/ada"}' }],
  });
  const { result: other } = await ask("resources/read", { uri: "data://users/a%20b" });
  assert.equal((other!["contents"] as { text: string }[])[0]!.text, '{"path":"/users/a%20b"}');
  const { error: unknown } = await ask("resources/read", { uri: "data://users/a/b" });
  assert.equal(unknown!.code, -32002);
  assert.match(unknown!.message, /Unknown resource: data:\/\/users\/a\/b\. Did you mean/);
  const { error: lost } = await ask("resources/read", { uri: "data://users/lost" });
  assert.equal(lost!.code, -32002);
  assert.match(lost!.message, /answered 404/);
});

Deno.test("the files of a folder are resources, and nothing outside of it", async () => {
  await using folder = await folderWith({
    "docs/guide.md": "# Guide\n",
    "docs/deep/a b.json": "{}",
    "docs/.hidden": "no",
    "docs/blob": "x",
    "secret.txt": "secret",
  });
  await Deno.symlink(`${folder.path}/secret.txt`, `${folder.path}/docs/link.txt`);
  await Deno.symlink("loop", `${folder.path}/docs/loop`);
  const { ask } = await serverOf(
    spec(
      "http://127.0.0.1:1",
      `        docs: { uri: "data://docs", description: Papers, location: "file://${folder.path}/docs" }`,
    ),
    TOKEN,
  );
  const { result } = await ask("resources/list");
  assert.deepEqual(
    (result!["resources"] as { uri: string; mimeType: string }[]).slice(0, 3).map((r) => [r.uri, r.mimeType]),
    [
      ["data://docs/blob", "application/octet-stream"],
      ["data://docs/deep/a%20b.json", "application/json"],
      ["data://docs/guide.md", "text/markdown"],
    ],
  );
  const read = async (uri: string) => await ask("resources/read", { uri });
  const { result: guide } = await read("data://docs/guide.md");
  assert.deepEqual(guide, {
    contents: [{ uri: "data://docs/guide.md", mimeType: "text/markdown", text: "# Guide\n" }],
  });
  const { result: blob } = await read("data://docs/blob");
  assert.equal((blob!["contents"] as { blob: string }[])[0]!.blob, "eA==");
  for (
    const path of [
      "../secret.txt",
      "%2e%2e/secret.txt",
      "deep/..%2f..%2fsecret.txt",
      "..%5csecret.txt",
      "link.txt",
      ".hidden",
      "deep",
      "",
      "%00",
      "none",
      "%zz",
      // A link to itself, a name no file can have, and a path through a file lead nowhere.
      "loop",
      "loop/guide.md",
      "a".repeat(300),
      "guide.md/guide.md",
      "GUIDE.MD",
    ]
  ) {
    const { result, error } = await read(`data://docs/${path}`);
    assert.equal(result, undefined, path);
    assert.ok(error!.code === -32602 || error!.code === -32002, `${path} ${error!.code}`);
    assert.doesNotMatch(JSON.stringify(error), /secret"|\/tmp\//);
  }
});

Deno.test("prompts have arguments, which are checked and never read as templates", async () => {
  await using folder = await folderWith({ "p.md": "Hello {{ name }}, {{tone}}!" });
  await Deno.writeFile(`${folder.path}/p.png`, Uint8Array.of(0x89, 0x50, 0x4e, 0x47));
  await Deno.writeFile(`${folder.path}/p.pdf`, Uint8Array.of(0x25, 0xe2, 0xe3));
  const { ask, logged } = await serverOf(`ikanos: "1.0.0-beta5"
capability:
  exposes:
    - type: mcp
      namespace: p
      port: 3999
      prompts:
        outreach:
          display: Outreach
          description: Writes to somebody
          arguments:
            name: { description: Who }
            tone: { description: How, required: false }
          template:
            - { role: user, content: "Write to {{name}} in a {{tone}} tone" }
            - { role: assistant, content: Gladly. }
        file: { description: From a file, location: "file://${folder.path}/p.md", arguments: { name: { description: Who } } }
        picture: { description: A picture, location: "file://${folder.path}/p.png" }
        paper: { description: A file, location: "file://${folder.path}/p.pdf" }
        gone: { description: Nothing, location: "file://${folder.path}/none.md" }
`);
  const { result: opened } = await ask("initialize", {
    protocolVersion: "2025-11-25",
    capabilities: {},
    clientInfo: { name: "t", version: "1" },
  });
  assert.deepEqual(opened!["capabilities"], {
    tools: { listChanged: true },
    logging: {},
    resources: { subscribe: true, listChanged: true },
    prompts: { listChanged: true },
    completions: {},
  });
  const { result: list } = await ask("prompts/list");
  assert.deepEqual((list!["prompts"] as unknown[])[0], {
    name: "outreach",
    title: "Outreach",
    description: "Writes to somebody",
    arguments: [{ name: "name", description: "Who", required: true }, {
      name: "tone",
      description: "How",
      required: false,
    }],
  });
  const get = async (name: string, args: unknown) => await ask("prompts/get", { name, arguments: args });
  const { result } = await get("outreach", { name: "{{tone}} $1" });
  assert.deepEqual(result, {
    description: "Writes to somebody",
    messages: [
      { role: "user", content: { type: "text", text: "Write to {{tone}} $1 in a  tone" } },
      { role: "assistant", content: { type: "text", text: "Gladly." } },
    ],
  });
  const { result: file } = await get("file", { name: "Ada" });
  assert.match(JSON.stringify(file), /Hello Ada, !/);
  const contents = async (name: string) =>
    ((await get(name, {})).result!["messages"] as { content: Record<string, unknown> }[])[0]!.content;
  assert.deepEqual(await contents("picture"), { type: "image", data: "iVBORw==", mimeType: "image/png" });
  const { type, resource } = await contents("paper") as { type: string; resource: Record<string, unknown> };
  assert.deepEqual([type, resource["mimeType"], resource["blob"]], ["resource", "application/pdf", "JeLj"]);
  for (
    const [name, args, message] of [
      ["outreach", {}, /name is required/],
      ["outreach", { nme: "x", name: "y" }, /nme: no such argument; did you mean name\?/],
      ["outreach", [], /arguments must be an object/],
      ["outrech", {}, /Unknown prompt: outrech\. Did you mean outreach\?/],
    ] as const
  ) {
    const { error } = await get(name, args);
    assert.equal(error!.code, -32602);
    assert.match(error!.message, message);
  }
  const { error } = await get("gone", {});
  assert.equal(error!.code, -32603);
  assert.doesNotMatch(error!.message, /\/tmp\//);
  assert.match(logged[0]!.message, /none\.md of the prompt gone cannot be read/);
});

Deno.test("variables of a template complete to what their input allows", async () => {
  const { ask } = await serverOf(
    spec(
      "http://127.0.0.1:1",
      `        level:
          uri: "data://levels/{level}"
          description: A level
          inputParameters: { level: { type: string, enum: [low, lower, high] } }
          call: shop.get-user
          with: { id: "{{level}}" }`,
    ),
    TOKEN,
  );
  const complete = async (uri: string, value: string) =>
    await ask("completion/complete", {
      ref: { type: "ref/resource", uri },
      argument: { name: "level", value },
    });
  const { result } = await complete("data://levels/{level}", "LOW");
  assert.deepEqual(result, { completion: { values: ["low", "lower"], total: 2, hasMore: false } });
  const { error } = await complete("data://levels/{lvl}", "");
  assert.equal(error!.code, -32602);
});

Deno.test("an agent can read the document and its contract, and no secret is in them", async () => {
  const { ask } = await serverOf(
    spec(
      "https://api.example.com/v1",
      `        one: { uri: "data://one", description: d, call: shop.get-user, with: { id: x } }`,
      `      tools:
        get: { description: Gets, call: shop.get-user }
    - { type: mcp, namespace: b, port: 3998, authentication: { type: bearer, token: literal-secret }, tools: {} }
`,
    ),
    TOKEN,
  );
  const text = async (uri: string) => {
    const { result } = await ask("resources/read", { uri });
    return (result!["contents"] as { text: string }[])[0]!.text;
  };
  const document = await text("capability://document");
  assert.match(document, /^ikanos: "1\.0\.0-beta5"\n/);
  assert.match(document, /token: "\{\{SHOP_TOKEN\}\}"/);
  assert.match(document, /type: bearer, token: "\*\*\*"/);
  assert.doesNotMatch(document, /literal-secret|t0ken-secret/);
  const contract = JSON.parse(await text("capability://contract"));
  assert.deepEqual(contract.tools.map((t: { name: string }) => t.name), ["get"]);
  assert.deepEqual(contract.reach, [{ namespace: "shop", address: "https://api.example.com/v1" }]);
});
