/**
 * Reading one message from the wire: fields in any order, unknown ones passed over, repeated ones packed or not.
 *
 * @module
 */
import type { ByteReader } from "../byte_reader.ts";
import { setEntry } from "../entry.ts";
import { FIXED32, FIXED64, GROUP_END, GROUP_START, LENGTH, type ScalarReader, VARINT } from "./scalar.ts";

/** Reads a message, or a group up to its end tag. */
export type MessageDecoder = (reader: ByteReader, depth: number, group?: number) => Record<string, unknown>;

/** How a value stands on the wire: a scalar, or a message. */
export type ValuePlan = ScalarReader | {
  readonly wire: number;
  readonly message: (reader: ByteReader, depth: number, group?: number) => unknown;
};

/** One field of a message. */
export interface FieldPlan {
  readonly name: string;
  readonly repeated: boolean;
  /** Set for maps: reads one entry, as a message of `key` and `value`. */
  readonly entry?: MessageDecoder;
  readonly value: ValuePlan;
  /** Fields of the same `oneof`: only the last one on the wire counts. */
  readonly rivals: readonly string[];
  /** What the field is when it is not on the wire; undefined leaves it out. */
  readonly absent: (() => unknown) | undefined;
}

const MAX_DEPTH = 100;

/**
 * Makes the decoder of a message.
 *
 * @param fields Its fields by number; may be filled in later.
 */
export function messageDecoder(fields: ReadonlyMap<number, FieldPlan>): MessageDecoder {
  return (reader, depth, group) => {
    if (depth > MAX_DEPTH) throw reader.fault(`messages are nested more than ${MAX_DEPTH} deep`);
    const message: Record<string, unknown> = {};
    reader.spend(1 + fields.size);
    for (;;) {
      if (reader.at >= reader.end) {
        if (group === undefined) break;
        throw reader.fault(`the group ${group} does not end`);
      }
      const tag = Number(reader.varint()), wire = tag % 8, number = Math.floor(tag / 8);
      if (wire === GROUP_END && number === group) break;
      const field = fields.get(number);
      if (!field || !readField(reader, depth, message, field, wire, number)) skip(reader, wire, number);
    }
    for (const { name, absent } of fields.values()) {
      if (absent && !Object.hasOwn(message, name)) setEntry(message, name, absent());
    }
    return message;
  };
}

/** Reads a field. @returns False when the wire type is not that of the field, which then counts as unknown. */
function readField(
  reader: ByteReader,
  depth: number,
  message: Record<string, unknown>,
  field: FieldPlan,
  wire: number,
  number: number,
): boolean {
  const { name, entry, value } = field;
  if (entry) {
    if (wire !== LENGTH) return false;
    const entries = memberMessage(message, name, () => ({})) as Record<string, unknown>;
    const read = entry(reader.within(Number(reader.varint())), depth + 1);
    setEntry(entries, String(read["key"]), read["value"]);
  } else if (wire === value.wire) {
    const read = readValue(reader, depth, value, number);
    reader.spend(1);
    if (field.repeated) (memberMessage(message, name, () => []) as unknown[]).push(read);
    else setEntry(message, name, read);
  } else if (field.repeated && wire === LENGTH && "read" in value) {
    const packed = reader.within(Number(reader.varint()));
    const items = memberMessage(message, name, () => []) as unknown[];
    while (packed.at < packed.end) {
      packed.spend(1);
      items.push(value.read(packed));
    }
  } else return false;
  for (const rival of field.rivals) delete message[rival];
  return true;
}

function readValue(reader: ByteReader, depth: number, value: ValuePlan, number: number): unknown {
  if ("read" in value) return value.read(reader);
  if (value.wire === GROUP_START) return value.message(reader, depth + 1, number);
  return value.message(reader.within(Number(reader.varint())), depth + 1);
}

function memberMessage(message: Record<string, unknown>, name: string, make: () => unknown): unknown {
  if (!Object.hasOwn(message, name)) setEntry(message, name, make());
  return message[name];
}

/** Passes over a field, groups with what is in them. */
function skip(reader: ByteReader, wire: number, number: number): void {
  const groups: number[] = [];
  for (;;) {
    if (wire === VARINT) reader.varint();
    else if (wire === FIXED64) reader.skip(8);
    else if (wire === LENGTH) reader.skip(Number(reader.varint()));
    else if (wire === FIXED32) reader.skip(4);
    else if (wire === GROUP_START) groups.push(number);
    else if (wire === GROUP_END && groups.pop() === number) {
      // The group is over.
    } else throw reader.fault(`a field has the wire type ${wire}, which is not allowed here`);
    if (groups.length === 0) return;
    const tag = Number(reader.varint());
    wire = tag % 8;
    number = Math.floor(tag / 8);
  }
}
