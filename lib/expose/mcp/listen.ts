/**
 * What clients ask for so that they hear of changes: subscriptions, levels of messages, and listening.
 *
 * @module
 */
import { takesTasks } from "./tasks/task_methods.ts";
import type { Tasks } from "./tasks/tasks.ts";
import type { Clients, Session, Wishes } from "./clients.ts";
import { invalidParams, type Params, textParam } from "./method.ts";
import { LEVELS, notification } from "./notices.ts";

/** How many addresses one client may subscribe to, and how many characters they may have together. */
const MAX_URIS = 1000, MAX_URI_LENGTH = 65_536;
const TOO_MANY =
  `no more than ${MAX_URIS} addresses of ${MAX_URI_LENGTH} characters together can be subscribed to`;

const SUBSCRIPTION_KEY = "io.modelcontextprotocol/subscriptionId";

/**
 * Answers one of the methods of handshake revisions that change what a client hears. The result is empty.
 *
 * @param isKnown Whether an address can be read.
 * @throws {MethodError} Where the parameters make no sense.
 */
export function changeSession(
  session: Session,
  method: string,
  params: Params,
  isKnown: (uri: string) => boolean,
): void {
  if (method === "logging/setLevel") {
    const level = textParam(params, "level", "a level, as text");
    if (!LEVELS.includes(level)) throw invalidParams(`level is ${level}; use one of ${LEVELS.join(", ")}`);
    session.level = level;
    return;
  }
  const uri = textParam(params, "uri", "the address of a resource");
  if (method === "resources/unsubscribe") {
    if (session.uris.delete(uri)) session.uriLength -= uri.length;
    return;
  }
  if (!isKnown(uri)) throw invalidParams(`Unknown resource: ${uri}. resources/list names what there is.`);
  if (session.uris.has(uri)) return;
  if (session.uris.size >= MAX_URIS || session.uriLength + uri.length > MAX_URI_LENGTH) {
    throw invalidParams(TOO_MANY);
  }
  session.uriLength += uri.length;
  session.uris.add(uri);
}

/** A server that tells of its tasks. */
interface TellingServer {
  readonly tasks: Tasks;
  readonly clients: Clients;
}

/** What a request to listen asks for. */
export interface ListenRequest {
  readonly wishes: Wishes;
  /** The `_meta` of each notification. */
  readonly meta: Readonly<Record<string, unknown>>;
  /** The notification that says what is heard. */
  readonly acknowledgement: string;
}

/** A list of texts; undefined where it is left out. */
function textsOf(words: Readonly<Record<string, unknown>>, key: string, what: string): string[] | undefined {
  const given = words[key];
  if (given === undefined) return undefined;
  if (Array.isArray(given) && given.every((one) => typeof one === "string")) return given;
  throw invalidParams(`notifications.${key} must be a list of ${what}`);
}

/**
 * Reads a request to listen, as the revision 2026-07-28 has it.
 *
 * @param id The number of the request.
 * @param params Its parameters.
 * @param offers The groups of methods that the server has.
 * @param ownsTask Whether a task is the caller's.
 * @throws {MethodError} Where the parameters make no sense.
 */
export function readListen(
  id: string | number,
  params: Params,
  offers: Readonly<Record<string, unknown>>,
  ownsTask: (id: string) => boolean = () => false,
): ListenRequest {
  const asked = params["notifications"];
  if (asked === null || typeof asked !== "object" || Array.isArray(asked)) {
    throw invalidParams("notifications must be an object that says what to tell of");
  }
  const words = asked as Record<string, unknown>, uris = textsOf(words, "resourceSubscriptions", "addresses");
  // A task that is not there, or somebody else's, is not heard of: the answer says which are.
  const taskIds = takesTasks(params)
    ? textsOf(words, "taskIds", "names of tasks")?.slice(0, MAX_URIS).filter(ownsTask)
    : undefined;
  if (
    uris !== undefined &&
    (uris.length > MAX_URIS || uris.reduce((sum, uri) => sum + uri.length, 0) > MAX_URI_LENGTH)
  ) throw invalidParams(TOO_MANY);
  const notifications = {
    ...(words["toolsListChanged"] === true ? { toolsListChanged: true } : {}),
    ...(words["promptsListChanged"] === true && offers["prompts"] ? { promptsListChanged: true } : {}),
    ...(words["resourcesListChanged"] === true && offers["resources"] ? { resourcesListChanged: true } : {}),
    ...(uris !== undefined && offers["resources"] ? { resourceSubscriptions: uris } : {}),
    ...(taskIds === undefined ? {} : { taskIds }),
  };
  const { resourceSubscriptions, taskIds: tasks, ...lists } = notifications,
    meta = { [SUBSCRIPTION_KEY]: id };
  return {
    wishes: {
      ...lists,
      ...(resourceSubscriptions === undefined
        ? {}
        : { resourceSubscriptions: new Set(resourceSubscriptions) }),
      ...(tasks === undefined ? {} : { taskIds: new Set(tasks) }),
    },
    meta,
    acknowledgement: notification("notifications/subscriptions/acknowledged", { notifications, _meta: meta }),
  };
}

/** Tells of tasks that had ended before somebody began to listen for them. */
export function tellEnded({ tasks, clients }: TellingServer, { taskIds }: Wishes): void {
  for (const id of taskIds ?? []) {
    const task = tasks.find(id);
    if (task !== undefined && task.status !== "working") clients.tellTask(task);
  }
}

/** The result of listening that has ended. */
export function listenEnded(id: string | number): string {
  return JSON.stringify({
    jsonrpc: "2.0",
    id,
    result: { resultType: "complete", _meta: { [SUBSCRIPTION_KEY]: id } },
  });
}
