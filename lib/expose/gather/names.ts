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
  readonly #peers: readonly Peer[];
  /** What each server offered when it was last asked. A name does not change with who asks. */
  readonly #known = new Map<Peer, Set<string>>();
  #byName = new Map<string, ServerOffer>();
  #byOffer = new Map<Peer, Map<string, string>>();

  /** @param peers The servers, in order. */
  constructor(peers: readonly Peer[]) {
    this.#peers = peers;
  }

  /** Takes note of what a server offers. */
  learn(peer: Peer, names: readonly string[]): void {
    const known = this.#known.get(peer) ?? new Set<string>();
    if (names.every((name) => known.has(name))) return;
    this.#known.set(peer, new Set([...known, ...names]));
    const offers = this.#peers.flatMap((one) =>
      [...this.#known.get(one) ?? []].sort().map((own) => ({ peer: one, own }))
    );
    const wires = wireNames(offers.map(({ peer: { namespace }, own }) => `${namespace}_${own}`));
    this.#byName = new Map(offers.map((offer, i) => [wires[i]!, offer]));
    this.#byOffer = new Map();
    for (const [wire, { peer, own }] of this.#byName) {
      const of = this.#byOffer.get(peer) ?? new Map<string, string>();
      this.#byOffer.set(peer, of.set(own, wire));
    }
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
