/**
 * Parsing a page.
 *
 * @module
 */
import { DomHandler, Parser } from "htmlparser2";
import { badResponse, tooMuch } from "../bad_response.ts";
import type { HtmlNode } from "./text.ts";

/** Elements of honest pages are nested some dozens deep; the parser takes ever longer the deeper they are. */
const MAX_DEPTH = 5000;

/** The most elements, texts and comments: a page is made as a whole before it is read, and each takes 400 bytes. */
const MAX_NODES = 1_000_000;

/** Counts how deep elements are nested, and how many there are. */
class Shallow extends DomHandler {
  #depth = 0;
  #nodes = 0;

  #count(): void {
    if (++this.#nodes > MAX_NODES) throw tooMuch("HTML", "more than a million elements and texts");
  }

  override ontext(data: string): void {
    this.#count();
    super.ontext(data);
  }

  override oncomment(data: string): void {
    this.#count();
    super.oncomment(data);
  }

  override onopentag(name: string, attributes: Record<string, string>): void {
    this.#count();
    if (++this.#depth > MAX_DEPTH) {
      throw badResponse("HTML", `its elements are nested more than ${MAX_DEPTH} deep`);
    }
    super.onopentag(name, attributes);
  }

  override onclosetag(): void {
    this.#depth--;
    super.onclosetag();
  }
}

/**
 * Parses a page.
 *
 * @param text The page.
 * @throws {CallError} `bad_response` when its elements are nested without end, `response_too_large` when there are too many.
 */
export function parsePage(text: string): HtmlNode {
  const handler = new Shallow();
  new Parser(handler).end(text);
  return handler.root as HtmlNode;
}
