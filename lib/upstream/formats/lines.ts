/**
 * Answers that are several values one after the other: JSON lines, JSON text sequences, and event streams. Each gives a
 * list of its items.
 *
 * @module
 */
import { parseJson } from "../../data/json.ts";
import { badResponse } from "./bad_response.ts";
import { CallError } from "../error.ts";
import { Budget } from "./budget.ts";
import { decodeJson, decodeJsonOrText } from "./json.ts";

/** Where one item ends: a line, or the record separator of a JSON text sequence. */
// deno-lint-ignore no-control-regex -- the record separator is one
const SEPARATOR = /[\n\u001e]/;

/** Objects and arrays are counted before any is made. Those in texts count too: no line says where its texts end. */
function spendContainers(text: string, budget: Budget): void {
  for (const bracket of "{[") {
    for (let at = text.indexOf(bracket); at >= 0; at = text.indexOf(bracket, at + 1)) budget.spend(1);
  }
}

/**
 * Reads JSON lines and JSON text sequences. One value over several lines is a list of that value.
 *
 * @param text The body.
 * @param budget What may be made of it.
 * @throws {CallError} `bad_response`, saying in which line; `response_too_large`.
 */
export function decodeJsonLines(text: string, budget: Budget = new Budget("JSON lines")): unknown[] {
  const items: unknown[] = [];
  spendContainers(text, budget);
  let offset = 0;
  for (const line of text.split(SEPARATOR)) {
    if (line.trim() !== "") {
      try {
        budget.spend(1);
        items.push(parseJson(line));
      } catch (error) {
        if (error instanceof CallError) throw error;
        if (items.length === 0) return [decodeJson(text)];
        throw badResponse("JSON lines", `item ${items.length + 1} is not JSON`, { text, offset });
      }
    }
    offset += line.length + 1;
  }
  return items;
}

/** One event of a stream, as its fields say. */
interface StreamEvent {
  event?: string;
  id?: string;
  data: unknown;
}

/**
 * Reads an event stream (`text/event-stream`) that has ended. Data that is JSON is read as such.
 *
 * @param text The body.
 * @param budget What may be made of it.
 * @returns The data of each event; where any event has a name or an id, objects with `event`, `id` and `data`.
 */
export function decodeEvents(text: string, budget: Budget = new Budget("event streams")): unknown[] {
  spendContainers(text, budget);
  const events: StreamEvent[] = [];
  let fields: { event?: string; id?: string } = {}, data: string[] = [], named = false;
  for (const line of `${text}\n\n`.split(/\r\n|\n|\r/)) {
    if (line === "") {
      if (data.length > 0) events.push({ ...fields, data: decodeJsonOrText(data.join("\n")) });
      fields = {};
      data = [];
      continue;
    }
    const colon = line.indexOf(":"), field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    if (field === "data") {
      budget.spend(1);
      data.push(value);
    } else if (field === "event" || field === "id") {
      fields[field] = value;
      named = true;
    }
  }
  return named ? events : events.map((event) => event.data);
}
