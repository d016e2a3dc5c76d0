/**
 * The body of a call (semantics §4, §11): from what the author wrote to what the upstream room builds.
 *
 * @module
 */
import type { InputParameter } from "../../../schemas/mod.ts";
import type { Getter } from "../../expression/scope.ts";
import { compileJson, compileParts, compileTemplate, isTemplate } from "../../expression/template.ts";
import type { Body, Field, FormPart } from "../../upstream/operation.ts";
import { compileBodyText, TEXT_TYPES } from "./body_text.ts";
import type { CallSite } from "./call_site.ts";
import { listStyle } from "./list_style.ts";
import { Problem } from "../problem.ts";

/**
 * Compiles the body of an operation.
 *
 * @param site Where the call stands.
 * @param method The HTTP method, in capitals.
 * @param parameters Parameters that travel in the body.
 * @param value Gives the value of each.
 */
export function compileBody(
  site: CallSite,
  method: string,
  parameters: readonly InputParameter[],
  value: (parameter: InputParameter, whole?: boolean) => Getter,
): Body | undefined {
  const { operation } = site.entry, { context } = site.caller, { body } = operation;
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
    const isFile = (p: InputParameter) => /^(file|binary)$/i.test(p.typeWord ?? "") || p.format === "binary";
    if (body?.type === "multipartForm" || form.some(isFile)) {
      return {
        type: "multipart",
        parts: form.map((p): FormPart => ({ name: p.name, get: value(p), file: isFile(p) })),
      };
    }
    return { type: "form", fields: form.map((p) => fieldOf(p, value)) };
  }
  if (whole.length === 1 && whole[0]!.value === undefined) {
    const get = value(whole[0]!, true);
    if (body?.type === "formUrlEncoded") return { type: "form", fields: get };
    if (body?.type === "multipartForm") return { type: "multipart", parts: get };
    const contentType = body?.contentType ?? (body && TEXT_TYPES[body.type]);
    if (body && TEXT_TYPES[body.type]) {
      return { type: "text", parts: [{ name: whole[0]!.name, get }], contentType: contentType! };
    }
    return { type: "json", get, rawText: true, ...(contentType === undefined ? {} : { contentType }) };
  }
  if (whole.length > 0) {
    const fields = whole.map((p) => fieldOf(p, value));
    if (body?.type === "formUrlEncoded") return { type: "form", fields };
    if (body?.type === "multipartForm") return { type: "multipart", parts: fields };
    return { type: "json", get: objectOf(fields) };
  }
  if (body !== undefined) return bodyInput(site, body.type);
  if (
    method !== "DELETE" && site.caller.declared.has("body") && !site.has("body") &&
    !site.caller.wants.has("body")
  ) {
    return { type: "json", get: site.word("body", site.node, "call", true), rawText: true };
  }
  return undefined;
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
function bodyInput(site: CallSite, type: string): Body {
  const parameter: InputParameter = {
    name: "body",
    ...(type === "json" || type === "formUrlEncoded" || type === "multipartForm"
      ? { type: "object" }
      : { type: "string" }),
    description: "The request body",
  };
  if (!site.has("body")) site.declare("body", parameter, false);
  const get = site.get("body");
  if (type === "formUrlEncoded") return { type: "form", fields: get };
  if (type === "multipartForm") return { type: "multipart", parts: get };
  const contentType = TEXT_TYPES[type];
  if (contentType !== undefined) return { type: "text", parts: [{ name: "body", get }], contentType };
  return { type: "json", get, rawText: true };
}

/** A body whose content the author wrote. */
function written(
  site: CallSite,
  type: string,
  data: unknown,
  contentType: string | undefined,
  node: object,
): Body {
  const exact = typeof data === "string" && /^\s*\{\{\{?[^{}]*\}?\}\}\s*$/.test(data);
  const resolve = (word: string) => site.word(word, node, "data", exact);
  const withType = contentType === undefined ? {} : { contentType };
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
    return type === "xml"
      ? { type: "xmlTree", get: oneRoot(site, data, node, get), ...withType }
      : { type: "json", get, ...withType };
  }
  return compileBodyText(type, data, exact, contentType ?? headerType(site), resolve);
}

/** The tree of an XML body, which has to have one root element. */
function oneRoot(site: CallSite, data: unknown, node: object, get: Getter): Getter {
  const roots = data !== null && typeof data === "object" && !Array.isArray(data) ? Object.values(data) : [];
  if (roots.length === 1 && !Array.isArray(roots[0])) return get;
  throw new Problem(site.caller.context.error(
    "bad-expression",
    `the XML body of ${site.entry.operation.name} has to have one root element`,
    node,
    "data",
    "put everything under one key, which names the root element",
  ));
}

/** The Content-Type that an input or a fixed header of the author's always sends. */
function headerType(site: CallSite): string | undefined {
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
function formParts(site: CallSite, data: unknown): FormPart[] {
  const compile = (value: unknown, node: object, entry: string): Getter =>
    typeof value === "string"
      ? compileTemplate(value, (word) => site.word(word, node, entry, true))
      : compileJson(value, (word) => site.word(word, node, entry, true));
  const part = (name: string, node: Record<string, unknown>): FormPart => {
    const entry = ["value", "data", "content"].find((key) => node[key] !== undefined) ?? "value";
    const filename = node["filename"];
    return {
      name,
      get: compile(node[entry], node, entry),
      ...(filename === undefined || filename === null
        ? {}
        // Whoever names a file means one, also where the name itself is absent.
        : { filename: compile(filename, node, "filename"), file: true }),
      ...(typeof node["contentType"] === "string"
        ? { contentType: compile(node["contentType"], node, "contentType") }
        : {}),
    };
  };
  if (Array.isArray(data)) {
    return data.flatMap((item) =>
      item !== null && typeof item === "object" && "name" in item
        ? [part(String((item as { name: unknown }).name), item as Record<string, unknown>)]
        : []
    );
  }
  return Object.entries(data as Record<string, unknown>).map(([name, value]) =>
    value !== null && typeof value === "object" && !Array.isArray(value) &&
      ("value" in value || "filename" in value)
      ? part(name, value as Record<string, unknown>)
      : { name, get: compile(value, data as object, name) }
  );
}
