/**
 * A new type of surface takes one schema, one section with its server, and one entry of a list: a toy says twice what
 * its tools give.
 *
 * Nothing else in the program knows of it; what it gets for that is what every surface gets: reading with positions,
 * flows with checked inputs, callables, authentication, listening, and `fetch`.
 *
 * @module
 */
import assert from "node:assert/strict";
import { readSpecification } from "../../lib/document/read.ts";
import { compileCapability } from "../../lib/expose/compile.ts";
import { embedSurface } from "../../lib/expose/embed.ts";
import { unservable } from "../../lib/expose/servable.ts";
import { startSurfaces } from "../../lib/expose/start.ts";
import { SURFACE_TYPES } from "../../lib/expose/surface_types.ts";
import { memoryHost } from "../../lib/host/memory.ts";
import { CALL_MS } from "../../lib/plan/deadline.ts";
import { findFlow } from "../../lib/plan/flows/find_flow.ts";
import type { SurfaceType } from "../../lib/surface/surface_type.ts";
import { errorData } from "../../lib/upstream/error.ts";
import type { McpTool } from "../../schemas/mod.ts";
import type { Outline } from "../../schemas/outline.ts";
import { OUTLINE } from "../../schemas/outline_of_capability.ts";

// The schema: which keys a section has.
const SCHEMA: Outline = {
  ...OUTLINE,
  CapabilityDocument: {
    ...OUTLINE.CapabilityDocument,
    exposes: OUTLINE.CapabilityDocument.exposes.replace("]", " / ExposesEcho]"),
  },
  ExposesEcho: {
    ...{ type: "=echo", namespace: "text?", address: "text?", port: "number?" },
    authentication: "Authentication?",
    words: "{McpTool}?",
  },
};

/** What reading makes of a section. */
interface ExposesEcho {
  readonly namespace?: string;
  readonly words?: readonly McpTool[];
}

// The section, and what serves it: `GET /greet?who=Ada` gives what the word `greet` gives, twice.
const ECHO: SurfaceType = {
  type: "echo",
  callables: (model) =>
    ((model as ExposesEcho).words ?? []).map((word) => ({
      kind: "operation",
      name: word.name,
      aliases: [`${model.namespace}.${word.name}`],
      label: `word ${word.name}`,
      node: word,
      runs: { node: word, inputs: word.inputParameters ?? [] },
    })),
  create: ({ surface: { callables } }) => {
    const flows = new Map(callables.map(({ name, flow }) => [`/${name}`, flow]));
    return Promise.resolve({
      async fetch(request, caller) {
        const { pathname, searchParams } = new URL(request.url), flow = flows.get(pathname);
        if (!flow) return new Response("nothing echoes here", { status: 404 });
        try {
          const args = flow.inputs.parse(Object.fromEntries(searchParams));
          const { value } = await flow.run(args, { deadline: performance.now() + CALL_MS, caller });
          return Response.json({ once: value, twice: value, for: caller?.id ?? "anybody" });
        } catch (error) {
          return Response.json(errorData(error), { status: 400 });
        }
      },
      describe: () => ({ example: { path: callables[0]?.name ?? "" } }),
    });
  },
};

// The entry of the list.
const TYPES: readonly SurfaceType[] = [...SURFACE_TYPES, ECHO];

const DOCUMENT = `ikanos: "1.0.0-beta5"
capability:
  exposes:
    - type: echo
      namespace: hall
      port: 3001
      words:
        greet:
          description: Greets
          inputParameters: { who: { type: string, description: Whom, required: true } }
          outputParameters: { said: { type: string, value: "Hello, {{who}}!" } }
        lost: { description: Calls nothing that is there, call: shop.none }
    - type: mcp
      namespace: beside
      port: 3002
      tools:
        one: { description: One, outputParameters: { n: { type: number, value: 1 } } }
`;

async function compiled(text = DOCUMENT) {
  const readText = () => assert.fail("it reads a file");
  const spec = readSpecification("echo.yml", { readText }, { text, outline: SCHEMA });
  assert.deepEqual(spec.diagnostics, []);
  return await compileCapability(spec, { binds: {}, readText, host: memoryHost() }, TYPES);
}

const TWICE = { once: { said: "Hello, Ada!" }, twice: { said: "Hello, Ada!" }, for: "anybody" };

Deno.test("what a new type of surface declares is in the table of callables, and can be called", async () => {
  const capability = await compiled();
  assert.deepEqual(capability.callables.map(({ label }) => label), ["word greet", "word lost", "tool one"]);
  const [, lost] = capability.callables;
  assert.equal(lost!.disabled?.code, "unknown-namespace");
  assert.equal(lost!.disabled?.location.line, 12);
  assert.deepEqual(capability.disabled.map(({ node }) => node), ["word lost"]);
  assert.deepEqual(findFlow(capability, "hall.greet")?.inputs.schema["required"], ["who"]);
  assert.deepEqual(unservable(capability, {}, TYPES), []);
});

Deno.test("a new type of surface listens, beside the others", async () => {
  const capability = await compiled(DOCUMENT.replace("3001", "0").replace("3002", "0"));
  const running = await startSurfaces(capability, {}, { host: memoryHost(), types: TYPES });
  try {
    assert.deepEqual(running.listening.map(({ type, namespace }) => [type, namespace]), [
      ["echo", "hall"],
      ["mcp", "beside"],
    ]);
    const { url } = running.listening[0]!;
    assert.deepEqual(await (await fetch(`${url}/greet?who=Ada`)).json(), TWICE);
    const refused = await fetch(`${url}/greet`);
    assert.equal(refused.status, 400);
    assert.equal((await refused.json()).code, "invalid_arguments");
  } finally {
    await running.close();
  }
});

Deno.test("a new type of surface mounts, and callers are asked who they are before it sees them", async () => {
  const open = await compiled(), request = () => new Request("http://x.example/greet?who=Ada");
  const embedded = embedSurface(open, open.surfaces[0]!, memoryHost(), TYPES);
  assert.deepEqual(await (await embedded.handle(request())).json(), TWICE);
  const authentication = "authentication: { type: basic, username: ada, password: pass }";
  const closed = await compiled(DOCUMENT.replace("port: 3001", `port: 3001\n      ${authentication}`));
  const guarded = embedSurface(closed, closed.surfaces[0]!, memoryHost(), TYPES);
  assert.equal((await guarded.handle(request())).status, 401);
  const known = request();
  known.headers.set("authorization", `Basic ${btoa("ada:pass")}`);
  assert.equal((await (await guarded.handle(known)).json()).for, "ada");
});

Deno.test("whoever does not know the type says which there are", () => {
  const readText = () => assert.fail("it reads a file");
  const { diagnostics } = readSpecification("echo.yml", { readText }, { text: DOCUMENT });
  assert.equal(diagnostics[0]?.code, "unknown-surface");
});
