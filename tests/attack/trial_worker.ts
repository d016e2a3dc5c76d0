/**
 * One trial of the attack harness, in a worker that is ended when it takes too long.
 *
 * @module
 */
/// <reference lib="deno.worker" />
import { decodeHere } from "../../lib/upstream/formats/mod.ts";
import { type Found, worstTexts } from "./regular_expressions.ts";

/** What is tried. */
export type Trial =
  | { readonly kind: "expression"; readonly found: Found; readonly length: number }
  | {
    readonly kind: "decoder";
    readonly contentType: string;
    readonly bytes: Uint8Array;
    readonly schema?: string;
  };

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<Trial>) => void) | null;
  postMessage(answer: string): void;
};

async function attempt(trial: Trial): Promise<void> {
  if (trial.kind === "decoder") {
    const plan = { maxBytes: 1 << 26, ...(trial.schema === undefined ? {} : { outputSchema: trial.schema }) };
    await decodeHere(trial.bytes, trial.contentType, plan, []).catch(() => {});
    return;
  }
  const { source, flags } = trial.found;
  const expression = new RegExp(source, flags.replace("g", ""));
  for (const text of worstTexts(trial.found, trial.length)) {
    expression.lastIndex = 0;
    expression.test(text);
  }
}

scope.onmessage = ({ data }) => void attempt(data).then(() => scope.postMessage("done"));
