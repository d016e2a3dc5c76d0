/**
 * Asking the person on the other end for what a call has to have and does not bring, where the client can do that. In the
 * revision 2026-07-28 (SEP-2322) the call is answered with a form, and comes again with what was filled in; the revisions
 * with a handshake ask over the connection, while the call waits.
 *
 * @module
 */
import type { Caller } from "../../../telemetry/call.ts";
import { CallError, errorData } from "../../../upstream/error.ts";
import { invalidParams } from "../method.ts";
import type { Tool } from "../tools/tools.ts";
import { inputRequests, openQuestions, type Question } from "./questions.ts";
import { readState, writeState } from "./request_state.ts";
import type { Elicit } from "./sent_requests.ts";

const CAPABILITIES_KEY = "io.modelcontextprotocol/clientCapabilities";

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value);

/** Whether the client of a request shows forms to a person. */
export function showsForms(params: unknown): boolean {
  const meta = (params as { _meta?: Record<string, unknown> } | undefined)?._meta;
  return declaresForms(meta?.[CAPABILITIES_KEY]);
}

/** Whether a client that can do this shows forms to a person. */
export function declaresForms(capabilities: unknown): boolean {
  const said = (capabilities as { elicitation?: unknown } | null | undefined)?.elicitation;
  return isObject(said) && (isObject(said["form"]) || said["url"] === undefined);
}

/** What a request asks, and of whom. */
export interface Asked {
  /** The method and the name of what is called, such as `tools/call order`. */
  readonly target: string;
  /** The name that a person reads. */
  readonly title: string;
  readonly caller: Caller | undefined;
}

/** What became of asking: arguments to call with, or what the client has to ask. */
export type Outcome =
  | { readonly args: Record<string, unknown>; readonly declined?: readonly string[] }
  | { readonly requests: Record<string, unknown>; readonly state: string };

/** Whether a request has to do with asking: something is left open, or it brings answers. */
export function concernsAsking(
  questions: readonly Question[],
  args: Readonly<Record<string, unknown>>,
  params: unknown,
): boolean {
  const { inputResponses, requestState } = params as { inputResponses?: unknown; requestState?: unknown };
  return inputResponses !== undefined || requestState !== undefined ||
    openQuestions(questions, args).length > 0;
}

/** Whether arguments lack what can be asked for, and are right otherwise: a mistake is for the model to correct. */
export function lacksOnly({ flow, questions }: Tool, args: unknown): boolean {
  try {
    flow.inputs.parse(args);
    return true;
  } catch (error) {
    return errorData(error).fields?.every(({ name, got }) =>
      got === "nothing" && questions?.some((question) => question.name === name)
    ) === true;
  }
}

/** The answers in what a client sends, by the names of inputs; and the names of those that its person declined. */
function readResponses(open: readonly Question[], given: unknown) {
  const answers: Record<string, unknown> = {}, declined: string[] = [];
  if (given === undefined) return { answers, declined };
  if (!isObject(given)) {
    throw invalidParams("inputResponses must be an object, with an answer for each request");
  }
  for (const { name, form, field } of open) {
    const response = Object.hasOwn(given, form) ? given[form] : undefined;
    if (response === undefined) continue;
    const action = isObject(response) ? response["action"] : undefined;
    if (action === "decline" || action === "cancel") declined.push(name);
    else if (action !== "accept" || !isObject((response as Record<string, unknown>)["content"])) {
      throw invalidParams(
        `inputResponses.${form} must have an action (accept, decline or cancel), and content where it is accept`,
      );
    } else {
      const content = (response as { content: Record<string, unknown> }).content;
      const value = field ? Object.hasOwn(content, name) ? content[name] : undefined : content;
      if (value !== undefined) answers[name] = value;
    }
  }
  return { answers, declined };
}

/**
 * Takes what a person has answered, and asks for what is still open.
 *
 * @param questions What can be asked.
 * @param args The arguments of the request: they come before answers.
 * @param params The parameters of the request.
 * @param asked What is called, and by whom.
 * @throws {MethodError} Where the answers or the state are not as they have to be.
 */
export async function ask(
  questions: readonly Question[],
  args: Readonly<Record<string, unknown>>,
  params: unknown,
  { target, title, caller }: Asked,
): Promise<Outcome> {
  const { inputResponses, requestState } = params as { inputResponses?: unknown; requestState?: unknown };
  const purpose = JSON.stringify([target, caller === undefined ? null : [caller.scheme, caller.id]]);
  const before = requestState === undefined ? {} : await readState(purpose, requestState);
  if (before === undefined) {
    throw invalidParams(
      "requestState is not the one that this call was answered with, or is too old; call again without it",
    );
  }
  const known = openQuestions(questions, args).filter(({ name }) => !Object.hasOwn(before, name));
  const { answers, declined } = readResponses(known, inputResponses), all = { ...before, ...answers };
  // The caller's own arguments were never asked for: a state cannot take their place.
  const complete = { ...all, ...args };
  if (declined.length > 0) return { args: complete, declined };
  const open = openQuestions(questions, complete);
  if (open.length === 0) return { args: complete };
  return { requests: inputRequests(title, open), state: await writeState(purpose, all) };
}

/**
 * Asks for what is left open while the call waits: one form after the other.
 *
 * @param questions What can be asked.
 * @param args The arguments of the request: they come before answers.
 * @param title The name of what is called.
 * @param elicit Asks the client.
 * @returns The arguments to call with, and what the person declined. What a client cannot ask for stays open.
 */
export async function askNow(
  questions: readonly Question[],
  args: Readonly<Record<string, unknown>>,
  title: string,
  elicit: Elicit,
): Promise<{ readonly args: Record<string, unknown>; readonly declined?: readonly string[] }> {
  const open = openQuestions(questions, args);
  let all: Record<string, unknown> = { ...args };
  for (const [form, { params }] of Object.entries(inputRequests(title, open))) {
    // Clients of these revisions know one kind of form, and some refuse what they do not know.
    const { mode: _, ...words } = params, response = await elicit(words);
    if (response === undefined) return { args: all };
    const { answers, declined } = readResponses(open.filter((one) => one.form === form), {
      [form]: response,
    });
    all = { ...answers, ...all };
    if (declined.length > 0) return { args: all, declined };
  }
  return { args: all };
}

/** The error of a call whose person did not want to give what it has to have. */
export function declinedError(names: readonly string[]): CallError {
  return new CallError({
    code: "invalid_arguments",
    message: `the person was asked for ${names.join(", ")}, and did not answer`,
    retryable: false,
    fields: names.map((name) => ({ name, expected: "a value", got: "nothing" })),
    hint: "Do not call again without these arguments; ask the person in your own words how to go on.",
  });
}
