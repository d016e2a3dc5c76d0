/**
 * Completion: the values that a variable of a resource template can have.
 *
 * @module
 */
import type { Book } from "./resources/book.ts";
import { invalidParams, type MethodGroup, type Params } from "./method.ts";
import type { Prompt } from "./prompts.ts";

/** The most values of one answer, as the protocol says. */
const MAX_VALUES = 100;

/** The values that a schema names. */
function valuesOf(schema: Readonly<Record<string, unknown>> | undefined): string[] {
  if (Array.isArray(schema?.["enum"])) return schema["enum"].map(String);
  return schema?.["type"] === "boolean" ? ["true", "false"] : [];
}

function objectParam(params: Params, name: string): Readonly<Record<string, unknown>> {
  const value = params[name];
  if (value !== null && typeof value === "object") return value as Record<string, unknown>;
  throw invalidParams(`${name} must be an object`);
}

/** What can be completed of what a request refers to. */
function candidates(
  books: readonly Book[],
  prompts: readonly Prompt[],
  ref: Readonly<Record<string, unknown>>,
  name: unknown,
): string[] {
  if (ref["type"] === "ref/prompt") {
    const prompt = prompts.find((p) => p.name === ref["name"]);
    if (!prompt) throw invalidParams(`Unknown prompt: ${ref["name"]}. prompts/list names what there is.`);
    return [];
  }
  if (ref["type"] !== "ref/resource") throw invalidParams("ref.type must be ref/prompt or ref/resource");
  const book = books.find(({ uri }) => uri === ref["uri"]);
  if (!book) {
    throw invalidParams(
      `Unknown resource template: ${ref["uri"]}. resources/templates/list names what there is.`,
    );
  }
  return valuesOf(book.variables?.get(String(name)));
}

/**
 * The method of completion.
 *
 * @param books What can be read.
 * @param prompts What can be asked for.
 */
export function completionMethods(books: readonly Book[], prompts: readonly Prompt[]): MethodGroup {
  return {
    capability: "completions",
    options: {},
    cacheable: [],
    methods: {
      "completion/complete": (params) => {
        const argument = objectParam(params, "argument"),
          begun = String(argument["value"] ?? "").toLowerCase();
        const all = candidates(books, prompts, objectParam(params, "ref"), argument["name"])
          .filter((value) => value.toLowerCase().startsWith(begun));
        return `"completion":${
          JSON.stringify({
            values: all.slice(0, MAX_VALUES),
            total: all.length,
            hasMore: all.length > MAX_VALUES,
          })
        }`;
      },
    },
  };
}
