/**
 * The skill surface, as its users have it: over HTTP, from the command.
 *
 * @module
 */
import assert from "node:assert/strict";
import { CAPSTAN, folderWith, run, startServer } from "../testing.ts";

const SPEC = `ikanos: "1.0.0-beta5"
info: { display: Orders, description: Orders }
capability:
  exposes:
    - type: skill
      namespace: skills
      port: 0
      skills:
        orders:
          display: Order handling
          description: How orders are handled
          license: MIT
          metadata: { author: Ada }
          allowed-tools: list-orders
          location: file:///./skills/orders
          tools:
            list: { description: Lists orders, from: { sourceNamespace: tools, action: list-orders } }
            guide: { description: The guide, instruction: guide.md }
            broken: { description: Nowhere, from: { sourceNamespace: tools, action: list-order } }
            escape: { description: Outside, instruction: ../../secret.txt }
        plain:
          description: Says what it says
    - type: mcp
      namespace: tools
      transport: stdio
      tools:
        list-orders: { description: Lists orders, outputParameters: [{ type: string, value: none }] }
`;

const FILES = {
  "orders.yml": SPEC,
  "skills/orders/SKILL.md": "---\nname: orders\n---\n",
  "skills/orders/guide.md": "# Guide\n",
  "skills/orders/deep/page.html": "<script>alert(1)</script>",
  "secret.txt": "the secret",
};

Deno.test("skills are listed, described and read, and their tools name where they run", async () => {
  await using folder = await folderWith(FILES);
  await using server = await startServer(CAPSTAN, ["serve", `${folder.path}/orders.yml`]);
  const [url] = server.urls;
  const get = async (path: string) => await fetch(`${url}${path}`);
  assert.deepEqual(await (await get("/skills")).json(), {
    count: 2,
    skills: [
      {
        name: "orders",
        display: "Order handling",
        description: "How orders are handled",
        license: "MIT",
        tools: ["list", "guide"],
      },
      { name: "plain", description: "Says what it says", tools: [] },
    ],
  });
  const detail = await (await get("/skills/orders")).json();
  assert.deepEqual([detail.metadata, detail["allowed-tools"]], [{ author: "Ada" }, "list-orders"]);
  assert.deepEqual(detail.tools, [
    {
      name: "list",
      description: "Lists orders",
      type: "derived",
      invocationRef: { targetNamespace: "tools", action: "list-orders", mode: "mcp" },
    },
    { name: "guide", description: "The guide", type: "instruction", instruction: "guide.md" },
  ]);
  const { files } = await (await get("/skills/orders/contents")).json();
  assert.deepEqual(files, [
    { path: "SKILL.md", size: 21, type: "text/markdown" },
    { path: "deep/page.html", size: 25, type: "text/html" },
    { path: "guide.md", size: 8, type: "text/markdown" },
  ]);
  const page = await get("/skills/orders/contents/deep/page.html");
  assert.equal(await page.text(), FILES["skills/orders/deep/page.html"]);
  assert.match(page.headers.get("content-security-policy")!, /^sandbox/);
  assert.equal(page.headers.get("x-content-type-options"), "nosniff");
  // A skill without a folder has what the document says of it.
  const own = await (await get("/skills/plain/contents/SKILL.md")).text();
  assert.match(own, /^---\nname: "plain"\ndescription: "Says what it says"\n---\n\n# plain\n/);
  assert.match(server.err(), /disabled: skill orders tool broken/);
  assert.match(server.err(), /tools offers nothing called list-order/);
  assert.match(server.err(), /disabled: skill orders tool escape/);
});

Deno.test("a download is an archive that others can open", async () => {
  await using folder = await folderWith(FILES);
  await using server = await startServer(CAPSTAN, ["serve", `${folder.path}/orders.yml`]);
  const response = await fetch(`${server.urls[0]}/skills/orders/download`);
  assert.equal(response.headers.get("content-type"), "application/zip");
  assert.match(response.headers.get("content-disposition")!, /attachment; filename="orders\.zip"/);
  await Deno.writeFile(`${folder.path}/orders.zip`, new Uint8Array(await response.arrayBuffer()));
  const read =
    "import zipfile,sys; z=zipfile.ZipFile(sys.argv[1]); print(z.testzip(), sorted(z.namelist()), z.read('orders/guide.md'))";
  const { out, code } = await run(["python3"], ["-c", read, `${folder.path}/orders.zip`]);
  if (code === 0) {
    assert.equal(
      out.trim(),
      "None ['orders/SKILL.md', 'orders/deep/page.html', 'orders/guide.md'] b'# Guide\\n'",
    );
  }
});

Deno.test("no path leads out of the folder of a skill, and mistakes are told", async () => {
  await using folder = await folderWith(FILES);
  await Deno.symlink(`${folder.path}/secret.txt`, `${folder.path}/skills/orders/link.txt`);
  await using server = await startServer(CAPSTAN, ["serve", `${folder.path}/orders.yml`]);
  const { hostname, port } = new URL(server.urls[0]!);
  /** A request with its path exactly as given. */
  const raw = async (path: string, method = "GET"): Promise<string> => {
    const connection = await Deno.connect({ hostname, port: Number(port) });
    const head = `${method} ${path} HTTP/1.1\r\nhost: ${hostname}:${port}\r\nconnection: close\r\n\r\n`;
    await connection.write(new TextEncoder().encode(head));
    return await new Response(connection.readable).text();
  };
  for (
    const path of [
      "../../secret.txt",
      "%2e%2e/%2e%2e/secret.txt",
      "..%2f..%2fsecret.txt",
      "..%5c..%5csecret.txt",
      "link.txt",
      "deep",
      "%00",
      "//etc/passwd",
    ]
  ) {
    const answer = await raw(`/skills/orders/contents/${path}`);
    assert.match(answer, /^HTTP\/1\.1 40[04] /, path);
    assert.ok(!answer.includes("the secret"), path);
  }
  assert.match(await raw("/skills/order"), /404[^]*Did you mean orders\?/);
  assert.match(await raw("/skills", "POST"), /^HTTP\/1\.1 405 [^]*allow: GET, HEAD/i);
  assert.match(await raw("/skills", "HEAD"), /^HTTP\/1\.1 200 /);
  assert.match(await raw("/skills/orders/contents/%zz"), /^HTTP\/1\.1 400 /);
});

Deno.test("a folder outside of the document's own is not served unless the operator allows it", async () => {
  await using folder = await folderWith({
    "in/orders.yml": SPEC.replace("file:///./skills/orders", "file:///../skills/orders"),
    "skills/orders/SKILL.md": "shared",
  });
  const spec = `${folder.path}/in/orders.yml`;
  const refused = await run(CAPSTAN, ["validate", spec]);
  assert.equal(refused.code, 1);
  assert.match(refused.out, /file-refused .*outside the folder[^]*--allow-read/);
  await using server = await startServer(CAPSTAN, ["serve", spec, "--allow-read", `${folder.path}/skills`]);
  const text = await (await fetch(`${server.urls[0]}/skills/orders/contents/SKILL.md`)).text();
  assert.equal(text, "shared");
});

Deno.test("a folder or a file that becomes a link to somewhere else is not published until the document is read again", async () => {
  await using folder = await folderWith({
    "own/orders.yml": SPEC.replace(
      "\n      tools:\n        list-orders",
      "\n      resources:\n        docs: { description: d, uri: docs://x, location: file:///./docs }\n      prompts:\n        p: { description: d, location: file:///./p.md }\n      tools:\n        list-orders",
    ).replace("transport: stdio", "port: 0").replace(
      "        plain:",
      "        late: { description: Comes later, location: file:///./late }\n        plain:",
    ),
    "own/p.md": "our prompt",
    "own/skills/orders/SKILL.md": "---\nname: orders\n---\n",
    "own/docs/a.md": "ours",
    "other/secret.txt": "the secret",
  });
  await using server = await startServer(CAPSTAN, ["serve", `${folder.path}/own/orders.yml`], {
    surfaces: 2,
  });
  const [skills, mcp] = server.urls;
  const ask = async (method: string, params: unknown) =>
    await (await fetch(`${mcp}/mcp`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    })).text();
  const read = (uri: string) => ask("resources/read", { uri });
  assert.match(await read("docs://x/a.md"), /ours/);
  assert.match(await ask("prompts/get", { name: "p" }), /our prompt/);
  for (const published of ["own/skills/orders", "own/docs", "own/late", "own/p.md"]) {
    await Deno.remove(`${folder.path}/${published}`, { recursive: true }).catch(() => {});
    const other = published.endsWith(".md") ? "other/secret.txt" : "other";
    await Deno.symlink(`${folder.path}/${other}`, `${folder.path}/${published}`);
  }
  for (const path of ["contents", "contents/secret.txt", "download"]) {
    const answer = await fetch(`${skills}/skills/orders/${path}`), text = await answer.text();
    assert.ok(!text.includes("secret"), `${path}: ${text}`);
  }
  assert.doesNotMatch(await read("docs://x/secret.txt"), /the secret/);
  for (const path of ["contents", "contents/secret.txt", "download"]) {
    assert.doesNotMatch(await (await fetch(`${skills}/skills/late/${path}`)).text(), /secret/);
  }
  assert.doesNotMatch(await ask("prompts/get", { name: "p" }), /the secret/);
  // What comes later, and is no link, is published.
  await Deno.remove(`${folder.path}/own/late`);
  await Deno.mkdir(`${folder.path}/own/late`);
  await Deno.writeTextFile(`${folder.path}/own/late/a.md`, "it came");
  assert.equal(await (await fetch(`${skills}/skills/late/contents/a.md`)).text(), "it came");
});
