/**
 * What a capability can reach: the base URIs it declares, with their variables filled in.
 *
 * @module
 */
import type { Consumes } from "../../../schemas/mod.ts";
import type { Specification } from "../../document/specification.ts";
import { type BindValues, valuesFor } from "../binds/scope.ts";
import { isOneHost } from "../../upstream/guard/address.ts";
import type { Base as Place } from "../../upstream/operation.ts";
import type { Reach } from "../capability.ts";
import { pathPieces } from "../../expression/words.ts";
import { type AddressPiece, baseQueryOf, splitAddress } from "./base_query.ts";

/** A base URI, ready to be called; or why it is not. */
export type BaseUri =
  | Place
  | { readonly problem: string; readonly fix: string; readonly missing?: string };

/** Stands for a base URI whose variable has no value, where a capability is only looked at: it leads nowhere. */
export const UNSET_BASE: { readonly origin: string; readonly path: string } = {
  origin: "https://base-uri.invalid",
  path: "",
};

/** The value of a word in a base URI, credential or fixed header: binds and the environment, nothing else. */
export function fixedWord(word: string, binds: BindValues): string | undefined {
  const plain = word.replace(/^\$?env\./, "");
  for (const name of [word, `env.${plain}`, plain]) if (name in binds) return binds[name];
  return undefined;
}

/**
 * Resolves the base URI of a consumed API (semantics §9, §11).
 *
 * @param consumes The API.
 * @param binds Values of variables.
 */
export function resolveBase(consumes: Consumes, binds: BindValues): BaseUri {
  const written = consumes.baseUri?.trim();
  const override = `give it with --base-uri ${consumes.namespace}=https://…`;
  if (!written) {
    return { problem: `${consumes.namespace} has no baseUri`, fix: `add baseUri, or ${override}` };
  }
  const pieces: AddressPiece[] = [];
  for (const piece of pathPieces(written)) {
    if (typeof piece === "string") pieces.push({ text: piece, fromVariable: false });
    else {
      const value = fixedWord(piece.word, binds);
      if (value === undefined) {
        return {
          problem: `the baseUri ${written} needs a value for ${piece.word}`,
          fix: `set the variable ${piece.word.replace(/^\$?env\./, "")}, or ${override}`,
          missing: piece.word,
        };
      }
      pieces.push({ text: value, fromVariable: true });
    }
  }
  const parted = splitAddress(pieces), { query, secrets: inQuery } = baseQueryOf(parted.query);
  let text = "", shown = "";
  const secrets: string[] = [];
  for (const { text: piece, fromVariable } of parted.address) {
    const [front, hidden] = fromVariable ? partsOf(text, piece) : [piece, ""];
    text += piece;
    shown += front;
    if (hidden !== "") {
      shown += "***";
      secrets.push(hidden);
    }
  }
  if (!/^https?:\/\//i.test(text)) {
    return {
      problem: `the baseUri ${written} is not an http or https address`,
      fix: `write it in full, or ${override}`,
    };
  }
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return { problem: `the baseUri ${written} is not a valid address`, fix: `correct it, or ${override}` };
  }
  if (!isOneHost(url.hostname)) {
    return {
      problem: `the baseUri ${written} does not name one host`,
      fix: `write the host out, or ${override}`,
    };
  }
  if (url.username !== "" || url.password !== "") {
    return {
      problem: `the baseUri of ${consumes.namespace} holds a user name or password`,
      fix: "move them to authentication",
    };
  }
  const path = url.pathname.replace(/(?<!\/)\/+$/, ""), more = query.length === 0 ? {} : { query };
  const all = [...secrets, ...inQuery];
  if (all.length === 0) return { origin: url.origin, path, ...more };
  // As the author wrote it, and as it is sent.
  const sent = secrets.map((secret) => new URL(`/${secret}`, url).pathname.replace(/^\/+|(?<!\/)\/+$/g, ""));
  return {
    origin: url.origin,
    path,
    ...more,
    shown: new URL(shown).pathname.replace(/(?<!\/)\/+$/, ""),
    secrets: [...new Set([...all, ...sent])],
  };
}

const UP_TO_PATH = /^https?:\/\/[^/?#]*[/?#]+/i;
/** A path this short, such as `api/v1`, is no secret where a variable gives the whole address. */
const PLAIN_PATH = 8;

/**
 * What of a variable's value in a base URI may be seen, and what may not. Scheme, host and port are no secret: the
 * sandbox and `capstan permissions` name them. What a variable puts behind them, as in a webhook's address, is one.
 */
function partsOf(before: string, value: string): [front: string, hidden: string] {
  if (UP_TO_PATH.test(before)) return ["", value];
  const front = UP_TO_PATH.exec(before + value)?.[0].slice(before.length);
  if (front === undefined || value.length - front.length < PLAIN_PATH) return [value, ""];
  return [front, value.slice(front.length)];
}

/** Where an OAuth 2.0 credential gets its tokens: the endpoint itself, or a server whose metadata names it. */
export interface TokenSource {
  readonly tokenEndpoint?: string;
  readonly authorizationServer?: string;
}

/** An address of an authentication, with variables filled in; undefined where it is none. */
export function addressOf(written: string | undefined, binds: BindValues): string | undefined {
  if (!written) return undefined;
  let text = "";
  for (const piece of pathPieces(written.trim())) {
    const value = typeof piece === "string" ? piece : fixedWord(piece.word, binds);
    if (value === undefined) return undefined;
    text += value;
  }
  const url = /^https?:\/\//i.test(text) ? URL.parse(text) : null;
  return url && isOneHost(url.hostname) ? text : undefined;
}

/** The first variable of an address that has no value. */
export function unsetWord(written: string | undefined, binds: BindValues): string | undefined {
  for (const piece of pathPieces(written?.trim() ?? "")) {
    if (typeof piece !== "string" && fixedWord(piece.word, binds) === undefined) return piece.word;
  }
  return undefined;
}

/** Where an OAuth 2.0 credential gets its tokens; undefined where no usable address is written. */
export function tokenSourceOf(
  authentication: { tokenEndpoint?: string | undefined; authorizationServerUri?: string | undefined },
  binds: BindValues,
): TokenSource | undefined {
  if (authentication.tokenEndpoint) {
    const tokenEndpoint = addressOf(authentication.tokenEndpoint, binds);
    return tokenEndpoint === undefined ? undefined : { tokenEndpoint };
  }
  const authorizationServer = addressOf(authentication.authorizationServerUri, binds);
  return authorizationServer === undefined ? undefined : { authorizationServer };
}

/** The type of an authentication in its one writing: `OAuth-2` is `oauth2`. */
export function authenticationType(type: string): string {
  return type.toLowerCase().replace(/[^a-z0-9]/g, "");
}

/**
 * Every address a capability may call.
 *
 * @param spec The specification as read.
 * @param binds Values of the variables in base URIs.
 * @returns One entry per origin and base path, without duplicates.
 */
export function reachOf(spec: Specification, binds: BindValues): Reach[] {
  const out = new Map<string, Reach>();
  const add = (reach: Reach) => {
    const key = `${reach.origin} ${reach.path}`;
    if (!out.has(key)) out.set(key, reach);
  };
  for (const consumes of spec.document.consumes ?? []) {
    const values = valuesFor(spec, binds, consumes), base = resolveBase(consumes, values);
    if (!("origin" in base)) continue;
    add({ origin: base.origin, path: base.path, namespace: consumes.namespace });
    const authentication = consumes.authentication;
    if (!authentication || authenticationType(authentication.type) !== "oauth2") continue;
    const source = tokenSourceOf(authentication, values);
    if (source === undefined) continue;
    const url = new URL(source.tokenEndpoint ?? source.authorizationServer!);
    // A server's metadata stands beside its own path, and may name an endpoint anywhere on its origin.
    const path = source.tokenEndpoint === undefined ? "" : url.pathname;
    add({ origin: url.origin, path, namespace: consumes.namespace });
  }
  return [...out.values()];
}
