/**
 * Parsing a page.
 *
 * @module
 */
import { DomHandler, Parser } from "htmlparser2";
import { badResponse } from "../bad_response.ts";
import type { HtmlNode } from "./text.ts";

/** Elements of honest pages are nested some dozens deep; the parser takes ever longer the deeper they are. */
const MAX_DEPTH = 5000;

/** Counts how deep elements are nested. */
class Shallow extends DomHandler {
  #depth = 0;

  override onopentag(name: string, attributes: Record<string, string>): void {
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
 * @throws {CallError} `bad_response` when its elements are nested without end.
 */
export function parsePage(text: string): HtmlNode {
  const handler = new Shallow();
  new Parser(handler).end(text);
  return handler.root as HtmlNode;
}
