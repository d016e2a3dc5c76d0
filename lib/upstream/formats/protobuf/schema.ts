/**
 * .proto files, compiled to decoders. protobufjs reads the file; its own decoders are generated as source text, so
 * the bytes are read here.
 *
 * @module
 */
import protobuf from "protobufjs";
import { CallError } from "../../error.ts";
import { badSchema } from "../bad_response.ts";
import type { ByteReader } from "../byte_reader.ts";
import { type FieldPlan, type MessageDecoder, messageDecoder, type ValuePlan } from "./message.ts";
import { absentValue, GROUP_START, LENGTH, type ScalarReader, scalarReader } from "./scalar.ts";
import { wellKnown } from "./well_known.ts";

/** Reads one message to the end of its reader, or of its group. */
export type ProtobufDecoder = (reader: ByteReader, depth: number, group?: number) => unknown;

const decoders = new Map<string, ProtobufDecoder>();

/**
 * Compiles the first message of a .proto file; the same text is compiled once.
 *
 * @param schema The text of the file.
 * @throws {CallError} `misconfigured` when it is no such file, has no message, or needs other files.
 */
export function compileProtobuf(schema: string): ProtobufDecoder {
  let decoder = decoders.get(schema);
  if (!decoder) {
    decoder = compile(schema);
    decoders.set(schema, decoder);
  }
  return decoder;
}

const HINT = "outputSchema names a .proto file whose first message is the answer";

function compile(schema: string): ProtobufDecoder {
  let first: protobuf.Type | undefined;
  try {
    const root = new protobuf.Root();
    const { imports = [], weakImports = [] } = protobuf.parse(schema, root, { keepCase: true });
    first = firstType(root);
    for (const file of [...imports, ...weakImports]) {
      const common = protobuf.common.get(file);
      if (!common) throw badSchema(`the schema imports ${file}, which is not part of it`, HINT);
      root.addJSON(common.nested ?? {});
    }
    root.resolveAll();
  } catch (cause) {
    if (cause instanceof CallError) throw cause;
    // What a parser says of a file may quote it, and it may be another file than the author meant.
    const line = /\bline (\d{1,9})\b/.exec((cause as Error).message)?.[1];
    throw badSchema(
      `the schema is not a .proto file that Capstan can use${
        line === undefined ? "" : ` (see its line ${line})`
      }`,
      HINT,
      { cause },
    );
  }
  if (!first) throw badSchema("the schema file has no message", HINT);
  return typeDecoder(first, new Map());
}

function firstType(namespace: protobuf.NamespaceBase): protobuf.Type | undefined {
  for (const inner of namespace.nestedArray) {
    if (inner instanceof protobuf.Type) return inner;
    if (inner instanceof protobuf.Namespace) {
      const found = firstType(inner);
      if (found) return found;
    }
  }
  return undefined;
}

function typeDecoder(type: protobuf.Type, known: Map<protobuf.Type, ProtobufDecoder>): ProtobufDecoder {
  const there = known.get(type);
  if (there) return there;
  const fields = new Map<number, FieldPlan>();
  const message: MessageDecoder = messageDecoder(fields);
  const convert = wellKnown(type.fullName);
  const decoder: ProtobufDecoder = convert
    ? (reader, depth, group) => convert(message(reader, depth, group))
    : message;
  // A message may contain itself.
  known.set(type, decoder);
  for (const field of type.fieldsArray) {
    const resolved = field.resolve();
    fields.set(field.id, fieldPlan(resolved, (inner) => typeDecoder(inner, known)));
  }
  return decoder;
}

function fieldPlan(field: protobuf.Field, decoderOf: (type: protobuf.Type) => ProtobufDecoder): FieldPlan {
  const { resolvedType } = field;
  const plan = {
    name: field.name,
    repeated: field.repeated,
    rivals: (field.partOf?.fieldsArray ?? []).filter((f) => f !== field).map((f) => f.name),
  };
  const value: ValuePlan = resolvedType instanceof protobuf.Type
    ? { wire: field.delimited ? GROUP_START : LENGTH, message: decoderOf(resolvedType) }
    : scalarReader(field.type, resolvedType?.valuesById);
  if (field instanceof protobuf.MapField) {
    return { ...plan, value, entry: entryDecoder(scalarReader(field.keyType), value), absent: () => ({}) };
  }
  if (field.repeated) return { ...plan, value, absent: () => [] };
  const absent = "read" in value ? absentValue(field, value) : undefined;
  return { ...plan, value, absent: absent === undefined ? undefined : () => absent };
}

function entryDecoder(key: ScalarReader, value: ValuePlan): MessageDecoder {
  const field = { repeated: false, rivals: [] };
  const none = "read" in value ? () => value.zero : () => ({});
  return messageDecoder(
    new Map<number, FieldPlan>([
      [1, { ...field, name: "key", value: key, absent: () => key.zero }],
      [2, { ...field, name: "value", value, absent: none }],
    ]),
  );
}
