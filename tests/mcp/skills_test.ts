import assert from "node:assert/strict";
import { CAPSTAN, folderWith, run } from "../testing.ts";

const SKILL =
  "---\nname: returns\ndescription: How things are sent back\nmetadata: { version: 2 }\n---\n\n# Returns\n";
const SPEC = `ikanos: "1.0.0-beta5"
info: { display: Shop, version: "1.0.0" }
capability:
  exposes:
    - type: mcp
      namespace: shop
      port: 3001
      tools: { greet: { description: Greets, outputParameters: [{ type: string, value: hello }] } }
    - type: skill
      namespace: shop-skills
      port: 3003
      skills:
        returns: { description: How things are sent back, location: "file:///./skills/returns" }
        nameless: { description: Without a front matter, location: "file:///./skills/nameless" }
        written: { description: Made of what the document says }
    - type: skill
      namespace: closed
      port: 3004
      authentication: { type: bearer, token: abc }
      skills: { secret: { description: For those who are let in } }
`;
const META = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientCapabilities": {},
};

/** Asks a server on stdio for several things; the results by their place. */
async function ask(path: string, ...requests: readonly (readonly [method: string, params?: object])[]) {
  const stdin = requests.map(([method, params], id) =>
    JSON.stringify({ jsonrpc: "2.0", id, method, params: { ...params, _meta: META } }) + "\n"
  ).join("");
  const { out, err } = await run(CAPSTAN, ["serve", "--stdio", path], { stdin });
  const answers = out.trim().split("\n").map((line) => JSON.parse(line));
  return { err, answers: requests.map((_, id) => answers.find((answer) => answer.id === id)) };
}

Deno.test("skills are read through MCP, with the digest of each file", async () => {
  await using folder = await folderWith({
    "shop.yml": SPEC,
    "skills/returns/SKILL.md": SKILL,
    "skills/returns/guides/post.md": "# By post\n",
    "skills/nameless/SKILL.md": "# Nameless\n",
    "outside.md": "not for you",
  });
  const base = "skill://shop-skills/returns", path = `${folder.path}/shop.yml`;
  const { answers, err } = await ask(
    path,
    ["server/discover"],
    ["skills/list"],
    ["skills/get", { uri: `${base}/SKILL.md` }],
    ["resources/directory/read", { uri: base }],
    ["resources/directory/read", { uri: `${base}/guides` }],
    ["resources/read", { uri: `${base}/guides/post.md` }],
    ["resources/read", { uri: `${base}/..%2f..%2foutside.md` }],
    ["resources/directory/read", { uri: `${base}/SKILL.md` }],
    ["resources/read", { uri: "skill://closed/secret/SKILL.md" }],
    ["resources/read", { uri: "skill://shop-skills/written/SKILL.md" }],
  );
  const [discovered, listed, got, root, guides, file, outside, noFolder, closed, written] = answers;
  assert.deepEqual(discovered.result.capabilities.extensions, {
    "io.modelcontextprotocol/skills": { directoryRead: true },
    "io.modelcontextprotocol/tasks": {},
  });
  const { skills, cacheScope } = listed.result;
  assert.equal(cacheScope, "private");
  assert.deepEqual(skills.map(({ uri }: { uri: string }) => uri), [
    `${base}/SKILL.md`,
    "skill://shop-skills/written/SKILL.md",
  ]);
  assert.deepEqual(skills[0].frontmatter, {
    name: "returns",
    description: "How things are sent back",
    metadata: { version: 2 },
  });
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(SKILL)));
  assert.deepEqual(skills[0].resources[0], {
    uri: `${base}/SKILL.md`,
    digest: `sha256:${[...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`,
    size: SKILL.length,
  });
  assert.deepEqual(got.result.skill, skills[0]);
  assert.deepEqual(
    root.result.resources.map(({ name, mimeType }: { name: string; mimeType: string }) => [name, mimeType]),
    [["SKILL.md", "text/markdown"], ["guides", "inode/directory"]],
  );
  assert.equal(guides.result.resources[0].uri, `${base}/guides/post.md`);
  assert.equal(file.result.contents[0].text, "# By post\n");
  for (const refused of [outside, noFolder, closed]) assert.equal(refused.error.code, -32602);
  assert.match(written.result.contents[0].text, /^---\nname: "written"\n/);
  assert.match(err, /the skill nameless is not listed to MCP clients/);
});
