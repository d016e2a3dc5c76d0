/**
 * Completion: the values that a variable of a resource template can have.
 *
 * @module
 */
import type { Book } from "./resources/book.ts";
import { invalidParams, type MethodGroup, type Params, textParam } from "./method.ts";
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
    const asked = textParam(ref, "name", "the name of a prompt"),
      prompt = prompts.find((p) => p.name === asked);
    if (!prompt) throw invalidParams(`Unknown prompt: ${asked}. prompts/list names what there is.`);
    return [];
  }
  if (ref["type"] !== "ref/resource") throw invalidParams("ref.type must be ref/prompt or ref/resource");
  const asked = textParam(ref, "uri", "the address of a template"),
    book = books.find(({ uri }) => uri === asked);
  if (!book) {
    throw invalidParams(
      `Unknown resource template: ${asked}. resources/templates/list names what there is.`,
    );
  }
  return valuesOf(typeof name === "string" ? book.variables?.get(name) : undefined);
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
          begun = argument["value"] === undefined ? "" : textParam(argument, "value", "text").toLowerCase();
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
