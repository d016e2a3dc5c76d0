/**
 * The server behind both lanes: its tools, its prepared answers, its calls.
 *
 * @module
 */
import type { Caller } from "../../telemetry/call.ts";
import type { Carrier } from "../../telemetry/traces/trace_context.ts";
import { Missed } from "../../telemetry/missed.ts";
import type { CallPoint } from "../../telemetry/observed/call_point.ts";
import { writeJson } from "../../data/json.ts";
import { beginningOf } from "../../data/beginning.ts";
import type { ExposesMcp } from "../../../schemas/mod.ts";
import { nearest } from "../../document/diagnostics/nearest.ts";
import type { Capability, Surface } from "../../plan/capability.ts";
import { deepArguments } from "../../plan/inputs/depth.ts";
import { SurfaceCall } from "../../plan/deadline.ts";
import type { Host } from "../../host/host.ts";
import { faultText, logFault } from "../../host/fault.ts";
import { memoryHost } from "../../host/memory.ts";
import { aboutBooks } from "./resources/about.ts";
import { type Book, booksOf, covers } from "./resources/book.ts";
import { Clients } from "./clients.ts";
import { completionMethods } from "./completion.ts";
import type { Method, MethodGroup, Params } from "./method.ts";
import { NotifyingCall, type Teller } from "./notices.ts";
import type { Question } from "./asking/questions.ts";
import { promptMethods, promptQuestions, promptsOf } from "./prompts.ts";
import { type Era, LEGACY, MODERN } from "./protocol.ts";
import { Watched } from "./resources/watched.ts";
import { resourceMethods } from "./resources/resources.ts";
import { CallError, errorData } from "../../upstream/error.ts";
import { errorMembers, resultMembers } from "./tools/results.ts";
import type { Selection } from "./tools/select.ts";
import { skillsExtension } from "./resources/skills.ts";
import { taskMethods } from "./tasks/task_methods.ts";
import { Tasks } from "./tasks/tasks.ts";
import { makeToolbox, type Tool, type Toolbox } from "./tools/tools.ts";

export { CAPABILITIES_KEY, CLIENT_KEY, type Era, LEGACY, MODERN, VERSION_KEY } from "./protocol.ts";

/** What surrounds a server. */
export interface McpServerOptions {
  /** Gives the files that resources and prompts name. */
  readonly host?: Host;
  /** Offers the document and its contract as resources. */
  readonly describes?: boolean;
  /** Several workers serve it: what one request leaves behind, the next one may not find. */
  readonly isShared?: boolean;
  /** Which tools are offered; all when left out. */
  readonly selection?: Selection | undefined;
}

/** How much of a name that nobody knows is repeated, in characters. */
const MAX_NAME = 200;
const NOTHING: Host = memoryHost();
const NO_CARRIER: Carrier = {};

/** An MCP server over one surface. */
export class McpServer {
  readonly info: { readonly name: string; readonly version: string; readonly title?: string };
  readonly instructions: string | undefined;
  readonly toolbox: Toolbox;
  readonly ttlMs: number;
  readonly cacheScope: "public" | "private";
  readonly #redact: (text: string) => string;
  readonly #missed: Missed;
  /** What stands in the `_meta` of a modern result. */
  readonly #meta: string;
  /** `,"resultType":…,"_meta":…` after the members of a modern result. */
  readonly #modernTail: string;
  readonly #listTail: string;
  readonly #prepared: Record<Era, { list: string }>;
  readonly discover: string;
  /** What the server can do, as the protocol words it. */
  readonly capabilities: Readonly<Record<string, unknown>>;
  /** Whether some of what can be read is found in folders when it is asked for. */
  readonly listsFiles: boolean;
  /** Whether it tells of itself to those who have not connected. */
  readonly describes: boolean;
  /** Whether it asks the person behind a client for what a call has to have. */
  readonly asks: boolean;
  /** What can be asked for of the arguments of prompts, by their names. */
  readonly promptQuestions: ReadonlyMap<unknown, readonly Question[]>;
  /** The calls that became tasks. */
  readonly tasks: Tasks = new Tasks((task) => this.clients.tellTask(task));
  /** The clients that stay. */
  readonly clients: Clients = new Clients();
  /** The same, as clients with a handshake get it. */
  readonly #legacyCapabilities: Readonly<Record<string, unknown>>;
  readonly #host: Host;
  readonly #books: readonly Book[];
  /** What clients have subscribed to. */
  readonly watched: Watched;
  /** What each list is made of, for telling whether it is another one. */
  readonly #lists: { readonly tools: string; readonly prompts: string; readonly resources: string };
  readonly #standard: string[] = [];
  readonly #methods = new Map<
    string,
    { readonly run: Method; readonly cacheable: boolean; readonly point: CallPoint }
  >();

  /**
   * @param capability The compiled capability.
   * @param surface One of its MCP surfaces.
   * @param options The host that gives files, and whether the capability tells of itself.
   */
  constructor(
    capability: Capability,
    surface: Surface<ExposesMcp>,
    { host = NOTHING, describes = false, selection, isShared = false }: McpServerOptions = {},
  ) {
    const { model } = surface;
    this.toolbox = makeToolbox(surface, capability.telemetry, selection);
    this.info = {
      name: model.namespace ?? capability.name,
      version: capability.version ?? "unspecified",
      ...(model.display === undefined ? {} : { title: model.display }),
    };
    this.instructions = model.description ?? capability.document.info?.description;
    this.ttlMs = model.ttlMs ?? 0;
    this.cacheScope = model.cacheScope === "public" ? "public" : "private";
    this.#redact = (text) => capability.redact(text);
    this.#host = host;
    this.#missed = new Missed(capability.telemetry, "mcp", model.namespace ?? "mcp", this.#redact);
    const parts = { capability, surface, host };
    const skills = skillsExtension(parts);
    const books = [
      ...booksOf(parts),
      ...(skills?.books ?? []),
      ...(describes ? aboutBooks(parts, this.toolbox.tools) : []),
    ];
    this.asks = !isShared;
    this.describes = describes;
    this.listsFiles = books.some((book) => book.list !== undefined);
    const prompts = promptsOf(parts),
      capabilities: Record<string, unknown> = { tools: { listChanged: true }, logging: {} };
    const extensions: Record<string, unknown> = {}, legacyExtensions: Record<string, unknown> = {};
    const add = ({ capability: word, extension, isModern, options, methods, cacheable }: MethodGroup) => {
      if (word !== undefined) capabilities[word] = options;
      if (extension !== undefined) {
        extensions[extension] = options;
        if (isModern !== true) legacyExtensions[extension] = options;
      }
      for (const [name, run] of Object.entries(methods)) {
        const point = capability.telemetry.point({
          type: "mcp",
          surface: model.namespace ?? "mcp",
          kind: "method",
          name,
          title: name,
          attributes: { "mcp.method.name": name },
        });
        if (extension === undefined) this.#standard.push(name);
        this.#methods.set(name, { run, cacheable: cacheable.includes(name), point });
      }
    };
    this.promptQuestions = promptQuestions(prompts);
    if (books.length > 0) add(resourceMethods(books, this.#redact));
    if (prompts.length > 0) add(promptMethods(prompts));
    if (prompts.length > 0 || books.some(({ template }) => template)) add(completionMethods(books, prompts));
    if (skills) add(skills.group);
    if (this.toolbox.tools.length > 0 && !isShared) add(taskMethods(() => this.tasks));
    const offered = (some: Record<string, unknown>) =>
      Object.keys(some).length > 0 ? { extensions: some } : {};
    this.#legacyCapabilities = { ...capabilities, ...offered(legacyExtensions) };
    this.capabilities = { ...capabilities, ...offered(extensions) };
    this.#meta = `"io.modelcontextprotocol/serverInfo":${JSON.stringify(this.info)}`;
    this.#modernTail = `,"resultType":"complete","_meta":{${this.#meta}}`;
    this.#listTail = `,"ttlMs":${this.ttlMs},"cacheScope":"${this.cacheScope}"${this.#modernTail}`;
    const list = `"tools":${writeJson(this.toolbox.tools.map((tool) => tool.definition))}`;
    this.#prepared = { legacy: { list: `{${list}}` }, modern: { list: `{${list}${this.#listTail}}` } };
    this.#books = books;
    this.watched = new Watched(books);
    this.#lists = {
      tools: list,
      prompts: JSON.stringify(prompts.map(({ entry }) => entry)),
      resources: JSON.stringify(books.map(({ uri, entry }) => [uri, entry])),
    };
    const instructions = this.instructions === undefined
      ? ""
      : `,"instructions":${JSON.stringify(this.instructions)}`;
    this.discover = `{"supportedVersions":["${MODERN}"],"capabilities":${
      JSON.stringify(this.capabilities)
    }${instructions}${this.#listTail}}`;
  }

  /** The result of `tools/list`, as JSON text. */
  list(era: Era): string {
    return this.#prepared[era].list;
  }

  /** The result of `initialize`, as JSON text. An unknown revision is answered with the newest. */
  initialize(requested: unknown): string {
    const version = typeof requested === "string" && LEGACY.includes(requested) ? requested : LEGACY[0]!;
    return JSON.stringify({
      protocolVersion: version,
      capabilities: this.#legacyCapabilities,
      serverInfo: this.info,
      ...(this.instructions === undefined ? {} : { instructions: this.instructions }),
    });
  }

  /** The methods of the protocol itself beside those of tools. */
  methods(): Iterable<string> {
    return this.#standard;
  }

  /** Whether there is a method of a name, beside those of tools. */
  has(method: string): boolean {
    return this.#methods.has(method);
  }

  /**
   * Answers a method that is none of tools.
   *
   * @returns The result as JSON text.
   * @throws {MethodError} What went wrong, without secrets.
   */
  async answer(
    method: string,
    params: Params,
    era: Era,
    signal: () => AbortSignal | undefined,
    caller?: Caller,
  ): Promise<string> {
    const { run, cacheable, point } = this.#methods.get(method)!, seen = point.begin({ params }, caller);
    let members: string;
    try {
      members = await run(params, new SurfaceCall(signal, caller, seen));
      seen?.end();
    } catch (error) {
      seen?.fail(error);
      throw error;
    }
    const tail = era === "legacy" ? "" : cacheable ? this.#listTail : this.#modernTail;
    return members === "" ? `{${tail.slice(1)}}` : `{${members}${tail}}`;
  }

  /** Whether an address can be read, as far as that is known without reading it. */
  canRead(uri: string): boolean {
    return this.#books.some((book) => covers(book, uri));
  }

  /** The result of a call that goes on: as a task, or once its person has answered. As JSON text. */
  unfinished(type: "task" | "input_required", members: string): string {
    return `{"resultType":"${type}",${members},"_meta":{${this.#meta}}}`;
  }

  /** The service stops: nobody listens any more, and no task goes on. */
  leave(): void {
    this.clients.leave();
    this.tasks.leave();
  }

  /** Another server takes the place of this one: the clients that stay go over to it, and hear what changed. */
  replacedBy(next: McpServer): void {
    const { clients } = next, before = this.#lists, after = next.#lists;
    next.tasks.takeOver(this.tasks);
    this.clients.moveTo(clients);
    clients.tell({
      tools: before.tools !== after.tools,
      prompts: before.prompts !== after.prompts,
      resources: before.resources !== after.resources,
    });
    void next.watched.changedSince(this.watched, clients.subscribed())
      .then((changed) => clients.tellUpdated(changed));
  }

  /** Logs a fault of Capstan's own. @returns What the caller is given. */
  fault(error: unknown, method: string): string {
    return faultText(logFault(this.#host, error, method, this.#redact));
  }

  /** The message for a tool that is not there. */
  unknownTool(name: string): string {
    const names = this.toolbox.tools.map((tool) => tool.name), near = nearest(name, names);
    const help = near !== undefined
      ? `Did you mean ${near}?`
      : names.length > 0
      ? `The tools are ${names.slice(0, 10).join(", ")}${names.length > 10 ? ", …" : ""}.`
      : "This server has no tools.";
    this.#missed.tell(`tools/call ${beginningOf(name, MAX_NAME)}`, "there is no such tool");
    return `Unknown tool: ${beginningOf(name, MAX_NAME)}. ${help}`;
  }

  /**
   * Calls a tool. Never rejects: a failure is a result too.
   *
   * @param tool The tool.
   * @param args The arguments as sent.
   * @param era Which form the result takes.
   * @param signal Gives the signal that aborts the call, once it is asked for.
   * @param wrap What is made of the result, which is given as JSON text.
   * @param caller Who calls, where that was asked.
   * @param carrier What a trace may have come in with.
   * @param teller Tells the caller how the call fares, where the caller wants to know.
   * @param milliseconds The time it may take.
   */
  call<T>(
    tool: Tool,
    args: unknown,
    era: Era,
    signal: () => AbortSignal | undefined,
    wrap: (text: string) => T,
    caller?: Caller,
    carrier: Carrier = NO_CARRIER,
    teller?: Teller,
    milliseconds?: number,
  ): Promise<T> {
    const tail = era === "modern" ? this.#modernTail : "", seen = tool.point.begin(carrier, caller);
    const failed = (error: unknown) => {
      const known = deepArguments(error, args);
      seen?.fail(known);
      return wrap(this.failure(tool, known, era));
    };
    try {
      const call = teller
        ? new NotifyingCall(tool.name, teller, this.#redact, signal, caller, seen, milliseconds)
        : new SurfaceCall(signal, caller, seen, milliseconds);
      return tool.flow.run(tool.flow.inputs.parse(args, call), call).then(
        (result) => {
          try {
            const text = wrap(`{${resultMembers(tool, result)}${tail}}`);
            seen?.end();
            return text;
          } catch (error) {
            return failed(error);
          }
        },
        failed,
      );
    } catch (error) {
      return Promise.resolve(failed(error));
    }
  }

  /** The result of a call that failed, as JSON text. */
  failure(tool: Tool, error: unknown, era: Era): string {
    let known = error;
    if (!(error instanceof CallError) && errorData(error).code === "internal") {
      const message = this.fault(error, `the tool ${tool.name}`), { hint } = errorData(error);
      known = new CallError({ code: "internal", message, retryable: false, hint });
    }
    return era === "modern"
      ? `{${errorMembers(known, this.#redact, this.#meta)},"resultType":"complete"}`
      : `{${errorMembers(known, this.#redact)}}`;
  }
}
