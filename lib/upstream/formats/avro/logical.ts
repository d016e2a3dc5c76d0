/**
 * The logical types of Avro, written as people write such values: dates and times in ISO 8601, decimals with every
 * digit. A value outside of what can be written so stays what it is.
 *
 * @module
 */
import { encodeHex } from "../../../data/base64.ts";
import type { AvroDecoder } from "./decoder.ts";
import { type ByteReader, plainInteger } from "../byte_reader.ts";

/** What a schema says of a logical type. */
export interface AvroLogical {
  readonly logicalType: string;
  readonly scale?: unknown;
}

/** Units in a second. */
const UNITS: Readonly<Record<string, bigint>> = { millis: 1_000n, micros: 1_000_000n, nanos: 1_000_000_000n };
const DAY = 86_400n;

/** The reader of an integer without a logical type. */
type ReadInteger = (reader: ByteReader) => number | bigint;

/**
 * The decoder of a logical type.
 *
 * @param logical What the schema says.
 * @param typeName The Avro type below it.
 * @param size The bytes of a `fixed`.
 * @param readInteger Reads an `int` or a `long`.
 * @returns Undefined where the type below says all there is.
 */
export function logicalDecoder(
  logical: AvroLogical,
  typeName: string,
  size: number,
  readInteger: ReadInteger,
): AvroDecoder | undefined {
  const { logicalType } = logical;
  if (typeName === "int" || typeName === "long") return timeDecoder(logicalType, readInteger);
  const take = typeName === "fixed"
    ? (reader: ByteReader) => reader.take(size)
    : typeName === "bytes"
    ? (reader: ByteReader) => reader.take(Number(readInteger(reader)))
    : undefined;
  if (!take) return undefined;
  if (logicalType === "decimal") {
    const scale = typeof logical.scale === "number" ? logical.scale : 0;
    return (reader) => decimal(take(reader), scale);
  }
  if (logicalType === "uuid" && size === 16) {
    return (reader) => encodeHex(take(reader)).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }
  if (logicalType === "duration" && size === 12) {
    return (reader) => {
      const [months, days, milliseconds] = [reader.uint32(), reader.uint32(), reader.uint32()];
      return { months, days, milliseconds };
    };
  }
  return undefined;
}

function timeDecoder(logicalType: string, readInteger: ReadInteger): AvroDecoder | undefined {
  if (logicalType === "date") {
    return (reader) => {
      const days = readInteger(reader);
      return isoOf(BigInt(days) * DAY)?.slice(0, 10) ?? plainInteger(days);
    };
  }
  const [, local, kind, unit] = /^(local-)?(timestamp|time)-(millis|micros|nanos)$/.exec(logicalType) ?? [];
  if (unit === undefined) return undefined;
  const perSecond = UNITS[unit]!, digits = String(perSecond).length - 1;
  return (reader) => {
    const value = readInteger(reader), [seconds, rest] = divided(BigInt(value), perSecond);
    const iso = isoOf(seconds);
    if (iso === undefined || (kind === "time" && (seconds < 0n || seconds >= DAY))) {
      return plainInteger(value);
    }
    const text = rest === 0n ? iso : `${iso}.${String(rest).padStart(digits, "0")}`;
    if (kind === "time") return text.slice(11);
    return local === undefined ? `${text}Z` : text;
  };
}

/** A number of units as whole ones and what is left over, which is never negative. */
function divided(value: bigint, by: bigint): [whole: bigint, rest: bigint] {
  const rest = ((value % by) + by) % by;
  return [(value - rest) / by, rest];
}

/** Seconds since 1970 as date and time; undefined for years that four digits do not hold. */
function isoOf(seconds: bigint): string | undefined {
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return undefined;
  const year = date.getUTCFullYear();
  return year < 1 || year > 9999 ? undefined : date.toISOString().slice(0, 19);
}

/** A decimal from the bytes of its digits, a two's complement with the most significant byte first. */
function decimal(bytes: Uint8Array, scale: number): string {
  const unscaled = bytes.length === 0 ? 0n : BigInt.asIntN(bytes.length * 8, BigInt(`0x${encodeHex(bytes)}`));
  const negative = unscaled < 0n, digits = String(negative ? -unscaled : unscaled).padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale), fraction = digits.slice(digits.length - scale);
  return `${negative ? "-" : ""}${whole}${scale > 0 ? `.${fraction}` : ""}`;
}
