/**
 * How the answer of a consumed operation is read (semantics §5).
 *
 * @module
 */
import { FORMATS } from "../../../schemas/formats.ts";
import type { ConsumedOperation } from "../../../schemas/mod.ts";
import { suggestion } from "../../document/diagnostics/suggestion.ts";
import type { ResponsePlan } from "../../upstream/operation.ts";
import type { PlanContext } from "../context.ts";
import { outputSchemaFile } from "../files.ts";
import { Problem } from "../problem.ts";

const UNITS: Readonly<Record<string, number>> = {
  b: 1,
  k: 1 << 10,
  m: 1 << 20,
  g: 1 << 30,
  kib: 1 << 10,
  mib: 1 << 20,
  gib: 1 << 30,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
};
/** The most a binary answer may hold when the author does not say, in bytes. */
const DEFAULT_BINARY_BYTES: number = 10 * (1 << 20);
/** The most any other answer may hold, in bytes. */
const DEFAULT_TEXT_BYTES: number = 64 * (1 << 20);

/** Bytes of a size such as `5MiB`; undefined when it is none. */
export function parseSize(text: string): number | undefined {
  const m = /^(\d+(?:\.\d+)?)\s*([kmg]?i?b|[kmg])?$/i.exec(text.trim());
  if (!m) return undefined;
  const unit = UNITS[(m[2] ?? "b").toLowerCase()];
  return unit === undefined ? undefined : Math.floor(Number(m[1]) * unit);
}

/**
 * Compiles how an answer is read.
 *
 * @param context The compilation.
 * @param operation The operation.
 * @param surfaceSize The most a binary answer may hold, where the operation does not say.
 * @throws {Problem} When a schema file that the format needs cannot be read.
 */
export function compileResponse(
  context: PlanContext,
  operation: ConsumedOperation,
  surfaceSize?: string,
): ResponsePlan {
  const written = operation.outputRawFormat?.toLowerCase();
  const format = FORMATS.find((f) => f === written);
  if (written !== undefined && format === undefined) {
    context.warn(
      "unknown-format",
      `${operation.outputRawFormat} is not a format that Capstan reads; the Content-Type decides instead`,
      operation,
      "outputRawFormat",
      suggestion(written, FORMATS, () => `use ${FORMATS.join(", ")}`),
    );
  }
  let outputSchema = operation.outputSchema;
  const file = outputSchemaFile(context.spec, operation);
  if (file !== undefined) {
    outputSchema = context.readFile(file, "the schema file", operation, "outputSchema");
  } else if (format === "protobuf") {
    // Avro may do without: its container files bring their schema along.
    throw new Problem(context.error(
      "unknown-format",
      "the format protobuf needs an outputSchema",
      operation,
      "outputRawFormat",
      "add outputSchema with the path of the .proto file",
    ));
  }
  const own = sizeOf(context, operation, operation.maxBinarySize);
  const binary = own ?? sizeOf(context, operation, surfaceSize) ?? DEFAULT_BINARY_BYTES;
  const maxBytes = format === "binary" ? binary : own ?? DEFAULT_TEXT_BYTES;
  return {
    ...(format === undefined ? {} : { format }),
    ...(outputSchema === undefined ? {} : { outputSchema }),
    ...(operation.outputMediaType === undefined ? {} : { mediaType: operation.outputMediaType }),
    maxBytes,
    offload: context.offload,
    ...(format === undefined && binary !== maxBytes ? { maxBinaryBytes: binary } : {}),
  };
}

/** The bytes of a size; undefined, with a warning, where what is written is none. */
function sizeOf(
  context: PlanContext,
  operation: ConsumedOperation,
  written: string | undefined,
): number | undefined {
  const size = written === undefined ? undefined : parseSize(written);
  if (written !== undefined && size === undefined) {
    context.warn(
      "bad-expression",
      `${written} is not a size; the default of 10MiB is used`,
      operation,
      "maxBinarySize",
      "write a number with B, KiB, MiB or GiB, such as 5MiB",
    );
  }
  return size;
}
