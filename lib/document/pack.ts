/**
 * Packing: a specification as text, to hand it to another worker or to put it into a binary.
 *
 * @module
 */
import { writeJson } from "../data/json.ts";
import type { CapabilityDocument } from "../../schemas/mod.ts";
import type { Diagnostic } from "./diagnostics/diagnostic.ts";
import { EntryPlaces } from "./diagnostics/entry_places.ts";
import { type Origin, Origins, SourceFile, type TextRange } from "./diagnostics/location.ts";
import type { Specification } from "./specification.ts";

interface Packed {
  readonly file: string;
  readonly document: CapabilityDocument;
  readonly dialect: string | undefined;
  readonly files: readonly (readonly [name: string, text: string])[];
  readonly diagnostics: readonly Diagnostic[];
  readonly lost: Readonly<Record<string, Diagnostic>>;
  readonly texts?: Readonly<Record<string, string>>;
  readonly unread?: Specification["unread"];
  readonly scopes?: Specification["scopes"];
  readonly unserved?: Specification["unserved"];
  readonly served?: Specification["served"];
  /** Per node, in walking order: file, start, end, and per entry key start, key end, value start, value end. */
  readonly origins: readonly number[];
}

const NO_ENTRIES = new EntryPlaces([], []);

/** Every object and array of a value, parents first. The order both sides agree on. */
function nodes(value: unknown, out: object[] = []): readonly object[] {
  if (value === null || typeof value !== "object") return out;
  out.push(value);
  if (Array.isArray(value)) { for (const item of value) nodes(item, out); }
  else for (const key of Object.keys(value)) nodes((value as Record<string, unknown>)[key], out);
  return out;
}

function keysOf(node: object): readonly (string | number)[] {
  return Array.isArray(node) ? Array.from(node, (_, i) => i) : Object.keys(node);
}

/**
 * Packs a specification, places included.
 *
 * @param spec The specification.
 * @returns A text for `unpackSpecification`.
 */
export function packSpecification(spec: Specification): string {
  const origins: number[] = [], index = new Map<SourceFile, number>(spec.files.map((file, i) => [file, i]));
  for (const node of nodes(spec.document)) {
    const origin = spec.origins.get(node);
    if (!origin) {
      origins.push(-1);
      continue;
    }
    origins.push(index.get(origin.file) ?? 0, origin.span[0], origin.span[1]);
    const entries = origin.entries ?? NO_ENTRIES;
    for (const key of keysOf(node)) entries.write(key, origins);
  }
  const packed: Packed = {
    file: spec.file,
    document: spec.document,
    dialect: spec.dialect,
    files: spec.files.map((file) => [file.name, file.text]),
    diagnostics: spec.diagnostics,
    lost: spec.lost,
    ...besideOf(spec),
    origins,
  };
  return writeJson(packed);
}

/** What a specification may have beside its document. */
function besideOf({ texts, unread, scopes, unserved, served }: Packed | Specification): Pick<
  Specification,
  "texts" | "unread" | "scopes" | "unserved" | "served"
> {
  return {
    ...(texts === undefined ? {} : { texts }),
    ...(unread === undefined ? {} : { unread }),
    ...(scopes === undefined ? {} : { scopes }),
    ...(unserved === undefined ? {} : { unserved }),
    ...(served === undefined ? {} : { served }),
  };
}

/** Origins that are decoded when the first place is asked for. */
class PackedOrigins extends Origins {
  #decode: (() => void) | undefined;

  constructor(decode: (origins: PackedOrigins) => void) {
    super();
    this.#decode = () => decode(this);
  }

  override get(node: object): Origin | undefined {
    const decode = this.#decode;
    if (decode) {
      this.#decode = undefined;
      decode();
    }
    return super.get(node);
  }
}

/**
 * Unpacks a specification.
 *
 * @param text What `packSpecification` made.
 */
export function unpackSpecification(text: string): Specification {
  const packed = JSON.parse(text) as Packed;
  const files = packed.files.map(([name, content]) => new SourceFile(name, content));
  const origins = new PackedOrigins((into) => {
    const list = packed.origins;
    let at = 0;
    for (const node of nodes(packed.document)) {
      const file = list[at++]!;
      if (file < 0) continue;
      const span: TextRange = [list[at++]!, list[at++]!];
      const keys: (string | number)[] = [], numbers: number[] = [];
      for (const key of keysOf(node)) {
        const keyStart = list[at++]!, keyEnd = list[at++]!, start = list[at++]!, end = list[at++]!;
        if (start < 0) continue;
        keys.push(key);
        numbers.push(keyStart, keyEnd, start, end);
      }
      into.set(node, { file: files[file] ?? files[0]!, span, entries: new EntryPlaces(keys, numbers) });
    }
  });
  return {
    file: packed.file,
    document: packed.document,
    dialect: packed.dialect,
    files,
    diagnostics: packed.diagnostics,
    lost: packed.lost,
    ...besideOf(packed),
    origins,
  };
}
