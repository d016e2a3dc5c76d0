/**
 * Keys that have no meaning where they stand: what was meant, and where they belong.
 *
 * @module
 */
import type { Outline } from "../../../schemas/outline.ts";
import { nearest } from "../diagnostics/nearest.ts";
import { isMapping, type Raw } from "./raw.ts";
import type { Report } from "../diagnostics/report.ts";

/** Tells of keys without a meaning. */
export class UnknownKeys {
  readonly #report: Report;
  readonly #outline: Outline;
  readonly #names: Readonly<Record<string, string>>;
  /** Where each key has a meaning; made when first asked for. */
  #owners: Map<string, string[]> | undefined;

  /**
   * @param report Receives what is found.
   * @param outline What every mapping takes.
   * @param names What a mapping is called in messages.
   */
  constructor(report: Report, outline: Outline, names: Readonly<Record<string, string>>) {
    this.#report = report;
    this.#outline = outline;
    this.#names = names;
  }

  /** Where a key has a meaning, as far as that is few enough places to be what was meant. */
  #ownersOf(key: string, called: string): string {
    if (!this.#owners) {
      this.#owners = new Map();
      for (const [shape, name] of Object.entries(this.#names)) {
        for (const each of Object.keys(this.#outline[shape] ?? {})) {
          const owners = this.#owners.get(each);
          if (owners) owners.push(name);
          else this.#owners.set(each, [name]);
        }
      }
    }
    const owners = (this.#owners.get(key) ?? []).filter((owner) => owner !== called);
    return owners.length === 0 || owners.length > 3 ? "" : `move it to ${owners.join(" or ")}, or `;
  }

  /**
   * Tells of a key.
   *
   * @param raw The mapping it stands in.
   * @param key The key.
   * @param called What the mapping is called.
   * @param keys The keys that have a meaning there.
   */
  tell(raw: Raw, key: string, called: string, keys: readonly string[]): void {
    if (key.startsWith("x-") || key.startsWith("$")) return;
    const near = nearest(key, keys), above = near === undefined ? emptyAbove(raw, key) : undefined;
    if (above !== undefined && keys.includes(above)) {
      this.#report.add(
        "warning",
        "unknown-key",
        `${key} is beside ${above}, which is empty, and has no meaning in ${called}; it is left out`,
        this.#report.locate(raw, key, "key"),
        `indent ${key} below ${above}`,
      );
      return;
    }
    this.#report.once(
      `${called} ${key}`,
      "warning",
      "unknown-key",
      `${key} has no meaning in ${called} and is left out`,
      this.#report.locate(raw, key, "key"),
      near === undefined
        ? `${this.#ownersOf(key, called)}remove it; ${called} takes ${keys.slice(0, 12).join(", ")}`
        : `did you mean ${near}?`,
    );
  }
}

/** The key above another one, if it is empty and the other one is a mapping that could stand below it. */
function emptyAbove(raw: Raw, key: string): string | undefined {
  if (!isMapping(raw[key])) return undefined;
  const all = Object.keys(raw), above = all.slice(0, all.indexOf(key)).reverse();
  // Several entries of one collection may be outdented alike.
  const first = above.find((each) => !isMapping(raw[each]));
  return first !== undefined && raw[first] === null ? first : undefined;
}
