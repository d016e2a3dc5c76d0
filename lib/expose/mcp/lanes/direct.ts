/**
 * The direct lane: the stateless hot methods, answered from prepared text and one Flow call.
 *
 * It takes only requests that are exactly as the protocol says; everything else is the SDK's.
 *
 * @module
 */
import type { Caller } from "../../../telemetry/call.ts";
import { writeJson } from "../../../data/json.ts";
import { ask, askNow, concernsAsking, declinedError, lacksOnly, showsForms } from "../asking/asking.ts";
import { openQuestions, type Question } from "../asking/questions.ts";
import type { Elicit } from "../asking/sent_requests.ts";
import type { Session } from "../clients.ts";
import { changeSession } from "../listen.ts";
import { MethodError } from "../method.ts";
import type { Teller } from "../notices.ts";
import { argumentsOf, type JsonRpcMessage } from "./form.ts";
import { runPatiently, takesTasks } from "../tasks/task_methods.ts";
import { ownerOf, TASK_MS } from "../tasks/tasks.ts";
import type { Tool } from "../tools/tools.ts";
import type { Era, McpServer } from "../server.ts";
import { LEGACY } from "../protocol.ts";
import {
  answerStateless,
  capabilitiesFault,
  cursorOf,
  type DirectAnswer,
  failure,
  result,
  unknownCursor,
  unknownMethod,
} from "./stateless.ts";

export { type DirectAnswer, eraOf, namedVersion } from "./stateless.ts";
export { argumentsOf, formFault, idOf, isObject, isRequest, type JsonRpcMessage } from "./form.ts";

/** Whether a header names a revision with a handshake. */
export function isLegacyVersion(version: string): boolean {
  return LEGACY.includes(version);
}

/** Answers a method beside those of tools. */
async function answerMethod(
  server: McpServer,
  { id, method, params }: JsonRpcMessage & { id: string | number; method: string },
  era: Era,
  signal: () => AbortSignal | undefined,
  caller: Caller | undefined,
): Promise<DirectAnswer> {
  try {
    const text = await server.answer(method, (params ?? {}) as Record<string, unknown>, era, signal, caller);
    return { text: result(id, text), status: 200 };
  } catch (error) {
    return failed(server, { id, method }, era, error);
  }
}

/** The HTTP statuses of errors that are the caller's, in the modern revision. */
const STATUSES: ReadonlyMap<number, number> = new Map([[-32602, 400], [-32021, 400], [-32601, 404]]);

/** The answer for what went wrong. */
function failed(
  server: McpServer,
  { id, method }: { readonly id: string | number; readonly method: string },
  era: Era,
  error: unknown,
): DirectAnswer {
  if (!(error instanceof MethodError)) {
    return { text: failure(id, -32603, server.fault(error, method)), status: era === "modern" ? 500 : 200 };
  }
  const code = era === "legacy" ? error.legacyCode : error.code;
  const status = era === "legacy" ? 200 : STATUSES.get(code) ?? 500;
  return { text: failure(id, code, error.message, error.data), status };
}

/** Answers what changes what a client of a handshake revision hears. */
function answerSession(
  server: McpServer,
  { id, method, params }: JsonRpcMessage & { id: string | number; method: string },
  session: Session,
): DirectAnswer {
  try {
    changeSession(session, method, (params ?? {}) as Record<string, unknown>, (uri) => server.canRead(uri));
    if (method === "resources/subscribe") server.watched.add([String((params as Args)["uri"])]);
    return { text: result(id, "{}"), status: 200 };
  } catch (error) {
    return failed(server, { id, method }, "legacy", error);
  }
}

/** What a request came with, beside itself. */
export interface RequestContext {
  /** Who calls, where that was asked. */
  readonly caller?: Caller | undefined;
  /** The headers of the HTTP request, where it came with one. */
  readonly headers?: Headers | undefined;
  /** Tells the caller how the call fares, where the caller wants to know. */
  readonly teller?: Teller | undefined;
  /** What is kept of the client's session, from now on. */
  readonly session?: () => Session;
  /** Asks the person behind the client, of a request of a handshake revision that leaves open what can be asked for. */
  readonly elicit?: Elicit | undefined;
}

/** Calls a tool for a client that takes a task when the call takes long. */
async function callPatiently(
  server: McpServer,
  tool: Tool,
  args: Record<string, unknown>,
  { id, params }: JsonRpcMessage & { id: string | number },
  signal: () => AbortSignal | undefined,
  { caller, headers, teller }: RequestContext,
): Promise<DirectAnswer> {
  const carrier = { params: params as Record<string, unknown>, headers };
  const given = await runPatiently(
    server.tasks,
    ownerOf(caller),
    signal(),
    (signal) =>
      server.call(tool, args, "modern", () => signal, (text) => text, caller, carrier, teller, TASK_MS),
  );
  if (typeof given === "string") return { text: result(id, given), status: 200 };
  teller?.end();
  return { text: result(id, server.unfinished("task", given.members())), status: 200 };
}

/** Calls a tool. */
function callTool(
  server: McpServer,
  tool: Tool,
  args: Record<string, unknown>,
  message: JsonRpcMessage & { id: string | number },
  era: Era,
  signal: () => AbortSignal | undefined,
  context: RequestContext,
): Promise<DirectAnswer> {
  const { caller, headers, teller } = context, { id } = message;
  const params = message.params as Record<string, unknown>;
  if (era === "modern" && takesTasks(params) && server.has("tasks/get")) {
    return callPatiently(server, tool, args, message, signal, context);
  }
  return server.call(
    tool,
    args,
    era,
    signal,
    (text) => ({ text: result(id, text), status: 200 }),
    caller,
    { params, headers },
    teller,
  );
}

/** Whether the person behind the client of a request is to be asked, or has been. */
const mayAsk = (server: McpServer, questions: readonly Question[], args: Args, params: unknown) =>
  server.asks && showsForms(params) && concernsAsking(questions, args, params);

/** Runs a request with what the person behind the client has answered, or asks that person. */
async function askFirst(
  server: McpServer,
  { id, method, params }: JsonRpcMessage & { id: string | number; method: string },
  questions: readonly Question[],
  args: Args,
  caller: Caller | undefined,
  run: (args: Args, declined?: readonly string[]) => DirectAnswer | Promise<DirectAnswer>,
): Promise<DirectAnswer> {
  try {
    const title = String((params as Args)["name"]);
    const outcome = await ask(questions, args, params, { target: `${method} ${title}`, title, caller });
    if ("args" in outcome) return await run(outcome.args, outcome.declined);
    const members = `"inputRequests":${writeJson(outcome.requests)},"requestState":"${outcome.state}"`;
    return { text: result(id, server.unfinished("input_required", members)), status: 200 };
  } catch (error) {
    return failed(server, { id, method }, "modern", error);
  }
}

/** Runs a request with what the person behind the client has answered over the connection. */
async function askMeanwhile(
  server: McpServer,
  { id, method, params }: JsonRpcMessage & { id: string | number; method: string },
  questions: readonly Question[],
  args: Args,
  elicit: Elicit,
  run: (args: Args, declined?: readonly string[]) => DirectAnswer | Promise<DirectAnswer>,
): Promise<DirectAnswer> {
  try {
    const outcome = await askNow(questions, args, String((params as Args)["name"]), elicit);
    return await run(outcome.args, outcome.declined);
  } catch (error) {
    return failed(server, { id, method }, "legacy", error);
  }
}

/**
 * Whether a request of a handshake revision lacks nothing but what its client's person can be asked for.
 *
 * @param server The server.
 * @param message The request.
 */
export function leavesOpen(server: McpServer, { method, params }: JsonRpcMessage): boolean {
  const { name, arguments: given } = (params ?? {}) as { name?: unknown; arguments?: unknown };
  const args = argumentsOf(given);
  if (!server.asks || args === undefined) return false;
  const tool = method === "tools/call" ? server.toolbox.byName.get(String(name)) : undefined;
  const questions = method === "prompts/get" ? server.promptQuestions.get(name) : tool?.questions;
  return questions !== undefined && openQuestions(questions, args).length > 0 &&
    (tool === undefined || lacksOnly(tool, args));
}

/** Answers a request for a prompt, whose arguments can be asked for. */
function answerPrompt(
  server: McpServer,
  message: JsonRpcMessage & { id: string | number; method: string },
  era: Era,
  signal: () => AbortSignal | undefined,
  { caller, elicit }: RequestContext,
): DirectAnswer | Promise<DirectAnswer> {
  const params = message.params as Args | undefined, args = argumentsOf(params?.["arguments"]);
  if (!server.has(message.method)) return unknownMethod(message.id, message.method, era);
  const questions = server.promptQuestions.get(params?.["name"]);
  const run = (given: Args) => {
    const filled = { ...message, params: { ...params, arguments: given } };
    return answerMethod(server, filled, era, signal, caller);
  };
  if (questions && args && elicit) return askMeanwhile(server, message, questions, args, elicit, run);
  if (era === "legacy" || !questions || !args || !mayAsk(server, questions, args, params)) {
    return answerMethod(server, message, era, signal, caller);
  }
  return askFirst(server, message, questions, args, caller, run);
}

type Args = Record<string, unknown>;
const ALONE: RequestContext = {};

/**
 * Answers a request directly.
 *
 * @param server The server.
 * @param message The request, in the one exact form.
 * @param era Its kind of revision.
 * @param signal Gives the signal that aborts the call, where one is needed.
 * @param surroundings What the request came with.
 * @returns The answer; undefined for a method that is the SDK's.
 */
export function answerDirectly(
  server: McpServer,
  message: JsonRpcMessage & { id: string | number; method: string },
  era: Era,
  signal: () => AbortSignal | undefined,
  { caller, headers, teller, session, elicit }: RequestContext = ALONE,
): DirectAnswer | Promise<DirectAnswer> | undefined {
  const { id, method } = message;
  const fault = era === "modern" ? capabilitiesFault(message) : undefined;
  if (fault) return fault;
  switch (method) {
    case "tools/call": {
      const params = message.params as { name?: unknown; arguments?: unknown } | undefined;
      const name = params?.name, args = argumentsOf(params?.arguments);
      if (typeof name !== "string" || args === undefined) {
        const message = typeof name === "string"
          ? "Invalid params: arguments must be an object of the tool's arguments"
          : "Invalid params: name must be the name of a tool";
        return { text: failure(id, -32602, message), status: 200 };
      }
      const tool = server.toolbox.byName.get(name);
      if (!tool) {
        return { text: failure(id, -32602, server.unknownTool(name)), status: era === "modern" ? 400 : 200 };
      }
      const { questions } = tool, context = { caller, headers, teller };
      const run = (args: Args, declined?: readonly string[]) =>
        declined
          ? { text: result(id, server.failure(tool, declinedError(declined), era)), status: 200 }
          : callTool(server, tool, args, message, era, signal, context);
      if (elicit && questions) return askMeanwhile(server, message, questions, args, elicit, run);
      if (era === "modern" && questions && mayAsk(server, questions, args, params) && lacksOnly(tool, args)) {
        return askFirst(server, message, questions, args, caller, run);
      }
      return callTool(server, tool, args, message, era, signal, context);
    }
    case "tools/list":
    case "initialize":
    case "ping":
    case "server/discover":
      return answerStateless(server, message, era);
    case "subscriptions/listen":
      return undefined;
    case "logging/setLevel":
    case "resources/subscribe":
    case "resources/unsubscribe":
      return era === "legacy" && session
        ? answerSession(server, message, session())
        : unknownMethod(id, method, era);
    default:
      if (method === "prompts/get" && (era === "modern" || elicit)) {
        return answerPrompt(server, message, era, signal, { caller, elicit });
      }
      if (server.has(method)) {
        return method.endsWith("/list") && cursorOf(message.params) !== undefined
          ? unknownCursor(id, era)
          : answerMethod(server, message, era, signal, caller);
      }
      // Many clients ask for what is not offered, right after the handshake: no SDK is loaded to refuse it.
      return unknownMethod(id, method, era);
  }
}
