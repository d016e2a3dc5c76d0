/**
 * What every failure of a flow passes: secrets are taken out, and a fault of Capstan's own is logged with its stack,
 * under a reference that the caller is given.
 *
 * @module
 */
import { logFault } from "../../host/fault.ts";
import { CallError, type CallErrorData, errorData, withoutSecrets } from "../../upstream/error.ts";
import type { PlanContext } from "../context.ts";
import type { Flow } from "../flow.ts";

/** A fault under its reference; without a log there is none, and the cause of the error has the reason. */
function withReference(
  context: PlanContext,
  error: unknown,
  data: CallErrorData,
  name: string,
): CallErrorData {
  if (data.code !== "internal" || data.reference !== undefined || !context.host) return data;
  const cause = error instanceof CallError ? error.cause ?? error : error;
  const reference = logFault(context.host, cause, name, (text) => context.redact(text));
  return {
    ...data,
    reference,
    message: `${data.message.replace(/[.]$/, "")} (reference ${reference})`,
    hint: `Continue without this call. Give the reference ${reference} to the person who runs this server: ` +
      "its log has the reason under it.",
  };
}

/**
 * A flow whose failures are reported as every surface may tell them.
 *
 * @param context The compilation.
 * @param flow The flow; its `run` is replaced.
 */
export function guarded(context: PlanContext, flow: Flow): Flow {
  const { run } = flow;
  const failed = (error: unknown): never => {
    const data = withReference(context, error, errorData(error), flow.name);
    throw new CallError(withoutSecrets(data, (text) => context.redact(text)), {
      cause: error instanceof CallError ? error.cause : error,
    });
  };
  flow.run = (args, inner) => {
    try {
      return run(args, inner).catch(failed);
    } catch (error) {
      return Promise.reject(error).catch(failed);
    }
  };
  return flow;
}
