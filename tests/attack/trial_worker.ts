/**
 * One trial of the attack harness, in a worker that is ended when it takes too long.
 *
 * @module
 */
/// <reference lib="deno.worker" />
import { bodyOf } from "../../lib/expose/rest/request_body.ts";
import { decodeHere } from "../../lib/upstream/formats/mod.ts";
import { type Found, worstTexts } from "./regular_expressions.ts";

/** What is tried. */
export type Trial =
  | { readonly kind: "expression"; readonly found: Found; readonly length: number }
  | { readonly kind: "request"; readonly contentType: string; readonly body: string }
  | {
    readonly kind: "decoder";
    readonly contentType: string;
    readonly bytes: Uint8Array;
    readonly schema?: string;
  };

/** What a worker says of a trial: that all it needs is loaded and it begins, and that it is done. */
export type TrialMessage = "begins" | "done";

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<Trial>) => void) | null;
  postMessage(message: TrialMessage): void;
};

/** Prepares a trial; what is returned is the work itself. */
async function prepare(trial: Trial): Promise<() => unknown> {
  if (trial.kind === "decoder") {
    const { bytes, contentType, schema } = trial;
    const decode = (bytes: Uint8Array) => {
      const plan = { maxBytes: 1 << 26, ...(schema === undefined ? {} : { outputSchema: schema }) };
      return decodeHere(bytes, contentType, plan, []).catch(() => {});
    };
    // The first answer of a format loads its decoder; an empty one would not.
    await decode(bytes.slice(0, 64));
    return () => decode(bytes);
  }
  if (trial.kind === "request") {
    const headers = { "content-type": trial.contentType };
    const read = (body: string) =>
      bodyOf(new Request("http://127.0.0.1/", { method: "POST", headers, body })).catch(() => {});
    await read("a");
    return () => read(trial.body);
  }
  const { source, flags } = trial.found;
  const expression = new RegExp(source, flags.replace("g", "")),
    texts = [...worstTexts(trial.found, trial.length)];
  return () => {
    for (const text of texts) {
      expression.lastIndex = 0;
      expression.test(text);
    }
  };
}

scope.onmessage = async ({ data }) => {
  const work = await prepare(data);
  scope.postMessage("begins");
  await work();
  scope.postMessage("done");
};
