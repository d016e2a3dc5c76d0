/**
 * What a Content-Type says about how to read a body.
 *
 * @module
 */
import { readableHeader } from "../header_text.ts";
import type { Format } from "../operation.ts";

/** The reading a Content-Type asks for. `format` is undefined where it does not say. */
export interface Reading {
  readonly format: Format | undefined;
  readonly charset: string | undefined;
}

const UNKNOWN: Reading = { format: undefined, charset: undefined };
const remembered = new Map<string, Reading>();

/**
 * Reads a Content-Type header.
 *
 * @param contentType The header, or null where there was none.
 */
export function readMediaType(contentType: string | null): Reading {
  if (contentType === null) return UNKNOWN;
  let reading = remembered.get(contentType);
  if (!reading) {
    reading = parse(readableHeader(contentType));
    // Upstreams choose this text: the memory of it is bounded.
    if (remembered.size < 256) remembered.set(contentType, reading);
  }
  return reading;
}

function parse(contentType: string): Reading {
  const [essence = ""] = contentType.split(";", 1);
  const charset = /;\s*charset\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s;]+))/i.exec(contentType);
  return {
    format: formatOf(essence.trim().toLowerCase()),
    charset: (charset?.[1] ?? charset?.[2] ?? charset?.[3])?.trim().toLowerCase() || undefined,
  };
}

const EXACT: Readonly<Record<string, Format>> = {
  "application/json": "json",
  "text/json": "json",
  "text/x-json": "json",
  "application/x-ndjson": "jsonLines",
  "application/ndjson": "jsonLines",
  "application/jsonl": "jsonLines",
  "application/x-jsonlines": "jsonLines",
  "application/jsonlines": "jsonLines",
  "application/json-seq": "jsonLines",
  "text/event-stream": "events",
  "application/javascript": "text",
  "application/xml": "xml",
  "text/xml": "xml",
  "application/yaml": "yaml",
  "application/x-yaml": "yaml",
  "text/yaml": "yaml",
  "text/x-yaml": "yaml",
  "text/vnd.yaml": "yaml",
  "text/csv": "csv",
  "application/csv": "csv",
  "text/tab-separated-values": "tsv",
  "text/tsv": "tsv",
  "text/html": "html",
  "application/xhtml+xml": "html",
  "text/markdown": "markdown",
  "text/x-markdown": "markdown",
  "application/octet-stream": "binary",
  "application/pdf": "binary",
  "application/zip": "binary",
  "application/gzip": "binary",
  "application/x-gzip": "binary",
  "application/x-tar": "binary",
  "application/wasm": "binary",
  "application/avro": "avro",
  "avro/binary": "avro",
  "application/x-avro": "avro",
  "application/vnd.apache.avro+binary": "avro",
  "application/protobuf": "protobuf",
  "application/x-protobuf": "protobuf",
  "application/vnd.google.protobuf": "protobuf",
  "application/x-google-protobuf": "protobuf",
};

function formatOf(essence: string): Format | undefined {
  if (Object.hasOwn(EXACT, essence)) return EXACT[essence];
  if (essence.endsWith("+json")) return "json";
  if (essence.endsWith("+json-seq") || essence.endsWith("+ndjson")) return "jsonLines";
  // An image is bytes even when it is drawn in XML.
  if (/^(image|audio|video|font)\//.test(essence)) return "binary";
  if (essence.endsWith("+xml")) return "xml";
  if (essence.endsWith("+yaml")) return "yaml";
  if (essence.endsWith("+protobuf")) return "protobuf";
  if (essence.endsWith("+zip") || essence.startsWith("application/vnd.openxmlformats")) return "binary";
  return undefined;
}
