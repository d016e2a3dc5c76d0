/**
 * XML answers as JSON-like data: the root element is dropped, attributes and elements become entries by local name,
 * repeated ones arrays, an element with text alone that text; text beside attributes or elements stands under `""`.
 *
 * @module
 */
import { type SaxesAttributePlain, SaxesParser } from "saxes";
import { badResponse } from "./bad_response.ts";
import { Budget } from "./budget.ts";
import { setEntry } from "./entry.ts";

/** Deeper documents are refused: what reads the value may walk it recursively. */
const MAX_DEPTH = 1000;

/** An element that is being read. */
interface Open {
  readonly name: string;
  entries: Record<string, unknown> | undefined;
  /** The texts between the elements. */
  texts: string[];
  /** Whether the next text continues the last one. */
  running: boolean;
}

/**
 * Reads XML. No entity but the five of XML itself exists: a document type that declares others is refused.
 *
 * @param text The document.
 * @param budget What may be made of it.
 * @throws {CallError} `bad_response`, saying where; `response_too_large` for too many elements.
 */
export function decodeXml(text: string, budget: Budget = new Budget("XML")): unknown {
  if (text.trim() === "") return undefined;
  const parser = new SaxesParser({ position: true });
  const stack: Open[] = [];
  let result: unknown;
  const refuse = (reason: string, hint?: string): never => {
    throw badResponse("XML", reason, { text, line: parser.line, column: parser.column }, hint);
  };
  parser.on("error", (error) => refuse(error.message.replace(/^[^ ]*:\d+: /, "").replace(/\.$/, "")));
  parser.on("doctype", (doctype) => {
    if (/<!ENTITY/i.test(doctype)) {
      refuse("it declares entities, which Capstan does not expand", "ask the API for XML without a DOCTYPE");
    }
  });
  parser.on("opentag", (tag) => {
    if (stack.length === MAX_DEPTH) refuse(`elements are nested more than ${MAX_DEPTH} deep`);
    const element: Open = { name: localName(tag.name), entries: undefined, texts: [], running: false };
    const parent = stack.at(-1);
    budget.spend(1 + Object.keys(tag.attributes).length);
    if (parent) {
      parent.running = false;
      parent.entries ??= {};
    }
    stack.push(element);
    for (const [name, value] of Object.entries(tag.attributes)) {
      if (name !== "xmlns" && !name.startsWith("xmlns:")) {
        add(element.entries ??= {}, localName(name), value as SaxesAttributePlain["value"]);
      }
    }
  });
  const onText = (value: string) => {
    const element = stack.at(-1);
    if (!element) return;
    if (element.running) element.texts[element.texts.length - 1] += value;
    else element.texts.push(value);
    element.running = true;
  };
  parser.on("text", onText);
  parser.on("cdata", onText);
  parser.on("closetag", () => {
    const element = stack.pop()!, parent = stack.at(-1), value = valueOf(element);
    if (parent) add(parent.entries!, element.name, value);
    else result = value === "" ? {} : value;
  });
  parser.write(text).close();
  return result;
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

function valueOf({ entries, texts }: Open): unknown {
  if (!entries) return texts.join("");
  for (const text of texts) {
    // Between elements, white space is layout.
    if (text.trim() !== "") add(entries, "", text);
  }
  return entries;
}

function add(entries: Record<string, unknown>, name: string, value: unknown): void {
  if (!Object.hasOwn(entries, name)) setEntry(entries, name, value);
  else {
    const there = entries[name];
    if (Array.isArray(there)) there.push(value);
    else setEntry(entries, name, [there, value]);
  }
}
