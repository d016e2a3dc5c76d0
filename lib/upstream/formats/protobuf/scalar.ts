/**
 * The scalar types of Protocol Buffers: how each stands on the wire, and what its absence means.
 *
 * @module
 */
import type { Field } from "protobufjs";
import { encodeBase64 } from "../../../data/base64.ts";
import { type ByteReader, plainInteger } from "../byte_reader.ts";

/** Wire types. */
export const VARINT = 0;
/** Eight bytes. */
export const FIXED64 = 1;
/** A length, then so many bytes. */
export const LENGTH = 2;
/** The start of a group. */
export const GROUP_START = 3;
/** The end of a group. */
export const GROUP_END = 4;
/** Four bytes. */
export const FIXED32 = 5;

/** Reads a scalar that stands on the wire as `wire`. */
export interface ScalarReader {
  readonly wire: number;
  /** The value that is not written. */
  readonly zero: unknown;
  read(reader: ByteReader): unknown;
}

type Names = Readonly<Record<number, string>>;
type Varint = number | bigint;

const utf8 = new TextDecoder();
const toInt32 = (n: Varint) => typeof n === "bigint" ? Number(BigInt.asIntN(32, n)) : n | 0;
const toUint32 = (n: Varint) => typeof n === "bigint" ? Number(BigInt.asUintN(32, n)) : n >>> 0;
const toInt64 = (n: Varint) => plainInteger(typeof n === "bigint" ? BigInt.asIntN(64, n) : n);

function zigzag64(n: Varint): Varint {
  if (typeof n === "bigint") return (n >> 1n) ^ -(n & 1n);
  return n % 2 === 0 ? n / 2 : -(n + 1) / 2;
}

const SCALARS: Readonly<Record<string, ScalarReader>> = {
  int32: { wire: VARINT, zero: 0, read: (r) => toInt32(r.varint()) },
  uint32: { wire: VARINT, zero: 0, read: (r) => toUint32(r.varint()) },
  sint32: { wire: VARINT, zero: 0, read: (r) => Number(zigzag64(toUint32(r.varint()))) },
  int64: { wire: VARINT, zero: 0, read: (r) => toInt64(r.varint()) },
  uint64: { wire: VARINT, zero: 0, read: (r) => plainInteger(r.varint()) },
  sint64: { wire: VARINT, zero: 0, read: (r) => plainInteger(zigzag64(r.varint())) },
  bool: { wire: VARINT, zero: false, read: (r) => Number(r.varint()) !== 0 },
  fixed32: { wire: FIXED32, zero: 0, read: (r) => r.uint32() },
  sfixed32: { wire: FIXED32, zero: 0, read: (r) => r.uint32() | 0 },
  float: { wire: FIXED32, zero: 0, read: (r) => r.float32() },
  fixed64: { wire: FIXED64, zero: 0, read: (r) => plainInteger(r.uint64()) },
  sfixed64: { wire: FIXED64, zero: 0, read: (r) => toInt64(r.uint64()) },
  double: { wire: FIXED64, zero: 0, read: (r) => r.float64() },
  string: { wire: LENGTH, zero: "", read: (r) => utf8.decode(r.take(Number(r.varint()))) },
  bytes: { wire: LENGTH, zero: "", read: (r) => encodeBase64(r.take(Number(r.varint()))) },
};

/**
 * The reader of a scalar type, or of an enumeration: the name of its value, the number where it has none.
 *
 * @param type The type as the file writes it.
 * @param names The names of an enumeration by value.
 */
export function scalarReader(type: string, names?: Names): ScalarReader {
  if (names) {
    return {
      wire: VARINT,
      zero: names[0] ?? 0,
      read: (r) => {
        const value = toInt32(r.varint());
        return names[value] ?? value;
      },
    };
  }
  const scalar = SCALARS[type];
  if (!scalar) throw new Error(`unknown type ${type}`);
  return scalar;
}

/**
 * What a field means that is not on the wire: its default, where the file says or proto3 implies one.
 *
 * @param field The field, resolved; neither repeated nor a message.
 * @param reader Its reader.
 * @returns Nothing for a field that knows whether it was set.
 */
export function absentValue(field: Field, reader: ScalarReader): unknown {
  const written: unknown = field.options?.["default"];
  if (written !== undefined) return written;
  return field.hasPresence ? undefined : reader.zero;
}
