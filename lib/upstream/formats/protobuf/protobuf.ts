/**
 * Protocol Buffers answers: the first message of the schema file, as JSON-like data with the field names of the file.
 *
 * @module
 */
import { badSchema } from "../bad_response.ts";
import { Budget } from "../budget.ts";
import { ByteReader } from "../byte_reader.ts";
import { compileProtobuf } from "./schema.ts";

/**
 * Reads a message.
 *
 * @param bytes The body.
 * @param schema The text of the .proto file.
 * @param budget What may be made of it.
 * @throws {CallError} `bad_response`, saying at which byte; `misconfigured` where the schema is none.
 */
export function decodeProtobuf(
  bytes: Uint8Array,
  schema: string | undefined,
  budget: Budget = new Budget("Protocol Buffers"),
): unknown {
  if (schema === undefined) {
    throw badSchema(
      "a Protocol Buffers answer cannot be read without its schema",
      "add outputSchema with the path of the .proto file",
    );
  }
  return compileProtobuf(schema)(new ByteReader(bytes, "Protocol Buffers", budget), 0);
}
