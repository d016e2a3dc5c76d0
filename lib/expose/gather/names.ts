/**
 * Names at a gathered endpoint: those of tools and prompts begin with the namespace of their server, and addresses of
 * resources that several servers have in common get it as well.
 *
 * @module
 */
import { wireNames } from "../../plan/inputs/wire_names.ts";
import type { Peer } from "./peer.ts";

/** Something a server offers. */
export interface ServerOffer {
  readonly peer: Peer;
  /** Its name at the server. */
  readonly own: string;
}

/** Names of one kind, across all servers. */
export class GatheredNames {
  readonly #byName = new Map<string, ServerOffer>();
  /** The names here of what each server has ever offered. */
  readonly #byOffer = new Map<Peer, Map<string, string>>();

  /**
   * Takes note of what a server offers. A name means the same for as long as the endpoint runs: a server that is read again
   * takes none from another one, though `a` with `b_c` is written like `a_b` with `c`.
   */
  learn(peer: Peer, names: readonly string[]): void {
    const known = this.#byOffer.get(peer) ?? new Map<string, string>();
    const fresh = [...new Set(names)].filter((name) => !known.has(name)).sort();
    if (fresh.length === 0) return;
    this.#byOffer.set(peer, known);
    const given = [...this.#byName.keys()];
    const wires = wireNames([...given, ...fresh.map((own) => `${peer.namespace}_${own}`)]).slice(
      given.length,
    );
    fresh.forEach((own, i) => {
      known.set(own, wires[i]!);
      this.#byName.set(wires[i]!, { peer, own });
    });
  }

  /** The name here of what a server offers. */
  here(peer: Peer, own: string): string {
    return this.#byOffer.get(peer)?.get(own) ?? own;
  }

  /** What a name means; undefined where nobody is known to offer it. */
  find(name: string): ServerOffer | undefined {
    return this.#byName.get(name);
  }
}

const OF_ALL = "capability://";

/** The address here of a resource. Each server has one of its document: the namespace tells them apart. */
export function addressHere({ namespace }: Peer, uri: string): string {
  return uri.startsWith(OF_ALL) ? `${OF_ALL}${namespace}/${uri.slice(OF_ALL.length)}` : uri;
}

/** The server and the address there of such a resource; undefined for any other. */
export function addressThere(peers: readonly Peer[], uri: string): ServerOffer | undefined {
  for (const peer of peers) {
    const start = `${OF_ALL}${peer.namespace}/`;
    if (uri.startsWith(start)) return { peer, own: OF_ALL + uri.slice(start.length) };
  }
  return undefined;
}
