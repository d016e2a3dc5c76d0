/**
 * The media types of files, by their extension.
 *
 * @module
 */

const TYPES: Readonly<Record<string, string>> = {
  avif: "image/avif",
  bmp: "image/bmp",
  css: "text/css",
  csv: "text/csv",
  gif: "image/gif",
  htm: "text/html",
  html: "text/html",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  js: "text/javascript",
  json: "application/json",
  jsonl: "application/jsonl",
  log: "text/plain",
  markdown: "text/markdown",
  md: "text/markdown",
  mjs: "text/javascript",
  mp3: "audio/mpeg",
  mp4: "video/mp4",
  pdf: "application/pdf",
  png: "image/png",
  proto: "text/plain",
  py: "text/x-python",
  sh: "text/x-shellscript",
  sql: "application/sql",
  svg: "image/svg+xml",
  toml: "application/toml",
  ts: "text/typescript",
  tsv: "text/tab-separated-values",
  txt: "text/plain",
  wav: "audio/wav",
  webp: "image/webp",
  xml: "application/xml",
  yaml: "application/yaml",
  yml: "application/yaml",
  zip: "application/zip",
};

/** The type of a file whose extension says nothing. */
const UNKNOWN_TYPE = "application/octet-stream";

/** The media type of a file by its name: `text/markdown` for `guide.md`. */
export function fileType(name: string): string {
  const extension = /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
  return Object.hasOwn(TYPES, extension) ? TYPES[extension]! : UNKNOWN_TYPE;
}

/** Whether what has a media type is text. */
export function isTextType(type: string): boolean {
  const [essence = ""] = type.toLowerCase().split(";", 1);
  return essence.startsWith("text/") || essence === "image/svg+xml" ||
    /[/+](?:json|jsonl|xml|yaml)$/.test(essence) ||
    ["application/toml", "application/sql", "application/javascript", "application/x-ndjson"].includes(
      essence,
    );
}
