/**
 * What an Avro schema is compiled to.
 *
 * @module
 */
import type { ByteReader } from "../byte_reader.ts";

/** Reads one value. */
export type AvroDecoder = (reader: ByteReader, state: AvroState) => unknown;

/** What one answer may still use up. */
export interface AvroState {
  depth: number;
  /** Values that take no bytes, of which a small answer can announce any number. */
  empty: number;
}

/** What an answer starts with. */
export function newAvroState(): AvroState {
  return { depth: 0, empty: 1_000_000 };
}
