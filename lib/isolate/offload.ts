/**
 * Decoding in the isolate.
 *
 * @module
 */
import { parseJson } from "../data/json.ts";
import { CallError } from "../upstream/error.ts";
import { BadResponse } from "../upstream/formats/bad_response.ts";
import type { Offload } from "../upstream/offload.ts";
import { faultError } from "./fault.ts";
import type { Isolate } from "./isolate.ts";

/**
 * What decodes in an isolate.
 *
 * @param isolate The isolate.
 */
export function offloadTo(isolate: Isolate): Offload {
  return {
    get running() {
      return isolate.running;
    },
    async decode(task, deadline) {
      // Of a view the whole buffer would cross.
      const bytes = task.bytes.byteLength === task.bytes.buffer.byteLength ? task.bytes : task.bytes.slice();
      const answer = await isolate.run({ kind: "decode", task: { ...task, bytes } }, deadline);
      switch (answer.kind) {
        case "value": {
          const { text, notes } = answer;
          return {
            value: answer.bytes ? task.bytes : text === undefined ? undefined : parseJson(text),
            notes,
          };
        }
        case "bad response":
          throw new BadResponse(answer.data);
        case "failed":
          throw new CallError(answer.error);
        case "fault":
          throw faultError(answer);
        default:
          throw new Error(`the isolate answered ${answer.kind}`);
      }
    },
  };
}
