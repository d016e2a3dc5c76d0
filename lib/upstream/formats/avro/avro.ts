/**
 * Avro answers: one bare value of the given schema, or a container file, which brings its schema and gives an array.
 *
 * @module
 */
import { decodeBase64 } from "../../../data/base64.ts";
import { decompress } from "../../../data/decompress.ts";
import { type AvroDecoder, newAvroState } from "./decoder.ts";
import { compileAvro } from "./schema.ts";
import { badResponse, badSchema } from "../bad_response.ts";
import { Budget } from "../budget.ts";
import { ByteReader } from "../byte_reader.ts";

const HEADER_SCHEMA = JSON.stringify({ type: "map", values: "bytes" });
const SYNC_BYTES = 16;

/** Whether the bytes are an Avro container file. */
function isAvroContainer(bytes: Uint8Array): boolean {
  return bytes[0] === 0x4f && bytes[1] === 0x62 && bytes[2] === 0x6a && bytes[3] === 1;
}

/**
 * Reads Avro.
 *
 * @param bytes The body.
 * @param schema The text of the .avsc file; a container file does without.
 * @param maxBytes How much a compressed container may hold.
 * @param budget What may be made of it.
 * @throws {CallError} `bad_response`, saying at which byte.
 */
export function decodeAvro(
  bytes: Uint8Array,
  schema: string | undefined,
  maxBytes: number,
  budget: Budget = new Budget("Avro"),
): unknown {
  if (isAvroContainer(bytes)) return decodeContainer(bytes, maxBytes, budget);
  if (schema === undefined) {
    throw badSchema(
      "an Avro answer cannot be read without its schema",
      "add outputSchema with the path of the .avsc file",
    );
  }
  const reader = new ByteReader(bytes, "Avro", budget);
  const value = compileAvro(schema, true)(reader, newAvroState());
  if (reader.at < bytes.length) throw reader.fault("there are more bytes after the value");
  return value;
}

async function decodeContainer(bytes: Uint8Array, maxBytes: number, allowance: Budget): Promise<unknown[]> {
  const reader = new ByteReader(bytes, "Avro", allowance, 4);
  const header = compileAvro(HEADER_SCHEMA, true)(reader, newAvroState()) as Record<string, string>;
  const text = (name: string) => {
    const value = Object.hasOwn(header, name) ? header[name] : undefined;
    return value === undefined ? undefined : new TextDecoder().decode(decodeBase64(value));
  };
  const schema = text("avro.schema"), codec = text("avro.codec") ?? "null";
  if (schema === undefined) throw reader.fault("the header has no schema");
  if (codec !== "null" && codec !== "deflate") {
    throw badResponse(
      "Avro",
      `it is compressed with ${codec}`,
      undefined,
      "Capstan reads the codecs null and deflate",
    );
  }
  const decoder = compileAvro(schema, false);
  const sync = reader.take(SYNC_BYTES);
  const values: unknown[] = [], state = newAvroState(), budget = { bytes: maxBytes };
  const count = compileAvro('"long"', true);
  while (reader.at < reader.end) {
    const announced = Number(count(reader, state)), size = Number(count(reader, state));
    const block = reader.within(size);
    const inner = codec === "null" ? block : new ByteReader(await inflate(block, budget), "Avro", allowance);
    readBlock(inner, announced, decoder, values, state);
    if (!reader.take(SYNC_BYTES).every((byte, i) => byte === sync[i])) {
      throw reader.fault("a block does not end with the marker of the file");
    }
  }
  return values;
}

function readBlock(
  block: ByteReader,
  announced: number,
  decoder: AvroDecoder,
  values: unknown[],
  state: ReturnType<typeof newAvroState>,
): void {
  for (let i = 0; i < announced; i++) {
    const before = block.at;
    block.spend(1);
    values.push(decoder(block, state));
    if (block.at === before && --state.empty < 0) throw block.fault("too many values without content");
  }
  if (block.at < block.end) throw block.fault("there are more bytes in a block than values");
}

async function inflate(block: ByteReader, budget: { bytes: number }): Promise<Uint8Array> {
  const packed = new Uint8Array(block.bytes.subarray(block.at, block.end));
  const stream = decompress(new Blob([packed]).stream(), "deflate-raw");
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of stream) {
      budget.bytes -= chunk.length;
      if (budget.bytes < 0) break;
      chunks.push(chunk);
      size += chunk.length;
    }
  } catch {
    throw block.fault("a block cannot be decompressed");
  }
  if (budget.bytes < 0) {
    throw badResponse(
      "Avro",
      "it is larger than allowed once decompressed",
      undefined,
      "ask the API for less",
    );
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
