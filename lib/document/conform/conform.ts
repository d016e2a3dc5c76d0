/**
 * Conforming: brings raw values to the form of a schema, guided by the outline of the schemas.
 *
 * Maps keyed by name become lists, scalars take the type that is asked for, unknown keys and values of a
 * wrong type are reported and left out. What comes out conforms to the schema.
 *
 * @module
 */
import type { Outline } from "../../../schemas/outline.ts";
import { type Origin, standsIn, type TextRange } from "../diagnostics/location.ts";
import { nearest } from "../diagnostics/nearest.ts";
import { isMapping, type Raw, renamed, set, type Upgrade } from "./raw.ts";
import type { Report } from "../diagnostics/report.ts";
import { reportEmptyEntry, reportEmptyKey } from "./empty.ts";
import { UnknownKeys } from "./unknown_keys.ts";
import { type Conform, NOTHING, type RawPosition, Scalars, shorten } from "./scalars.ts";

/** Makes the conforming functions of an outline. */
export class Conformer {
  readonly #report: Report;
  readonly #scalars: Scalars;
  readonly #outline: Outline;
  readonly #upgrades: Readonly<Record<string, Upgrade>>;
  readonly #names: Readonly<Record<string, string>>;
  /** By what the outline says of a value. */
  readonly #made = new Map<string, Conform>();
  readonly #unknown: UnknownKeys;

  /**
   * @param report Receives what is found.
   * @param outline What every mapping takes.
   * @param upgrades What is done to a raw mapping before its shape sees it, by the name of the mapping.
   * @param names What a mapping is called in messages.
   */
  constructor(
    report: Report,
    outline: Outline,
    upgrades: Readonly<Record<string, Upgrade>>,
    names: Readonly<Record<string, string>>,
  ) {
    this.#report = report;
    this.#scalars = new Scalars(report);
    this.#outline = outline;
    this.#upgrades = upgrades;
    this.#names = names;
    this.#unknown = new UnknownKeys(report, outline, names);
  }

  /** Brings a value to what the outline says of it; undefined where nothing can be made of it. */
  conform(said: string, value: unknown, place: RawPosition): unknown {
    return this.#of(said)(value, place);
  }

  #of(said: string): Conform {
    const made = this.#made.get(said);
    if (made) return made;
    // Mappings refer to themselves, and many to nothing a document has: each is made when it is first needed.
    let inner: Conform | undefined;
    const lazy: Conform = (value, place) => (inner ??= this.#make(said))(value, place);
    this.#made.set(said, lazy);
    return lazy;
  }

  #make(said: string): Conform {
    if (said.endsWith("?")) return this.#optional(said.slice(0, -1));
    const inside = said.slice(1, -1);
    switch (said[0]) {
      case "[":
        return this.#array(inside);
      case "{":
        return this.#keyed(inside);
      case "<":
        return this.#record(inside);
      case "=":
        return this.#scalars.choice(said.slice(1).split("|"));
    }
    switch (said) {
      case "text":
        return (value, place) => this.#scalars.text(value, place);
      case "number":
        return (value, place) => this.#scalars.number(value, place);
      case "flag":
        return (value, place) => this.#scalars.boolean(value, place);
      case "any":
        return (value) => value;
    }
    return said.includes(" / ") ? this.#union(said.split(" / ")) : this.#object(said);
  }

  #optional(said: string): Conform {
    const inner = this.#of(said);
    return (value, place) => value === undefined || value === null ? NOTHING : inner(value, place);
  }

  /** Where a value stands. One that an upgrade made stands where its parent has it. */
  #origin(value: object, place: RawPosition): Origin | undefined {
    const { origins } = this.#report, own = origins.get(value);
    if (own) return own;
    const parent = origins.get(place.parent);
    if (!parent) return undefined;
    const made = { file: parent.file, span: parent.entries?.get(place.key)?.value ?? parent.span };
    origins.set(value, made);
    return made;
  }

  /** Records that a conformed value stands where the written one does. */
  #stands(out: object, value: object, place: RawPosition): void {
    const origin = this.#origin(value, place);
    if (origin) this.#report.origins.set(out, origin);
  }

  #array(element: string): Conform {
    const inner = this.#of(element);
    return (value, place) => {
      if (!Array.isArray(value)) {
        const one = inner(value, place);
        if (one === NOTHING) return NOTHING;
        const out = [one];
        this.#stands(out, {}, place);
        return out;
      }
      const out: unknown[] = [];
      this.#stands(out, value, place);
      value.forEach((item, i) => {
        if (item === null) reportEmptyEntry(this.#report, value, i, place.key);
        const one = item === null ? NOTHING : inner(item, { parent: value, key: i });
        if (one !== NOTHING) out.push(one);
      });
      return out;
    };
  }

  /** A collection keyed by name: a map or a list, always a list afterwards. */
  #keyed(item: string): Conform {
    const inner = this.#of(item);
    return (value, place) => {
      const out: unknown[] = [];
      if (Array.isArray(value)) {
        this.#stands(out, value, place);
        if (value.length > 0 && this.#report.writesMaps) this.#listed(place);
        const listed = place;
        value.forEach((entry, i) => {
          if (entry === null) return reportEmptyEntry(this.#report, value, i, listed.key);
          const place = { parent: value, key: i };
          if (typeof entry === "number" || typeof entry === "boolean") {
            this.#scalars.wrong(entry, place, "a mapping with a name, or a name");
            return;
          }
          const one = inner(isMapping(entry) ? entry : this.#named(entry, undefined, place), place);
          if (one !== NOTHING) out.push(one);
        });
        return out;
      }
      if (!isMapping(value)) return this.#scalars.wrong(value, place, "a map keyed by name, or a list");
      this.#stands(out, value, place);
      for (const key of Object.keys(value)) {
        const place = { parent: value, key };
        const one = inner(this.#named(value[key], key, place), place);
        if (one !== NOTHING) out.push(one);
      }
      return out;
    };
  }

  /** Notes a list where the declared version has a map. */
  #listed({ parent, key }: RawPosition): void {
    if (typeof key === "number") return;
    this.#report.lenient(
      "other-form",
      key,
      `${key} is written as a list; a map keyed by name is its form in this version`,
      [parent, key],
      `write ${key} as a map: each name, then its keys below it`,
    );
  }

  /** An entry with its name: from its key in a map, or a bare word in a list. */
  #named(entry: unknown, key: string | undefined, place: RawPosition): Raw {
    const { origins } = this.#report,
      parent = origins.get(place.parent),
      at = parent?.entries?.get(place.key);
    if (isMapping(entry)) {
      if (Object.hasOwn(entry, "name") || key === undefined) return entry;
      const out: Raw = { name: key, ...entry };
      const origin = origins.get(entry);
      if (origin) {
        origins.set(out, at?.key ? standsIn(origin, "name", { value: at.key }) : origin);
      }
      return out;
    }
    const out: Raw = key === undefined
      ? { name: entry }
      : entry === null
      ? { name: key }
      : { name: key, value: entry };
    if (parent && at) {
      const span: TextRange = [at.key?.[0] ?? at.value[0], at.value[1]];
      origins.set(out, standsIn({ file: parent.file, span }, "value", { value: at.value }));
    }
    return out;
  }

  #record(said: string): Conform {
    const inner = this.#of(said);
    return (value, place) => {
      if (!isMapping(value)) return this.#scalars.wrong(value, place, "a mapping");
      const out: Raw = {};
      this.#stands(out, value, place);
      for (const key of Object.keys(value)) {
        const one = inner(value[key], { parent: value, key });
        if (one !== NOTHING) set(out, key, one);
      }
      return out;
    };
  }

  #object(name: string): Conform {
    const { "*": others, ...shape } = this.#outline[name]!,
      upgrade = this.#upgrades[name],
      called = this.#names[name] ?? "this mapping",
      open = others !== undefined;
    const fields = new Map(Object.entries(shape).map(([key, said]) => [key, this.#of(said)]));
    const required = Object.keys(shape).filter((key) => !shape[key]!.endsWith("?"));
    const keys = [...fields.keys()];
    let bySpelling: ReadonlyMap<string, string> | undefined;
    return (value, place) => {
      if (!isMapping(value)) return this.#scalars.wrong(value, place, "a mapping");
      const here = this.#origin(value, place), raw = upgrade ? upgrade(value, this.#report) : value;
      if (raw !== value && here && !this.#report.origins.get(raw)) this.#report.origins.set(raw, here);
      const out: Raw = {}, strange: string[] = [];
      this.#stands(out, raw, place);
      for (const key of Object.keys(raw)) {
        const field = fields.get(key);
        if (field) {
          if (raw[key] === null && key !== "*" && shape[key] !== "any?") {
            reportEmptyKey(this.#report, raw, key, shape[key]!);
          }
          const one = field(raw[key], { parent: raw, key });
          if (one !== NOTHING) out[key] = one;
        } else if (open) set(out, key, raw[key]);
        else if (raw[key] !== undefined) {
          bySpelling ??= new Map(keys.map((each) => [spelling(each), each]));
          const meant = bySpelling.get(spelling(key));
          if (meant !== undefined && raw[meant] === undefined && out[meant] === undefined) {
            this.#respelt(raw, key, meant);
            const one = fields.get(meant)!(raw[key], { parent: raw, key });
            if (one !== NOTHING) out[meant] = one;
          } else strange.push(key);
        }
      }
      for (const key of required) {
        if (out[key] !== undefined && !(key === "name" && name !== "McpTool" && isBlank(out[key]))) continue;
        // A value of the wrong type has been reported.
        if (raw[key] !== undefined && raw[key] !== null && !isBlank(raw[key])) return NOTHING;
        const slip = nearest(key, strange);
        this.#report.add(
          "error",
          key === "name" || key === "namespace" ? "missing-name" : "wrong-type",
          `${called} has no ${key}, so it is left out`,
          slip === undefined ? this.#report.locate(raw) : this.#report.locate(raw, slip, "key"),
          slip === undefined ? `add ${key}` : `did you mean ${key} where it says ${slip}?`,
        );
        return NOTHING;
      }
      // Told once the mapping stays: what is left out needs no word on its keys.
      for (const key of strange) this.#unknown.tell(raw, key, called, keys);
      return out;
    };
  }

  #respelt(raw: Raw, key: string, meant: string): void {
    this.#report.once(
      `${key} ${meant}`,
      "warning",
      "unknown-key",
      `${key} is read as ${meant}`,
      this.#report.locate(raw, key, "key"),
      `write ${meant}`,
    );
  }

  /** A union of surfaces, distinguished by `type`. */
  #union(options: readonly string[]): Conform {
    const byType = new Map<unknown, Conform>(
      options.map((option) => [this.#outline[option]!["type"]!.slice(1), this.#of(option)]),
    );
    return (value, place) => {
      if (!isMapping(value)) return this.#scalars.wrong(value, place, "a mapping");
      const written = value["type"],
        type = typeof written === "string"
          ? SURFACES.get(written.toLowerCase()) ?? written.toLowerCase()
          : written;
      const inner = byType.get(type);
      if (inner) return inner(type === written ? value : renamed(value, this.#report, {}, { type }), place);
      const near = typeof type === "string" ? nearest(type, byType.keys() as Iterable<string>) : undefined;
      this.#report.add(
        "error",
        "unknown-surface",
        written === undefined
          ? "this exposes entry has no type"
          : `Capstan cannot expose the type ${shorten(written)}`,
        this.#report.locate(value, written === undefined ? undefined : "type"),
        near === undefined ? `use ${[...byType.keys()].join(", ")}` : `did you mean ${near}?`,
      );
      return NOTHING;
    };
  }
}

function isBlank(value: unknown): boolean {
  return typeof value === "string" && value.trim() === "";
}

/** Older words for the types of surfaces. */
const SURFACES: ReadonlyMap<string, string> = new Map([["api", "rest"], ["http", "rest"], [
  "agent-skill",
  "skill",
]]);

/** A key without what people get wrong about it: capitals, dashes, underscores. */
function spelling(key: string): string {
  return key.toLowerCase().replace(/[^a-z0-9]/g, "");
}
