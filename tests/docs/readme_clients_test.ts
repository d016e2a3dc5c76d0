/**
 * What the README tells people to put into their clients starts a server that lists its tools.
 *
 * @module
 */
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import assert from "node:assert/strict";
import { CAPSTAN, ROOT } from "../testing.ts";

interface Entry {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const readme = Deno.readTextFileSync(`${ROOT}README.md`);
const section = readme.slice(
  readme.indexOf("## Put it into a client"),
  readme.indexOf("## What the sandbox"),
);

/** The servers of every configuration in the section. */
function entries(): Entry[] {
  const json = [...section.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text]) => JSON.parse(text!));
  const added = /^claude mcp add \S+ --env (\w+)=(\S+) -- (\S+) (.*)$/m.exec(section)!;
  const [, name, value, command, args] = added;
  return [
    ...json.flatMap((config) => Object.values<Entry>(config.mcpServers ?? config.servers)),
    { command: command!, args: args!.split(" "), env: { [name!]: value! } },
  ];
}

/** The same, with this checkout's program and example in the places of the reader's. */
function here(
  { command, args, env }: Entry,
): { command: string; args: string[]; env: Record<string, string> } {
  const files = args.map((arg) =>
    arg === "/path/to/payments.yml" ? `${ROOT}examples/payments/payments.yml` : arg
  );
  if (command === "npx") {
    const [yes, deno, ...rest] = files.slice(0, 5);
    assert.match(deno!, /^deno@\d+\.\d+\.\d+$/);
    assert.deepEqual([yes, ...rest], ["-y", "run", "-A", "/path/to/capstan.js"]);
    return { command: CAPSTAN[0], args: [...CAPSTAN.slice(1), ...files.slice(5)], env };
  }
  assert.equal(command, "/path/to/capstan");
  return { command: CAPSTAN[0], args: [...CAPSTAN.slice(1), ...files], env };
}

for (const [i, entry] of entries().entries()) {
  Deno.test(`the README's client configuration ${i + 1} starts a server`, async () => {
    const client = new Client({ name: "test", version: "1" });
    await client.connect(new StdioClientTransport({ ...here(entry), stderr: "ignore" }));
    const { tools } = await client.listTools() as { tools: { name: string }[] };
    assert.ok(tools.some(({ name }) => name === "list-recent-transactions"));
    await client.close();
  });
}

Deno.test("the README shows the four kinds of configuration", () => assert.equal(entries().length, 4));
