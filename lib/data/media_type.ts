/**
 * What a media type says of a body: whether it is bytes or text.
 *
 * @module
 */

/** Media types of the tree `application` whose bodies are bytes. */
const BYTES: ReadonlySet<string> = new Set([
  "octet-stream",
  "zip",
  "gzip",
  "x-gzip",
  "x-tar",
  "x-gtar",
  "x-bzip2",
  "x-xz",
  "x-7z-compressed",
  "x-rar-compressed",
  "vnd.rar",
  "zstd",
  "x-zip-compressed",
  "x-compressed",
  "cbor",
  "msgpack",
  "x-msgpack",
  "vnd.msgpack",
  "bson",
  "pdf",
  "protobuf",
  "x-protobuf",
  "vnd.google.protobuf",
  "x-google-protobuf",
  "avro",
  "x-avro",
  "wasm",
  "java-archive",
  "msword",
  "x-sqlite3",
  "vnd.sqlite3",
  "x-parquet",
  "x-binary",
  "binary",
  "x-shockwave-flash",
  "pkcs7-mime",
  "pkcs8",
  "pkcs12",
  "x-pkcs12",
]);

/** Subtypes by how they begin or end whose bodies are bytes. */
const BYTES_LIKE =
  /^(?:vnd\.openxmlformats|vnd\.ms-|vnd\.oasis\.opendocument|vnd\.apache\.(?:avro|arrow|parquet)|vnd\.android|grpc)|\+(?:zip|gzip|cbor|protobuf|zstd|der)$/;

/**
 * Whether bodies of a media type are bytes and no text.
 *
 * @param mediaType The media type, with or without parameters.
 */
export function isBytesType(mediaType: string): boolean {
  const essence = mediaType.split(";", 1)[0]!.trim().toLowerCase(), slash = essence.indexOf("/");
  const tree = essence.slice(0, slash), subtype = essence.slice(slash + 1);
  switch (tree) {
    case "image":
      return subtype !== "svg+xml";
    case "audio":
    case "video":
    case "font":
      return true;
    case "avro":
      return subtype === "binary";
    case "application":
      // What a suffix calls XML or JSON is text, whoever made it up.
      return !/\+(?:xml|json|yaml)$/.test(subtype) && (BYTES.has(subtype) || BYTES_LIKE.test(subtype));
    default:
      return false;
  }
}
