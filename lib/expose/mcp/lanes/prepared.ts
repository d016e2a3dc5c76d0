/**
 * The first answers of a connection from texts that were prepared when the program was made.
 *
 * @module
 */
import { ownValue } from "../../../data/own.ts";
import type { PreparedAnswers, PreparedText } from "../../../surface/prepared_answers.ts";
import type { EarlyAnswers } from "../../../surface/surface_type.ts";
import type { Era } from "../protocol.ts";
import { firstAnswers } from "./first.ts";
import { isObject } from "./form.ts";
import {
  answerStateless,
  capabilitiesFault,
  type DirectAnswer,
  result,
  type TextsOfServer,
  unknownMethod,
} from "./stateless.ts";

/** A prepared text as a revision has it. */
function textFor({ legacy, modernTail }: PreparedText, era: Era): string {
  return era === "legacy" ? legacy : legacy.slice(0, -1) + modernTail;
}

/** Whether a request for a list names a page of it, or anything else that is looked at where the list is made. */
function asksForMore(params: unknown): boolean {
  return isObject(params) && Object.keys(params).some((key) => key !== "_meta");
}

/**
 * The first answers, as the server itself would give them.
 *
 * @param prepared The texts.
 */
export function preparedAnswers({ tools, initialize, discover, lists }: PreparedAnswers): EarlyAnswers {
  const texts: TextsOfServer = {
    list: (era) => textFor(tools, era),
    initialize: (requested) => (initialize.find(([revision]) => revision === requested) ?? initialize[0]!)[1],
    discover,
  };
  return firstAnswers((message, era): DirectAnswer | undefined => {
    const { id, method, params } = message;
    const fault = era === "modern" ? capabilitiesFault(message) : undefined;
    if (fault) return fault;
    const list = ownValue(lists, method) as PreparedText | null | undefined;
    if (list === undefined) return answerStateless(texts, message, era);
    if (list === null) return unknownMethod(id, method, era);
    return asksForMore(params) ? undefined : { text: result(id, textFor(list, era)), status: 200 };
  });
}
