/**
 * The body of a call (semantics §4, §11): from what the author wrote to what the upstream room builds.
 *
 * @module
 */
import type { InputParameter } from "../../../schemas/mod.ts";
import type { Getter } from "../../expression/scope.ts";
import {
  compileJson,
  compileParts,
  compileTemplate,
  exactPlaceholder,
  isTemplate,
} from "../../expression/template.ts";
import { isBytesType } from "../../data/media_type.ts";
import { isBase64 } from "../../upstream/body/file.ts";
import { isBytes } from "../inputs/json_schema.ts";
import type { Body, Field, FormPart } from "../../upstream/operation.ts";
import { BYTES_TYPE, compileBodyText, TEXT_TYPES } from "./body_text.ts";
import type { CallCompilation } from "./call_compilation.ts";
import { listStyle } from "./list_style.ts";
import { warnOfBody } from "./body_findings.ts";
import { Problem } from "../problem.ts";

/**
 * Compiles the body of an operation.
 *
 * @param site Where the call stands.
 * @param method The HTTP method, in capitals.
 * @param parameters Parameters that travel in the body.
 * @param value Gives the value of each.
 */
export function planBody(
  site: CallCompilation,
  method: string,
  parameters: readonly InputParameter[],
  value: (parameter: InputParameter, whole?: boolean) => Getter,
): Body | undefined {
  const { operation } = site.entry, { context } = site.nameScope, { body } = operation;
  if (method === "GET" || method === "HEAD") {
    if (body !== undefined || parameters.length > 0) {
      context.warn(
        "body-on-get",
        `${operation.name} is a ${method}, which sends no body; the declared one is left out`,
        body ?? parameters[0]!,
        undefined,
        "use POST, PUT or PATCH, or move the values to the query",
      );
    }
    // Callers may know the input, so it stays one, although nothing is sent.
    for (const p of parameters) if (p.value === undefined) value(p);
    return undefined;
  }
  if (body?.data !== undefined) return written(site, body.type, body.data, body.contentType, body);
  const form = parameters.filter((p) => p.in === "formData");
  const whole = parameters.filter((p) => p.in === "body");
  if (form.length > 0) {
    if (body?.type === "multipartForm" || form.some(isFile)) {
      return { type: "multipart", parts: form.map((p) => partOf(p, value)) };
    }
    return { type: "form", fields: form.map((p) => fieldOf(p, value)) };
  }
  if (whole.length === 1 && whole[0]!.value === undefined) {
    const get = value(whole[0]!, true);
    if (body?.type === "formUrlEncoded") return { type: "form", fields: get };
    if (body?.type === "multipartForm") return { type: "multipart", parts: get };
    const contentType = body?.contentType ?? (body && TEXT_TYPES[body.type]), { name } = whole[0]!;
    if (body?.type === "binary" || (body === undefined && isFile(whole[0]!))) {
      return { type: "bytes", name, get, contentType: contentType ?? headerType(site) ?? BYTES_TYPE };
    }
    if (body && TEXT_TYPES[body.type]) {
      return { type: "text", parts: [{ name, get }], contentType: contentType! };
    }
    return { type: "json", get, rawText: true, ...(contentType === undefined ? {} : { contentType }) };
  }
  if (whole.length > 0) {
    const fields = whole.map((p) => fieldOf(p, value));
    if (body?.type === "formUrlEncoded") return { type: "form", fields };
    if (body?.type === "multipartForm") {
      return { type: "multipart", parts: whole.map((p) => partOf(p, value)) };
    }
    return { type: "json", get: objectOf(fields) };
  }
  if (body !== undefined) return bodyInput(site, body.type, body.contentType);
  if (
    method !== "DELETE" && site.nameScope.declared.has("body") && !site.has("body") &&
    !site.nameScope.neededInputs.has("body")
  ) {
    return { type: "json", get: site.word("body", site.node, "call", true), rawText: true };
  }
  return undefined;
}

/** Whether a parameter of a form or a body is a file. */
function isFile(parameter: InputParameter): boolean {
  return /^(?:file|binary)$/i.test(parameter.typeWord ?? "") || parameter.format === "binary";
}

/** A part of a multipart body that is a parameter. */
function partOf(parameter: InputParameter, value: (parameter: InputParameter) => Getter): FormPart {
  const field: FormPart = { name: parameter.name, get: value(parameter) };
  return isFile(parameter) ? { ...field, file: true, base64: isBytes(parameter) } : field;
}

/** A field of a form, with how its lists are written. */
function fieldOf(parameter: InputParameter, value: (parameter: InputParameter) => Getter): Field {
  const style = listStyle(parameter), field = { name: parameter.name, get: value(parameter) };
  return style === undefined ? field : { ...field, style };
}

/** One object of the fields that are there; absent when none is, so that no body is sent. */
function objectOf(fields: readonly Field[]): Getter {
  return (scope) => {
    let out: Record<string, unknown> | undefined;
    for (const { name, get } of fields) {
      const value = get(scope);
      if (value === undefined) continue;
      out ??= {};
      if (name === "__proto__") {
        Object.defineProperty(out, name, { value, enumerable: true, configurable: true, writable: true });
      } else out[name] = value;
    }
    return out;
  };
}

/** A declared body without data or parameters: one optional input called `body`. */
function bodyInput(site: CallCompilation, type: string, written: string | undefined): Body {
  const parameter: InputParameter = {
    name: "body",
    ...(type === "json" || type === "formUrlEncoded" || type === "multipartForm"
      ? { type: "object" }
      : { type: "string" }),
    ...(type === "binary" ? { encoding: "base64" } : {}),
    description: "The request body",
  };
  if (!site.has("body")) site.declare("body", parameter, false);
  const get = site.get("body");
  if (type === "formUrlEncoded") return { type: "form", fields: get };
  if (type === "multipartForm") return { type: "multipart", parts: get };
  if (type === "binary") {
    return { type: "bytes", name: "body", get, contentType: written ?? headerType(site) ?? BYTES_TYPE };
  }
  const contentType = TEXT_TYPES[type] && (written ?? TEXT_TYPES[type]);
  if (contentType !== undefined) return { type: "text", parts: [{ name: "body", get }], contentType };
  return { type: "json", get, rawText: true };
}

/** A body whose content the author wrote. */
function written(
  site: CallCompilation,
  type: string,
  data: unknown,
  contentType: string | undefined,
  node: object,
): Body {
  site.nameScope.context.checkTemplates(data, node, "data");
  const exact = typeof data === "string" && exactPlaceholder(data) !== undefined;
  const resolve = (word: string) => site.word(word, node, "data", exact);
  const withType = contentType === undefined ? {} : { contentType };
  const sentAs = contentType ?? headerType(site);
  const { body } = site.entry.operation;
  if (body !== undefined) warnOfBody(site, body, sentAs);
  if (type === "binary" || (isText(type) && typeof data === "string" && sentAs && isBytesType(sentAs))) {
    return bytesBody(site, data, exact, sentAs ?? BYTES_TYPE, node);
  }
  if (type === "formUrlEncoded" || type === "multipartForm") {
    if (typeof data === "string") {
      if (exact) return formOf(type, compileTemplate(data, resolve));
      return { type: "formText", parts: compileParts(data, resolve), ...withType };
    }
    const parts = formParts(site, data);
    return type === "multipartForm"
      ? { type: "multipart", parts }
      : { type: "form", fields: parts, ...withType };
  }
  if (typeof data !== "string") {
    const get = compileJson(data, (word) => site.word(word, node, "data", true));
    if (type === "yaml") return { type: "json", get, contentType: contentType ?? TEXT_TYPES["yaml"]! };
    return type === "xml"
      ? { type: "xmlTree", get: oneRoot(site, data, node, get), ...withType }
      : { type: "json", get, ...withType };
  }
  return compileBodyText(type, data, exact, sentAs, resolve);
}

/** Bodies whose content is a text of any kind: their Content-Type says what the text stands for. */
function isText(type: string): boolean {
  return type === "text" || type === "raw";
}

/**
 * A body of bytes: base64 in the document, and in the input that gives it.
 *
 * @throws {Problem} Where what the author wrote is no base64.
 */
function bytesBody(
  site: CallCompilation,
  data: unknown,
  exact: boolean,
  contentType: string,
  node: object,
): Body {
  const { operation } = site.entry, { context } = site.nameScope;
  if (typeof data !== "string" || (!isTemplate(data) && !isBase64(data))) {
    throw new Problem(context.error(
      "bad-expression",
      `the body of ${operation.name} is bytes, and what is written is not base64`,
      node,
      "data",
      'write the bytes as base64, or an input that gives them: "{{content}}"',
    ));
  }
  const get = compileTemplate(data, (word) => site.word(word, node, "data", exact, true));
  return { type: "bytes", name: exactPlaceholder(data)?.expression ?? "body", get, contentType };
}

/** The tree of an XML body, which has to have one root element. */
function oneRoot(site: CallCompilation, data: unknown, node: object, get: Getter): Getter {
  const roots = data !== null && typeof data === "object" && !Array.isArray(data) ? Object.values(data) : [];
  if (roots.length === 1 && !Array.isArray(roots[0])) return get;
  throw new Problem(site.nameScope.context.error(
    "bad-expression",
    `the XML body of ${site.entry.operation.name} has to have one root element`,
    node,
    "data",
    "put everything under one key, which names the root element",
  ));
}

/** The Content-Type that an input or a fixed header of the author's always sends. */
function headerType(site: CallCompilation): string | undefined {
  const isType = (name: string) => name.toLowerCase() === "content-type";
  for (const { in: place, name, value } of site.entry.parameters) {
    if (place === "header" && isType(name) && typeof value === "string" && !isTemplate(value)) return value;
  }
  const fixed = site.entry.api.ready().fixedHeaders.find(({ name }) => isType(name))?.value;
  return typeof fixed === "string" ? fixed : undefined;
}

function formOf(type: "formUrlEncoded" | "multipartForm", get: Getter): Body {
  return type === "multipartForm" ? { type: "multipart", parts: get } : { type: "form", fields: get };
}

/** The parts of a form: a list of `{name, value, filename?, contentType?}`, or a map of name to value. */
function formParts(site: CallCompilation, data: unknown): FormPart[] {
  const compile = (value: unknown, node: object, entry: string, bytes = false): Getter =>
    typeof value === "string"
      ? compileTemplate(value, (word) => site.word(word, node, entry, true, bytes))
      : compileJson(value, (word) => site.word(word, node, entry, true));
  const part = (name: string, node: Record<string, unknown>): FormPart => {
    const entry = ["value", "data", "content"].find((key) => node[key] !== undefined) ?? "value";
    const { filename, contentType, encoding } = node, isNamed = filename !== undefined && filename !== null;
    const word = exactWord(node[entry]), says = word !== undefined && site.isBytes(word);
    const base64 = says || (typeof encoding === "string" && encoding.toLowerCase() === "base64");
    if (isNamed && !base64) warnOfEncoding(site, name, node);
    return {
      name,
      get: compile(node[entry], node, entry, base64),
      ...(base64 ? { base64 } : {}),
      // Whoever names a file means one, also where the name itself is absent.
      ...(isNamed
        ? { filename: compile(filename, node, "filename"), file: true }
        : says
        ? { file: true }
        : {}),
      ...(typeof contentType === "string" ? { contentType: compile(contentType, node, "contentType") } : {}),
    };
  };
  if (Array.isArray(data)) {
    return data.flatMap((item) =>
      item !== null && typeof item === "object" && "name" in item
        ? [part(String((item as { name: unknown }).name), item as Record<string, unknown>)]
        : []
    );
  }
  const shortPart = (name: string, value: unknown): FormPart => {
    const word = exactWord(value), file = word !== undefined && site.isBytes(word);
    const field = { name, get: compile(value, data as object, name, file) };
    return file ? { ...field, file, base64: true } : field;
  };
  return Object.entries(data as Record<string, unknown>).map(([name, value]) =>
    value !== null && typeof value === "object" && !Array.isArray(value) &&
      ("value" in value || "filename" in value)
      ? part(name, value as Record<string, unknown>)
      : shortPart(name, value)
  );
}

/** The word of a text that is nothing but one placeholder. */
function exactWord(text: unknown): string | undefined {
  return typeof text === "string" ? exactPlaceholder(text)?.expression : undefined;
}

/** Files that are bytes, by the end of their name. */
const BYTES_NAME =
  /\.(?:pdf|png|jpe?g|gif|webp|bmp|ico|tiff?|mp[34]|m4a|wav|ogg|webm|mov|avi|zip|gz|tgz|bz2|xz|7z|rar|tar|jar|docx?|xlsx?|pptx?|odt|ods|woff2?|ttf|otf|bin|exe|wasm|parquet|avro|sqlite)$/i;

/** Warns of a file that must be bytes and does not say that its value is base64: it is sent as the text it is. */
function warnOfEncoding(site: CallCompilation, name: string, node: Record<string, unknown>): void {
  const { filename, contentType } = node;
  const isBytes = (typeof contentType === "string" && isBytesType(contentType)) ||
    (typeof filename === "string" && BYTES_NAME.test(filename));
  if (!isBytes) return;
  site.nameScope.context.warn(
    "file-encoding",
    `the part ${name} is a file of bytes and does not say encoding: base64, so its value is sent as the text it is`,
    node,
    "filename",
    "add encoding: base64 to the part, or format: binary to the input that gives it",
  );
}
