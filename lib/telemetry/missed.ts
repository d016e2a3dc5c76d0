/**
 * Requests for what is not there: a path without a route, a tool that nobody has. They are no calls, so that nothing
 * else would tell of them.
 *
 * @module
 */
import { isWorthTelling, Tally } from "./tally.ts";
import type { Telemetry } from "./telemetry.ts";

/** How many of them are counted apart, for each surface: callers choose their names. */
const MAX_NAMES = 100;
/** What a line holds of a name at most. */
const MAX_LENGTH = 200;

/** Tells the log of requests that a surface has nothing for: the 1st, 10th, 100th … of a name. */
export class Missed {
  readonly #telemetry: Telemetry;
  readonly #type: string;
  readonly #surface: string;
  readonly #redact: (text: string) => string;
  readonly #tally = new Tally(MAX_NAMES);

  /**
   * @param telemetry Where the log is.
   * @param type The type of the surface.
   * @param surface Its name.
   * @param redact Takes the secrets of the capability out of a text.
   */
  constructor(telemetry: Telemetry, type: string, surface: string, redact: (text: string) => string) {
    this.#telemetry = telemetry;
    this.#type = type;
    this.#surface = surface;
    this.#redact = redact;
  }

  /**
   * Takes note of one.
   *
   * @param name What was asked for, such as `GET /nope`; without the query.
   * @param message Why nothing was called, in a sentence.
   */
  tell(name: string, message: string): void {
    if (!this.#telemetry.on) return;
    const shown = this.#redact(name.length > MAX_LENGTH ? `${name.slice(0, MAX_LENGTH)}…` : name);
    const count = this.#tally.add(`${shown} ${message}`);
    if (!isWorthTelling(count)) return;
    const type = this.#type, surface = this.#surface, often = count === 1 ? "" : ` (${count} times so far)`;
    this.#telemetry.log({
      time: Date.now(),
      level: "warning",
      logger: "missed",
      message: `${type} ${surface}: ${shown}: ${message}${often}`,
      data: { type, surface, name: shown, count },
    }, this.#telemetry.settings.requests !== "none");
  }
}
