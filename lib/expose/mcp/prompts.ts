/**
 * Prompts: templates of messages with arguments.
 *
 * @module
 */
import { fileType, isTextType } from "../../data/file_types.ts";
import { placeholdersOf } from "../../expression/placeholder.ts";
import type { ExposesMcp, McpPrompt } from "../../../schemas/mod.ts";
import { nearest } from "../../document/diagnostics/nearest.ts";
import { templateWords } from "../../expression/words.ts";
import type { Host } from "../../host/host.ts";
import { Folder } from "../folder.ts";
import { resolvePath, servedPath } from "../../plan/paths.ts";
import type { SurfaceParts } from "../../surface/surface_type.ts";
import { type Question, questionsOf } from "./asking/questions.ts";
import { bytesContent, textContent } from "./tools/results.ts";
import { invalidParams, MethodError, type MethodGroup, type Params, textParam } from "./method.ts";

/** The most that the file of a prompt may hold, in bytes. */
const MAX_PROMPT_BYTES = 1 << 20;

/** One argument. */
interface Argument {
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly required: boolean;
}

/** A piece of a message: text of the author, or an argument. */
type Piece = string | { readonly word: string };

interface PromptMessage {
  readonly role: string;
  readonly pieces: readonly Piece[];
  /** What is given instead: a picture, a sound or a file, as JSON text. */
  readonly content?: string;
}

/** A prompt, compiled. */
export interface Prompt {
  readonly name: string;
  readonly entry: Readonly<Record<string, unknown>>;
  readonly arguments: readonly Argument[];
  /** The messages with the arguments in them, as JSON text. */
  messages(values: Readonly<Record<string, string>>): Promise<readonly string[]>;
}

function piecesOf(text: string): Piece[] {
  const out: Piece[] = [];
  let from = 0;
  for (const { expression, start, end } of placeholdersOf(text)) {
    if (start > from) out.push(text.slice(from, start));
    out.push({ word: expression });
    from = end;
  }
  if (from < text.length) out.push(text.slice(from));
  return out;
}

/** A value is text of its own: braces in it are no placeholders. */
function fill({ role, pieces, content }: PromptMessage, values: Readonly<Record<string, string>>): string {
  const text = () =>
    pieces.map((piece) => typeof piece === "string" ? piece : values[piece.word] ?? "").join("");
  return `{"role":"${role}","content":${content ?? textContent(text())}}`;
}

/** The text of a file; undefined for a picture, a sound and whatever else is no text. */
function textOfFile(bytes: Uint8Array, mediaType: string): string | undefined {
  if (isTextType(mediaType)) return new TextDecoder().decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The arguments: those that are declared, and words of the template that nobody declares. */
function argumentsOf(prompt: McpPrompt): Argument[] {
  const out: Argument[] = (prompt.arguments ?? []).map(({ name, display, description, required }) => ({
    name,
    ...(display === undefined ? {} : { title: display }),
    ...(description === undefined ? {} : { description }),
    required: required ?? true,
  }));
  for (const { content = "" } of prompt.template ?? []) {
    for (const word of templateWords(content)) {
      if (!out.some(({ name }) => name === word)) out.push({ name: word, required: true });
    }
  }
  return out;
}

/** The message of a file. It is read when it is asked for, so that a correction is seen at once. */
async function messageOf(host: Host, file: Folder, path: string, name: string): Promise<PromptMessage> {
  const bytes = await file.read("", MAX_PROMPT_BYTES).catch(() => undefined);
  if (!bytes) {
    host.log({ level: "error", message: `the file ${path} of the prompt ${name} cannot be read` });
    throw new MethodError(
      -32603,
      `The text of the prompt ${name} cannot be read. Ask the person who runs this server to look at its log.`,
    );
  }
  const mediaType = fileType(path), text = textOfFile(bytes, mediaType);
  return text === undefined
    ? { role: "user", pieces: [], content: bytesContent(bytes, mediaType) }
    : { role: "user", pieces: piecesOf(text) };
}

function compilePrompt({ capability, host }: SurfaceParts<ExposesMcp>, prompt: McpPrompt): Prompt {
  const { name, display, description, location } = prompt, args = argumentsOf(prompt);
  const inline = prompt.template?.map(({ role, content = "" }): PromptMessage => ({
    role: role === "assistant" ? "assistant" : "user",
    pieces: piecesOf(content),
  }));
  const path = resolvePath(capability.spec, prompt, location ?? "");
  const source = inline ?? new Folder(host, path, servedPath(capability.spec, path));
  return {
    name,
    arguments: args,
    entry: {
      name,
      ...(display === undefined ? {} : { title: display }),
      ...(description === undefined ? {} : { description }),
      ...(args.length === 0 ? {} : { arguments: args }),
    },
    async messages(values) {
      const messages = source instanceof Folder ? [await messageOf(host, source, path, name)] : source;
      return messages.map((message) => fill(message, values));
    },
  };
}

/** The prompts of a surface. */
export function promptsOf(parts: SurfaceParts<ExposesMcp>): Prompt[] {
  return parts.surface.callables.flatMap(({ kind, node, disabled }) =>
    kind === "prompt" && !disabled ? [compilePrompt(parts, node as McpPrompt)] : []
  );
}

/** What can be asked of the person behind a client, by the names of prompts. */
export function promptQuestions(prompts: readonly Prompt[]): ReadonlyMap<unknown, readonly Question[]> {
  return new Map(prompts.flatMap((prompt) => {
    const required = prompt.arguments.filter((argument) => argument.required);
    const questions = questionsOf(required.map(({ name, title, description }) => ({
      name,
      title,
      schema: { type: "string", ...(description === undefined ? {} : { description }) },
    })));
    return questions ? [[prompt.name, questions] as const] : [];
  }));
}

/** The arguments of a request, checked. */
function checked(prompt: Prompt, params: Params): Record<string, string> {
  const given = params["arguments"] ?? {}, out: Record<string, string> = Object.create(null);
  if (typeof given !== "object" || Array.isArray(given)) throw invalidParams("arguments must be an object");
  const names = prompt.arguments.map(({ name }) => name), faults: string[] = [];
  for (const [name, value] of Object.entries(given as Record<string, unknown>)) {
    if (value === null || value === undefined) continue;
    if (!names.includes(name)) {
      const near = nearest(name, names);
      faults.push(`${name}: no such argument${near === undefined ? "" : `; did you mean ${near}?`}`);
    } else out[name] = typeof value === "string" ? value : JSON.stringify(value);
  }
  for (const { name, required } of prompt.arguments) {
    if (required && out[name] === undefined) faults.push(`${name} is required`);
  }
  if (faults.length === 0) return out;
  const shown = faults.slice(0, 20), more = faults.length - shown.length;
  throw invalidParams(
    `${shown.join("; ")}${more > 0 ? `; and ${more} more` : ""}. ` +
      (names.length === 0 ? "The prompt takes no arguments." : `The arguments are ${names.join(", ")}.`),
  );
}

/**
 * The methods of prompts.
 *
 * @param prompts The prompts.
 */
export function promptMethods(prompts: readonly Prompt[]): MethodGroup {
  const byName = new Map(prompts.map((prompt) => [prompt.name, prompt]));
  const list = JSON.stringify(prompts.map(({ entry }) => entry));
  return {
    capability: "prompts",
    options: { listChanged: true },
    cacheable: ["prompts/list"],
    methods: {
      "prompts/list": () => `"prompts":${list}`,
      "prompts/get": async (params) => {
        const name = textParam(params, "name", "the name of a prompt"), prompt = byName.get(name);
        if (!prompt) {
          const near = nearest(name, [...byName.keys()]);
          throw invalidParams(
            `Unknown prompt: ${name}. ${
              near === undefined ? "prompts/list names what there is." : `Did you mean ${near}?`
            }`,
          );
        }
        const messages = await prompt.messages(checked(prompt, params));
        const { description } = prompt.entry;
        return `${
          description === undefined ? "" : `"description":${JSON.stringify(description)},`
        }"messages":[${messages.join(",")}]`;
      },
    },
  };
}
