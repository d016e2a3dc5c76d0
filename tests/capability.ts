/**
 * A capability under test: compiled from its text, against an API of its own that remembers what it was asked.
 *
 * @module
 */
import { resolveBinds } from "../lib/plan/binds/binds.ts";
import type { Capability } from "../lib/plan/capability.ts";
import { compileCapability } from "../lib/expose/compile.ts";
import type { MakeLink } from "../lib/isolate/link.ts";
import type { Flow } from "../lib/plan/flow.ts";
import { findFlow } from "../lib/plan/flows/find_flow.ts";
import { readSpecification } from "../lib/document/read.ts";

/** A request as the API saw it. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: string;
}

/** An API that remembers. */
export interface Upstream extends AsyncDisposable {
  readonly origin: string;
  readonly seen: Seen[];
}

/** Starts an API. */
export function startUpstream(
  answer: (request: Request, body: string) => Response | Promise<Response>,
): Upstream {
  const seen: Seen[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const body = await request.text(), url = new URL(request.url);
    seen.push({ method: request.method, url: url.pathname + url.search, headers: request.headers, body });
    return await answer(request, body);
  });
  return {
    origin: `http://127.0.0.1:${server.addr.port}`,
    seen,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** Compiles a text; files it names come from the map. */
export async function compileText(
  text: string,
  options: {
    env?: Readonly<Record<string, string>>;
    files?: Readonly<Record<string, string>>;
    makeLink?: MakeLink;
  } = {},
): Promise<Capability> {
  const readText = (path: string) => {
    const found = options.files?.[path];
    if (found === undefined) throw new Deno.errors.NotFound(path);
    return found;
  };
  const spec = readSpecification("spec.yml", { readText }, { text });
  const errors = spec.diagnostics.filter((d) => d.severity === "error");
  if (errors.length > 0) throw new Error(errors.map((d) => `${d.location.line}: ${d.message}`).join("\n"));
  const binds = resolveBinds(spec, { env: (name) => options.env?.[name], readText });
  return await compileCapability(spec, { binds: binds.values, readText, makeLink: options.makeLink });
}

/** The flow of a name; fails where it is set aside. */
export function flowOf(capability: Capability, name: string): Flow {
  const flow = findFlow(capability, name);
  if (!flow) {
    throw new Error(
      `no flow ${name}: ${capability.disabled.map((d) => `${d.node}: ${d.diagnostic.message}`).join("; ")}`,
    );
  }
  return flow;
}

/** Calls a flow as a surface would. */
export async function callFlow(
  capability: Capability,
  name: string,
  args: Record<string, unknown> = {},
): Promise<unknown> {
  const flow = flowOf(capability, name);
  const result = await flow.run(flow.inputs.parse(args), { deadline: performance.now() + 60_000 });
  return result.value;
}

/** A capability with one consumed API `api` and one MCP tool, from their parts. */
export function toolSpec(
  origin: string,
  parts: { consumes?: string; operation: string; tool: string; more?: string },
): string {
  const indent = (text: string, by: number) =>
    text.split("\n").map((line) => line === "" ? line : " ".repeat(by) + line).join("\n");
  return `ikanos: "1.0.0-beta5"
capability:
  consumes:
    - type: http
      namespace: api
      baseUri: ${origin}/v1
${indent(parts.consumes ?? "", 6)}
      resources:
        r:
${indent(parts.operation, 10)}
  exposes:
    - type: mcp
      namespace: shop
      port: 3999
      tools:
        t:
          description: The tool under test
${indent(parts.tool, 10)}
${indent(parts.more ?? "", 2)}
`;
}
