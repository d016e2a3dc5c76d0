/**
 * Nothing silent: rows of documents with one mistake each, and the findings that have to come.
 *
 * Each row is a small document with one mistake of a kind, and the finding that has to come: its severity, its code, and
 * words of its message and its fix. The rows run in this process.
 *
 * @module
 */
import assert from "node:assert/strict";
import { readSpecification, validate } from "../../mod.ts";

/** A mistake: what it is, the document, and the findings to come, each as `severity code words` or `line severity …`. */
export type Row = readonly [what: string, text: string, ...findings: readonly RegExp[]];

function world(files: Readonly<Record<string, string>>) {
  return {
    env: (name: string) => name.startsWith("SET_") ? "value" : name === "EMPTY" ? "" : undefined,
    readText: (path: string) => {
      const found = files[path];
      if (found === undefined) throw new Deno.errors.NotFound(path);
      return found;
    },
  };
}

/** What `validate` says, each finding on one line. */
export async function findings(
  text: string,
  files: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  const surroundings = world(files);
  const spec = readSpecification("a.yml", { text, readText: surroundings.readText });
  return (await validate(spec, surroundings)).map((d) =>
    `${d.location.line} ${d.severity} ${d.code} ${d.message} => ${d.fix ?? ""}`
  );
}

/** Runs rows: each finding is there, and nothing else is. */
export async function check(
  rows: readonly Row[],
  files: Readonly<Record<string, string>> = {},
): Promise<void> {
  const failed: string[] = [];
  for (const [what, text, ...wanted] of rows) {
    const found = await findings(text, files);
    const missing = wanted.filter((words) => !found.some((line) => words.test(line)));
    // What is left to serve follows from the finding that is asked for.
    const more = found.filter((line) =>
      !wanted.some((words) => words.test(line)) && !line.includes("nothing-to-serve")
    );
    for (const words of missing) {
      failed.push(`${what}: nothing says ${words}; said: ${found.join(" | ") || "nothing"}`);
    }
    for (const line of more) failed.push(`${what}: also said: ${line}`);
  }
  assert.deepEqual(failed, []);
}

/** A capability that consumes one API, with what stands in its entry, in its resource, and what it exposes. */
export function shop(
  parts: { readonly api?: string; readonly operations?: string; readonly exposes?: string },
): string {
  const operations = parts.operations ??
    "list: { method: GET, inputParameters: { q: { in: query, type: string } } }";
  return `ikanos: "1.0.0-beta5"
capability:
  consumes:
    - type: http
      namespace: shop
      baseUri: https://api.example.com
${parts.api === undefined ? "" : `      ${parts.api}\n`}      resources:
        items:
          path: /items
          operations:
${operations.split("\n").map((line) => `            ${line}`).join("\n")}
  exposes:
${
    (parts.exposes ??
      "- { type: mcp, namespace: desk, port: 3001, tools: { t: { description: x, call: shop.list } } }")
      .split("\n").map((line) => `    ${line}`).join("\n")
  }
`;
}

/** A capability with one tool of constant outputs, with these inputs. */
export function tool(inputs: string, words: string): string {
  return `ikanos: "1.0.0-beta5"
capability:
  exposes:
    - type: mcp
      namespace: desk
      port: 3001
      tools:
        t:
          description: x
          inputParameters:
            ${inputs}
          outputParameters: { g: { type: string, value: "${words}" } }
`;
}
