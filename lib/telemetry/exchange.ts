/**
 * Requests as they are sent and answers as they come, for a person who looks for what is wrong. Secrets are out.
 *
 * @module
 */
import type {
  CallWatch,
  StepKind,
  StepWatch,
  UpstreamTarget,
  UpstreamWatch,
  WatchedRequest,
  WatchedResponse,
} from "./call.ts";

/** How much of a body is shown, in characters. */
const SHOWN = 2_000;
/** How much of a body is looked at: a secret that begins in what is shown ends in it. */
const LOOKED_AT = 64_000;

/** Headers that prove who somebody is, whatever their value. */
const SENSITIVE = /^(?:(?:proxy-)?authorization|cookie2?|set-cookie2?|(?:proxy-)?authentication-info)$/i;
/** The scheme of a credential is no secret. */
const SCHEME = /^(?:basic|bearer|digest|dpop)(?= )/i;

type Redact = (text: string) => string;

function headerLine(name: string, value: string, redact: Redact): string {
  const shown = SENSITIVE.test(name) ? `${SCHEME.exec(value)?.[0] ?? ""} ***`.trim() : redact(value);
  return `${name}: ${shown}`;
}

function bodyLines(body: string | Uint8Array | Blob | undefined, redact: Redact): string[] {
  if (body === undefined) return [];
  if (body instanceof Blob) return ["", `(${body.size} bytes${body.type === "" ? "" : `, ${body.type}`})`];
  let text: string;
  if (typeof body === "string") text = body.slice(0, LOOKED_AT);
  else {
    try {
      text = new TextDecoder("utf-8", { fatal: true }).decode(body.subarray(0, LOOKED_AT), {
        stream: body.length > LOOKED_AT,
      });
    } catch {
      return ["", `(${body.length} bytes)`];
    }
  }
  if (text === "") return [];
  const clean = redact(text), more = clean.length > SHOWN || body.length > LOOKED_AT;
  return ["", ...`${clean.slice(0, SHOWN)}${more ? "…" : ""}`.split(/\r\n|\r|\n/)];
}

/** Shows the requests of one call of an operation. */
class ExchangeUpstream implements UpstreamWatch {
  readonly #show: (lines: readonly string[]) => void;
  #redact: Redact = () => "***";
  #begun = 0;

  constructor(show: (lines: readonly string[]) => void) {
    this.#show = show;
  }

  sending({ method, url, headers, body }: WatchedRequest, redact: () => Redact): undefined {
    this.#redact = redact();
    this.#begun = performance.now();
    this.#lines(">", [
      `${method} ${this.#redact(url)}`,
      ...headers.map(([name, value]) => headerLine(name, value, this.#redact)),
      ...bodyLines(body, this.#redact),
    ]);
    return undefined;
  }

  answered({ status, headers }: WatchedResponse): void {
    this.#lines("<", [
      `${status} after ${Math.round(performance.now() - this.#begun)} ms`,
      ...Array.from(headers, ([name, value]) => headerLine(name, value, this.#redact)),
    ]);
  }

  body(content: Uint8Array | string): void {
    this.#lines("<", bodyLines(content, this.#redact));
  }

  retried(why: string): void {
    this.#lines("*", [this.#redact(why)]);
  }

  end(): void {}

  #lines(mark: string, lines: readonly string[]): void {
    if (lines.length > 0) this.#show(lines.map((line) => `${mark} ${line}`.trimEnd()));
  }
}

/** Shows every request of a call. */
export class ExchangeWatch implements CallWatch {
  readonly #show: (lines: readonly string[]) => void;

  /** @param show Takes lines, in order. */
  constructor(show: (lines: readonly string[]) => void) {
    this.#show = show;
  }

  step(name: string, kind: StepKind): StepWatch {
    this.#show([`* step ${name} (${kind})`]);
    return { step: (n, k) => this.step(n, k), upstream: (target) => this.upstream(target), end() {} };
  }

  upstream(_target: UpstreamTarget): UpstreamWatch {
    return new ExchangeUpstream(this.#show);
  }
}
