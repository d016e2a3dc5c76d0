/**
 * OAuth 2.0 access tokens: fetched once for all who wait, renewed before they end, and again when refused.
 *
 * @module
 */
import type { Deadline } from "../time/deadline.ts";
import type { Door } from "../door.ts";
import { refusalOfUrl } from "../guard/egress.ts";
import { CallError } from "../error.ts";
import type { Operation } from "../operation.ts";
import type { Outgoing } from "../outgoing.ts";
import type { UpstreamResponse } from "../upstream_response.ts";
import { ATTEMPTS, backoff } from "../time/retry.ts";
import type { CredentialHandler, OAuth2Credential } from "./authenticator.ts";
import { exchange } from "./token_exchange.ts";
import { requestToken, type Token } from "./token_request.ts";
import { fixedText, reveal } from "../value.ts";

/** A token is renewed this long before it ends, or when a fifth of its life is left, in milliseconds. */
const EARLY = 60_000;

/** What an authorization server may ask to wait before it is asked again, in seconds. */
const SHORT = 5;

/** How many tokens are remembered for as long as an answer might repeat them. */
const REMEMBERED = 8;

/** What is kept of a token. */
interface Held {
  readonly authorization: string;
  /** When to renew it, in milliseconds of `performance.now()`. */
  readonly renewAt: number;
  /** When it ends. */
  readonly endsAt: number;
}

/** A token endpoint, and how the client shows itself there. */
interface Endpoint {
  readonly url: string;
  readonly clientAuthentication: "basic" | "post";
}

/** Presents access tokens. */
export class OAuth2 implements CredentialHandler {
  readonly #credential: OAuth2Credential;
  readonly #reach: Operation["reach"];
  readonly #refusal: CallError | undefined;
  readonly #door: Door;
  #endpoint: Endpoint | undefined;
  #held: Held | undefined;
  #refreshToken: string | undefined;
  #fetching: Promise<Held> | undefined;
  /** The newest tokens, also those that are no longer held: the answer that refuses one may repeat it. */
  #seen: string[] = [];

  /**
   * @param credential The client and where it gets its tokens.
   * @param operation An operation that uses it, for what may be reached.
   * @param door Sends the requests for tokens.
   */
  constructor(credential: OAuth2Credential, operation: Operation, door: Door) {
    this.#door = door;
    this.#credential = credential;
    this.#reach = operation.reach;
    const { tokenEndpoint, authorizationServer, clientAuthentication = "basic" } = credential;
    this.#refusal = this.#refusalOf(tokenEndpoint ?? authorizationServer ?? "");
    if (tokenEndpoint !== undefined) this.#endpoint = { url: tokenEndpoint, clientAuthentication };
    if (credential.refreshToken !== undefined) {
      this.#refreshToken = fixedText(credential.refreshToken, reveal);
    }
  }

  /** Why an authorization server may not be asked. */
  #refusalOf(address: string): CallError | undefined {
    const url = URL.parse(address);
    return url ? refusalOfUrl(url, this.#reach) : new CallError({
      code: "misconfigured",
      message: "the token endpoint is not a valid address",
      retryable: false,
      hint: "correct tokenEndpoint or authorizationServerUri",
    });
  }

  /** The token endpoint, found once where the author named the authorization server alone. */
  async #find(): Promise<Endpoint> {
    const { authorizationServer, clientAuthentication } = this.#credential;
    const { discover } = await import("./discovery.ts");
    const found = await discover(
      authorizationServer!,
      (url) => exchange(this.#door, url, { method: "GET", headers: [["Accept", "application/json"]] }),
    );
    const refusal = this.#refusalOf(found.tokenEndpoint);
    if (refusal) {
      throw new CallError({
        ...refusal.data,
        message:
          `the authorization server names a token endpoint that is not declared: ${refusal.data.message}`,
        hint: `if it is meant, write tokenEndpoint: ${found.tokenEndpoint.slice(0, 200)}`,
      });
    }
    return this.#endpoint = {
      url: found.tokenEndpoint,
      clientAuthentication: clientAuthentication ?? found.clientAuthentication ?? "basic",
    };
  }

  /** The token that is held, or a new one. A token that will end soon is renewed beside the call. */
  authorize(_request: Outgoing, deadline: Deadline): string | Promise<string> {
    if (this.#refusal) throw this.#refusal;
    const held = this.#held, now = performance.now();
    if (held && now < held.renewAt) return held.authorization;
    if (held && now < held.endsAt) {
      // It still holds: nobody waits for the next one, and a failure shows when it is needed.
      this.#renew().catch(() => {});
      return held.authorization;
    }
    return this.#wait(deadline);
  }

  /** Everyone who needs a token waits for the same request, each as long as its own deadline allows. */
  async #wait(deadline: Deadline): Promise<string> {
    return (await deadline.within(this.#renew())).authorization;
  }

  #renew(): Promise<Held> {
    return this.#fetching ??= this.#request().finally(() => this.#fetching = undefined);
  }

  async #request(): Promise<Held> {
    for (let attempt = 1;; attempt++) {
      try {
        const endpoint = this.#endpoint ?? await this.#find();
        return this.#keep(await requestToken(this.#door, this.#credential, endpoint, this.#refreshToken));
      } catch (error) {
        const wait = this.#waitAfter(error, attempt);
        if (wait === undefined) throw error;
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  }

  /** How long to wait before another try; undefined where none is to be made. */
  #waitAfter(error: unknown, attempt: number): number | undefined {
    // A refresh token may hold for one use, and nobody knows whether the server has seen this one.
    if (this.#credential.grant !== "client_credentials" || attempt >= ATTEMPTS) return undefined;
    if (!(error instanceof CallError) || !error.data.retryable || error.data.code === "timeout") {
      return undefined;
    }
    const { retryAfterSeconds } = error.data;
    if (retryAfterSeconds === undefined) return backoff(attempt);
    return retryAfterSeconds <= SHORT ? retryAfterSeconds * 1000 : undefined;
  }

  #keep(token: Token): Held {
    this.#remember(token.accessToken, token.refreshToken);
    if (token.refreshToken !== undefined && this.#credential.grant === "refresh_token") {
      this.#refreshToken = token.refreshToken;
    }
    const life = token.expiresIn === undefined ? Infinity : token.expiresIn * 1000, now = performance.now();
    return this.#held = {
      authorization: `${token.tokenType} ${token.accessToken}`,
      renewAt: now + life - Math.min(EARLY, life / 5),
      endsAt: now + life,
    };
  }

  /** A refused token is thrown away, and a new one tried: unless it was new itself. */
  learn(
    response: UpstreamResponse,
    _request: Outgoing,
    presented: string | undefined,
    fresh: boolean,
  ): boolean {
    if (response.status !== 401) return false;
    // Another call may already have renewed it.
    if (this.#held && this.#held.authorization === presented) this.#held = undefined;
    return !fresh;
  }

  #remember(...tokens: readonly (string | undefined)[]): void {
    this.#seen = [...new Set([...tokens.filter((text) => text !== undefined), ...this.#seen])].slice(
      0,
      REMEMBERED,
    );
  }

  /** The newest tokens, held or not. */
  secrets(): readonly string[] {
    return this.#refreshToken === undefined ? this.#seen : [this.#refreshToken, ...this.#seen];
  }
}
