/**
 * Avro schemas, compiled to decoders. avsc reads the schema; the bytes are read here, because its generated readers
 * go on past the end of a truncated answer for as long as a count in it says.
 *
 * @module
 */
import types from "avsc/lib/types.js";
import type { AvroDecoder, AvroState } from "./decoder.ts";
import { type AvroLogical, logicalDecoder } from "./logical.ts";
import { badSchema } from "../bad_response.ts";
import { encodeBase64 } from "../../../data/base64.ts";
import { type ByteReader, plainInteger } from "../byte_reader.ts";
import { setEntry } from "../entry.ts";

/** A schema as avsc understood it. */
interface AvroType {
  readonly typeName: string;
  readonly fields: readonly { readonly name: string; readonly type: AvroType }[];
  readonly itemsType: AvroType;
  readonly valuesType: AvroType;
  readonly types: readonly AvroType[];
  readonly symbols: readonly string[];
  readonly size: number;
}

const { Type } = types as { Type: { forSchema(schema: unknown, options: object): AvroType } };

/** Reads a schema, and keeps what it says of logical types, which avsc itself passes over. */
function readSchema(schema: unknown, logicals: Map<AvroType, AvroLogical>): AvroType {
  const typeHook = (attributes: unknown, options: object): AvroType | undefined => {
    if (attributes === null || typeof attributes !== "object" || !("logicalType" in attributes)) {
      return undefined;
    }
    const { logicalType, ...plain } = attributes as Record<string, unknown>;
    const type = Type.forSchema(plain, options);
    if (typeof logicalType === "string") logicals.set(type, { ...plain, logicalType });
    return type;
  };
  return Type.forSchema(withoutDefaults(schema), { wrapUnions: true, typeHook });
}

/** A schema without the defaults of its fields: reading needs none, and schemas in use have some that do not fit. */
function withoutDefaults(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutDefaults);
  if (schema === null || typeof schema !== "object") return schema;
  return Object.fromEntries(
    Object.entries(schema).flatMap(([key, value]) =>
      key === "default" && "type" in schema && "name" in schema && !("symbols" in schema)
        ? []
        : [[key, key === "symbols" ? value : withoutDefaults(value)]]
    ),
  );
}
const utf8 = new TextDecoder();
const MAX_DEPTH = 200;
const decoders = new Map<string, AvroDecoder>();

/**
 * Compiles a schema; the same text is compiled once.
 *
 * @param schema The text of an .avsc file.
 * @param keep Whether to remember it: not for schemas that come with an answer.
 * @throws {CallError} `misconfigured` when it is no Avro schema.
 */
export function compileAvro(schema: string, keep: boolean): AvroDecoder {
  let decoder = decoders.get(schema);
  if (!decoder) {
    try {
      const logicals = new Map<AvroType, AvroLogical>();
      decoder = compile(readSchema(JSON.parse(schema), logicals), logicals, new Map());
    } catch (cause) {
      throw badSchema(
        // What a parser says of a file may quote it, and it may be another file than the author meant.
        "the schema is not an Avro schema",
        "outputSchema names a file with an Avro schema in JSON (.avsc)",
        { cause },
      );
    }
    if (keep) decoders.set(schema, decoder);
  }
  return decoder;
}

function compile(
  type: AvroType,
  logicals: ReadonlyMap<AvroType, AvroLogical>,
  known: Map<AvroType, AvroDecoder>,
): AvroDecoder {
  const there = known.get(type);
  if (there) return there;
  const logical = logicals.get(type);
  const written = logical && logicalDecoder(logical, type.typeName, type.size, zigzag);
  if (written) {
    known.set(type, written);
    return written;
  }
  // A schema may refer to itself.
  known.set(type, (reader, state) => decoder(reader, state));
  const decoder: AvroDecoder = build(type, (inner) => compile(inner, logicals, known));
  known.set(type, decoder);
  return decoder;
}

function build(type: AvroType, compile: (type: AvroType) => AvroDecoder): AvroDecoder {
  switch (type.typeName) {
    case "null":
      return () => null;
    case "boolean":
      return readBoolean;
    case "int":
    case "long":
      return (reader) => plainInteger(zigzag(reader));
    case "float":
      return (reader) => reader.float32();
    case "double":
      return (reader) => reader.float64();
    case "bytes":
      return (reader) => encodeBase64(reader.take(Number(zigzag(reader))));
    case "fixed":
      return (reader) => encodeBase64(reader.take(type.size));
    case "string":
      return readString;
    case "enum":
      return (reader) => choose(reader, type.symbols, "enum has no symbol");
    case "array": {
      const item = compile(type.itemsType);
      return nested((reader, state) => {
        const items: unknown[] = [];
        eachInBlocks(reader, state, () => items.push(item(reader, state)));
        return items;
      });
    }
    case "map": {
      const value = compile(type.valuesType);
      return nested((reader, state) => {
        const entries: Record<string, unknown> = {};
        eachInBlocks(reader, state, () => setEntry(entries, readString(reader), value(reader, state)));
        return entries;
      });
    }
    case "record":
    case "error": {
      const fields = type.fields.map(({ name, type }) => [name, compile(type)] as const);
      return nested((reader, state) => {
        const record: Record<string, unknown> = {};
        reader.spend(fields.length);
        for (const [name, field] of fields) setEntry(record, name, field(reader, state));
        return record;
      });
    }
  }
  if (type.typeName.startsWith("union")) {
    const branches = type.types.map(compile);
    return (reader, state) => choose(reader, branches, "union has no branch")(reader, state);
  }
  throw new Error(`unknown type ${type.typeName}`);
}

/** Counts the depth of recursive schemas, so that no answer overflows the stack. */
function nested(decoder: AvroDecoder): AvroDecoder {
  return (reader, state) => {
    if (++state.depth > MAX_DEPTH) throw reader.fault(`values are nested more than ${MAX_DEPTH} deep`);
    const value = decoder(reader, state);
    state.depth--;
    return value;
  };
}

function zigzag(reader: ByteReader): number | bigint {
  const n = reader.varint();
  if (typeof n === "bigint") return (n >> 1n) ^ -(n & 1n);
  return n % 2 === 0 ? n / 2 : -(n + 1) / 2;
}

function readBoolean(reader: ByteReader): boolean {
  const byte = reader.byte();
  if (byte > 1) throw reader.fault(`a boolean is ${byte}`);
  return byte === 1;
}

function readString(reader: ByteReader): string {
  return utf8.decode(reader.take(Number(zigzag(reader))));
}

function choose<T>(reader: ByteReader, choices: readonly T[], message: string): T {
  const index = Number(zigzag(reader)), choice = choices[index];
  if (choice === undefined) throw reader.fault(`the ${message} ${index}`);
  return choice;
}

function eachInBlocks(reader: ByteReader, state: AvroState, read: () => void): void {
  for (let count = Number(zigzag(reader)); count !== 0; count = Number(zigzag(reader))) {
    if (count < 0) {
      // A negative count comes with the size of the block.
      count = -count;
      zigzag(reader);
    }
    for (let i = 0; i < count; i++) {
      const before = reader.at;
      reader.spend(1);
      read();
      if (reader.at === before && --state.empty < 0) throw reader.fault("too many values without content");
    }
  }
}
