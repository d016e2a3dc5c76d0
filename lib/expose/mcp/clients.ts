/**
 * Clients that stay: what each wants to hear of, and what each has asked for.
 *
 * @module
 */

import { parseJson } from "../../data/json.ts";
import { SentRequests } from "./asking/sent_requests.ts";

/** The most that listen at once, and the most sessions of which something is kept. */
const MOST = 1000;

/** What a client wants to hear of. */
export interface Wishes {
  readonly toolsListChanged?: boolean;
  readonly promptsListChanged?: boolean;
  readonly resourcesListChanged?: boolean;
  /** Hears when the content of an address may be another one. */
  readonly resourceSubscriptions?: ReadonlySet<string>;
  /** Hears how these tasks fare. */
  readonly taskIds?: ReadonlySet<string>;
}

/** A client that listens. */
export interface ListeningClient {
  readonly wishes: Wishes;
  /** Sends a notification. */
  hear(method: string, params?: Readonly<Record<string, unknown>>): void;
  /** The service stops. */
  end(): void;
}

/** What a client of a handshake revision has asked for. */
export class Session {
  /** The least important level of messages it wants; none when undefined. */
  level: string | undefined;
  /** The addresses it has subscribed to. */
  readonly uris = new Set<string>();
  /** How many characters they have together. */
  uriLength = 0;
}

/** What is another one after the document was read again. */
export interface Changes {
  readonly tools: boolean;
  readonly prompts: boolean;
  readonly resources: boolean;
}

const EVERYTHING = { toolsListChanged: true, promptsListChanged: true, resourcesListChanged: true };

/** What a client with a handshake hears of: every list, and what it has subscribed to. */
export function wishesOf(session: Session): Wishes {
  return { ...EVERYTHING, resourceSubscriptions: session.uris };
}

/** The clients of one server. They go over to the server that takes its place. */
export class Clients {
  readonly #listeners = new Set<ListeningClient>();
  readonly #sessions = new Map<string, Session>();
  readonly #ended = new Set<string>();
  #sent = new SentRequests();
  #heir: Clients | undefined;

  /** What they were asked, and have not answered yet. */
  get sent(): SentRequests {
    return this.#sent;
  }

  /** Whether one more can listen. */
  get hasRoom(): boolean {
    return this.#listeners.size < MOST;
  }

  /** A client begins to listen. */
  add(listener: ListeningClient): void {
    if (this.#heir) this.#heir.add(listener);
    else this.#listeners.add(listener);
  }

  /** A client has gone. */
  remove(listener: ListeningClient): void {
    this.#listeners.delete(listener);
    this.#heir?.remove(listener);
  }

  /** What is kept of a session; undefined where it has asked for nothing yet. */
  session(key: string): Session | undefined {
    return this.#sessions.size === 0 ? undefined : this.#sessions.get(key);
  }

  /** What is kept of a session, from now on. The one that has been there longest makes room. */
  keep(key: string): Session {
    let session = this.#sessions.get(key);
    if (session) return session;
    this.#sessions.set(key, session = new Session());
    trim(this.#sessions);
    return session;
  }

  /** A client ends its session. */
  end(key: string): void {
    this.#sessions.delete(key);
    this.#ended.add(key);
    trim(this.#ended);
  }

  /** Whether a session was ended. */
  hasEnded(key: string): boolean {
    return this.#ended.size > 0 && this.#ended.has(key);
  }

  /** The addresses that somebody listens to. */
  *subscribed(): Iterable<string> {
    for (const { wishes } of this.#listeners) yield* wishes.resourceSubscriptions ?? [];
  }

  /** Tells everybody who wants to know that the content of addresses is another one. */
  tellUpdated(changed: ReadonlySet<string>): void {
    if (this.#heir) return this.#heir.tellUpdated(changed);
    for (const listener of [...this.#listeners]) {
      for (const uri of listener.wishes.resourceSubscriptions ?? []) {
        if (changed.has(uri)) listener.hear("notifications/resources/updated", { uri });
      }
    }
  }

  /** Tells everybody who wants to know how a task fares. */
  tellTask(task: { readonly id: string; details(): string }): void {
    if (this.#heir) return this.#heir.tellTask(task);
    const hearing = [...this.#listeners].filter(({ wishes }) => wishes.taskIds?.has(task.id));
    if (hearing.length === 0) return;
    const params = parseJson(`{${task.details()}}`) as Record<string, unknown>;
    for (const listener of hearing) listener.hear("notifications/tasks", params);
  }

  /** Tells everybody who wants to know that lists are others, in the words of the protocol. */
  tell(changes: Changes): void {
    for (const listener of [...this.#listeners]) {
      const { wishes } = listener;
      if (changes.tools && wishes.toolsListChanged) listener.hear("notifications/tools/list_changed");
      if (changes.prompts && wishes.promptsListChanged) listener.hear("notifications/prompts/list_changed");
      if (changes.resources && wishes.resourcesListChanged) {
        listener.hear("notifications/resources/list_changed");
      }
    }
  }

  /** Hands everything over to the clients of the server that takes the place of this one. */
  moveTo(heir: Clients): void {
    this.#heir = heir;
    // A form that is open while the document is read again is answered to the server of then.
    heir.#sent = this.#sent;
    for (const listener of this.#listeners) heir.#listeners.add(listener);
    for (const [key, session] of this.#sessions) heir.#sessions.set(key, session);
    for (const key of this.#ended) heir.#ended.add(key);
    this.#listeners.clear();
    this.#sessions.clear();
    this.#ended.clear();
  }

  /** The service stops: nobody listens any more. */
  leave(): void {
    for (const listener of [...this.#listeners]) listener.end();
    this.#listeners.clear();
    if (!this.#heir) this.#sent.leave();
  }
}

/** Takes out what has been there longest. */
function trim(all: Map<string, unknown> | Set<string>): void {
  if (all.size <= MOST) return;
  for (const oldest of all.keys()) return void all.delete(oldest);
}
