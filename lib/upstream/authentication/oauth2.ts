/**
 * OAuth 2.0 access tokens: fetched once for all who wait, renewed before they end, and again when refused.
 *
 * @module
 */
import type { Clock } from "../clock.ts";
import { refusalOf } from "../egress.ts";
import { CallError } from "../error.ts";
import type { Operation } from "../operation.ts";
import type { Outgoing } from "../request.ts";
import type { Authenticator, OAuth2Credential } from "./dynamic.ts";
import { requestToken, type Token } from "./token_request.ts";
import { fixedText, reveal } from "../value.ts";

/** A token is renewed this long before it ends, or when a fifth of its life is left, in milliseconds. */
const EARLY = 60_000;

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

/** Presents access tokens. */
export class OAuth2 implements Authenticator {
  readonly #credential: OAuth2Credential;
  readonly #refusal: CallError | undefined;
  #held: Held | undefined;
  #refreshToken: string | undefined;
  #fetching: Promise<Held> | undefined;
  /** The newest tokens, also those that are no longer held: the answer that refuses one may repeat it. */
  #seen: string[] = [];

  /**
   * @param credential The client and where it gets its tokens.
   * @param operation An operation that uses it, for what may be reached.
   */
  constructor(credential: OAuth2Credential, operation: Operation) {
    this.#credential = credential;
    const url = URL.parse(credential.tokenEndpoint);
    this.#refusal = url ? refusalOf(url, operation.reach) : new CallError({
      code: "misconfigured",
      message: "the tokenEndpoint is not a valid address",
      retryable: false,
      hint: "correct tokenEndpoint",
    });
    if (credential.refreshToken !== undefined) {
      this.#refreshToken = fixedText(credential.refreshToken, reveal);
    }
  }

  /** The token that is held, or a new one. A token that will end soon is renewed beside the call. */
  authorize(_request: Outgoing, clock: Clock): string | Promise<string> {
    if (this.#refusal) throw this.#refusal;
    const held = this.#held, now = performance.now();
    if (held && now < held.renewAt) return held.authorization;
    if (held && now < held.endsAt) {
      // It still holds: nobody waits for the next one, and a failure shows when it is needed.
      this.#fetch().catch(() => {});
      return held.authorization;
    }
    return this.#wait(clock);
  }

  /** Everyone who needs a token waits for the same request, each as long as its own deadline allows. */
  async #wait(clock: Clock): Promise<string> {
    const { signal } = clock, ended = Promise.withResolvers<never>();
    const stop = () => ended.reject(new DOMException("the call had to end", "AbortError"));
    signal.addEventListener("abort", stop, { once: true });
    try {
      return (await Promise.race([this.#fetch(), ended.promise])).authorization;
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  #fetch(): Promise<Held> {
    return this.#fetching ??= requestToken(this.#credential, this.#refreshToken)
      .then((token) => this.#keep(token))
      .finally(() => this.#fetching = undefined);
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

  /** A refused token is thrown away, and a new one tried once. */
  learn(response: Response, _request: Outgoing, presented: string | undefined): boolean {
    if (response.status !== 401) return false;
    // Another call may already have renewed it.
    if (this.#held && this.#held.authorization === presented) this.#held = undefined;
    return true;
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
