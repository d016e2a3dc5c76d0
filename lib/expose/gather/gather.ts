/**
 * One MCP endpoint for several servers: lists are joined, every other request goes to the server it is for.
 *
 * Nothing is run and nobody is let in here: each server asks who calls, runs its flows, and words its own answers.
 *
 * @module
 */
import { beginningOf } from "../../data/beginning.ts";
import { writeJson } from "../../data/json.ts";
import { formFault, idOf, isObject, isRequest, type JsonRpcMessage } from "../mcp/lanes/direct.ts";
import { parseMessage } from "../mcp/lanes/message.ts";
import { failure } from "../mcp/lanes/stateless.ts";
import { noticesOf } from "../mcp/notices.ts";
import { addressHere, addressThere, GatheredNames, type ServerOffer } from "./names.ts";
import { type Forwarded, type Peer, type PeerAnswer, resultOf } from "./peer.ts";

type Request = JsonRpcMessage & { readonly id: string | number; readonly method: string };
type Json = Record<string, unknown>;

/** The lists that are joined: the key of their members, and what identifies one. */
const LISTS: Readonly<Record<string, readonly [key: string, name: "name" | "uri" | "uriTemplate"]>> = {
  "tools/list": ["tools", "name"],
  "prompts/list": ["prompts", "name"],
  "resources/list": ["resources", "uri"],
  "resources/templates/list": ["resourceTemplates", "uriTemplate"],
};

/** What the servers can do together; what lasts longer than an answer is not gathered. */
const ABILITIES = ["tools", "resources", "prompts", "completions", "extensions"] as const;
/** The extension of the protocol that is gathered. */
const TASKS = "io.modelcontextprotocol/tasks";

/** Whether a server offers something that is gathered, by what it says it can do. */
function offers(can: Json, ability: string): boolean {
  const found = Object.hasOwn(can, ability) ? can[ability] : undefined;
  return isObject(found) && (ability !== "extensions" || Object.hasOwn(found, TASKS));
}

/** How much of a name that nobody knows is repeated, in characters. */
const MAX_NAME = 200;

const HEADERS = [["content-type", "application/json"]] as const;

function error(id: string | number | null, code: number, message: string, status = 200): PeerAnswer {
  return { status, headers: HEADERS, text: failure(id, code, message) };
}

function result(id: string | number, value: unknown): PeerAnswer {
  return { status: 200, headers: HEADERS, text: writeJson({ jsonrpc: "2.0", id, result: value }) };
}

const paramsOf = ({ params }: JsonRpcMessage): Json => isObject(params) ? params : {};

/** A message under another name, in its headers as well. */
function renamed(sent: Forwarded, message: Request, params: Json, was: unknown, is: string): Forwarded {
  return {
    ...sent,
    body: writeJson({ ...message, params }),
    headers: sent.headers.map(([name, value]) => [name, name === "mcp-name" && value === was ? is : value]),
  };
}

/** Several servers behind one endpoint. */
export class Gathered {
  readonly #peers: readonly Peer[];
  readonly #names: Readonly<Record<"tools" | "prompts", GatheredNames>>;
  /** Which server has a resource, by its address. */
  readonly #resources = new Map<string, Peer>();

  /** @param peers The servers, each with a namespace of its own. */
  constructor(peers: readonly Peer[]) {
    this.#peers = peers;
    this.#names = { tools: new GatheredNames(), prompts: new GatheredNames() };
  }

  /**
   * Answers a message.
   *
   * @param sent The message, with what came with it.
   * @returns The answer; its text is empty where none is due.
   */
  async answer(sent: Forwarded): Promise<PeerAnswer> {
    let message: unknown;
    try {
      message = parseMessage(sent.body);
    } catch {
      return error(null, -32700, "Parse error: the message is not valid JSON", 400);
    }
    const fault = formFault(message);
    if (fault !== undefined) return error(idOf(message), -32600, `Invalid Request: ${fault}`, 400);
    if (!isRequest(message as JsonRpcMessage)) return { status: 202, headers: [], text: "" };
    const request = message as Request;
    try {
      const { takesEvents: events = false, ...plain } = sent;
      return await this.#route(request, plain, events);
    } catch {
      return error(request.id, -32603, "A server behind this endpoint cannot be reached.", 502);
    }
  }

  async #route(message: Request, sent: Forwarded, events: boolean): Promise<PeerAnswer> {
    const { id, method } = message, params = paramsOf(message);
    if (Object.hasOwn(LISTS, method)) return (await this.#list(method, message, sent)).answer;
    switch (method) {
      case "initialize":
      case "server/discover":
        return await this.#greet(message, sent);
      case "ping":
        return await this.#peers[0]!.send(sent);
      case "tools/call":
      case "prompts/get": {
        const offer = await this.#find(
          method === "tools/call" ? "tools" : "prompts",
          params["name"],
          message,
          sent,
        );
        if ("status" in offer) return offer;
        const { peer, own } = offer, renaming = { ...params, name: own };
        // Only a call has more to say than its result, to those who asked for it: its server's words go on as they come.
        const tells = method === "tools/call" && noticesOf(params, undefined) !== undefined;
        return await peer.send({
          ...renamed(sent, message, renaming, params["name"], own),
          takesEvents: tells && events,
        });
      }
      case "resources/read":
        return await this.#read(message, params, sent);
      case "completion/complete":
        return await this.#complete(message, params, sent);
      // A server makes a task for whoever takes one, and its name says nothing of where it is.
      case "tasks/get":
      case "tasks/cancel":
      case "tasks/update":
        return await this.#askInTurn(sent);
      default:
        return error(
          id,
          -32601,
          `Method not found: ${beginningOf(method, MAX_NAME)}. A gathered endpoint does not offer it.`,
        );
    }
  }

  /** Asks every server for a list, and joins what they give. */
  async #list(method: string, message: Request, sent: Forwarded): Promise<{ answer: PeerAnswer }> {
    const [key, name] = LISTS[method]!, { cursor: _, ...params } = paramsOf(message);
    const asked = { ...sent, body: writeJson({ ...message, method, params }) };
    const answers = await Promise.all(this.#peers.map((peer) => peer.send(asked)));
    const results = answers.map(resultOf), first = results.find((one) => one !== undefined);
    // Where nobody gives anything, the caller hears why: a challenge, most likely.
    if (!first) return { answer: answers.find(({ status }) => status === 401) ?? answers[0]! };
    const names = key === "tools" || key === "prompts" ? this.#names[key] : undefined;
    const members = results.map((one) => (one?.[key] ?? []) as Json[]);
    if (names) {
      this.#peers.forEach((peer, i) =>
        names.learn(peer, members[i]!.map((member) => String(member["name"])))
      );
    }
    const joined = this.#peers.flatMap((peer, i) =>
      members[i]!.map((member) => {
        const own = String(member[name]);
        if (names) return { ...member, [name]: names.here(peer, own) };
        const here = addressHere(peer, own);
        if (name === "uri" && !this.#resources.has(here)) this.#resources.set(here, peer);
        return { ...member, [name]: here };
      })
    );
    const whole = results.filter((one) => one !== undefined), ttl = whole.map((one) => one["ttlMs"]);
    return {
      answer: result(message.id, {
        ...first,
        [key]: joined,
        ...(typeof first["ttlMs"] === "number" ? { ttlMs: Math.min(...ttl.map(Number)) } : {}),
        ...(whole.some((one) => one["cacheScope"] === "private") ? { cacheScope: "private" } : {}),
      }),
    };
  }

  /** The server that offers something; or the answer, where none does. */
  async #find(
    kind: "tools" | "prompts",
    name: unknown,
    message: Request,
    sent: Forwarded,
  ): Promise<ServerOffer | PeerAnswer> {
    if (typeof name !== "string") return error(message.id, -32602, "name must be text");
    const names = this.#names[kind], found = names.find(name);
    if (found) return found;
    // Nobody may have asked yet; or the document was read again.
    const { params, ...rest } = message, meta = isObject(params) ? params["_meta"] : undefined;
    const asking = { ...rest, params: meta === undefined ? {} : { _meta: meta } };
    const headers = sent.headers.filter(([header]) => header !== "mcp-name").map(([header, value]) =>
      [header, header === "mcp-method" ? `${kind}/list` : value] as const
    );
    const { answer } = await this.#list(`${kind}/list`, asking, { ...sent, headers });
    const now = names.find(name);
    if (now) return now;
    if (resultOf(answer) === undefined) return answer;
    const what = kind === "tools" ? "tool" : "prompt", shown = beginningOf(name, MAX_NAME);
    return error(message.id, -32602, `There is no ${what} ${shown}; ${kind}/list names all of them.`);
  }

  async #read(message: Request, params: Json, sent: Forwarded): Promise<PeerAnswer> {
    const { uri } = params;
    if (typeof uri !== "string") return error(message.id, -32602, "uri must be text");
    const there = addressThere(this.#peers, uri);
    const known = there?.peer ?? this.#resources.get(uri);
    let answer: PeerAnswer | undefined;
    // A template has no address that could be known: the servers are asked in turn.
    for (const peer of known ? [known] : this.#peers) {
      const own = there?.own ?? uri;
      answer = await peer.send(renamed(sent, message, { ...params, uri: own }, uri, own));
      const found = resultOf(answer);
      if (!found) continue;
      if (!there) return answer;
      const contents = (found["contents"] as Json[] | undefined)?.map((one) => ({
        ...one,
        uri: addressHere(peer, String(one["uri"])),
      }));
      return result(message.id, { ...found, contents });
    }
    return answer!;
  }

  async #complete(message: Request, params: Json, sent: Forwarded): Promise<PeerAnswer> {
    const ref = isObject(params["ref"]) ? params["ref"] : {};
    if (ref["type"] === "ref/prompt") {
      const offer = await this.#find("prompts", ref["name"], message, sent);
      if ("status" in offer) return offer;
      const named = { ...params, ref: { ...ref, name: offer.own } };
      return await offer.peer.send(renamed(sent, message, named, undefined, ""));
    }
    return await this.#askInTurn(sent);
  }

  /** Asks the servers in turn, until one knows what is meant. */
  async #askInTurn(sent: Forwarded): Promise<PeerAnswer> {
    let answer: PeerAnswer | undefined;
    for (const peer of this.#peers) {
      answer = await peer.send(sent);
      if (resultOf(answer)) return answer;
    }
    return answer!;
  }

  /** Opens a connection: what the servers can do, together. */
  async #greet(message: Request, sent: Forwarded): Promise<PeerAnswer> {
    const answers = await Promise.all(this.#peers.map((peer) => peer.send(sent)));
    const results = answers.map(resultOf), first = results.find((one) => one !== undefined);
    if (!first) return answers.find(({ status }) => status === 401) ?? answers[0]!;
    const can = results.map((one) => isObject(one?.["capabilities"]) ? one["capabilities"] : {});
    const instructions = this.#peers.flatMap(({ namespace }, i) => {
      const text = results[i]?.["instructions"];
      return typeof text === "string" && text !== "" ? [`Tools that begin with ${namespace}_: ${text}`] : [];
    }).join("\n\n");
    return result(message.id, {
      ...first,
      capabilities: Object.fromEntries(
        ABILITIES.filter((ability) => can.some((one) => offers(one, ability))).map((ability) => [
          ability,
          ability === "extensions" ? { [TASKS]: {} } : {},
        ]),
      ),
      ...(isObject(first["serverInfo"])
        ? { serverInfo: { name: "capstan", version: first["serverInfo"]["version"] } }
        : {}),
      ...(instructions === "" ? {} : { instructions }),
    });
  }
}
