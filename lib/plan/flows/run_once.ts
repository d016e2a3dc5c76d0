/**
 * Running a flow once, for a caller that is no surface: the command line and the library.
 *
 * @module
 */
import type { Call } from "../../telemetry/call.ts";
import { CALL_MS } from "../deadline.ts";
import type { Capability } from "../capability.ts";
import type { Flow, FlowResult, Preview } from "../flow.ts";
import { nearest } from "../../document/diagnostics/nearest.ts";
import { CallError, errorData, withoutSecrets } from "../../upstream/error.ts";
import { lookUp } from "./find_flow.ts";

/** Whatever went wrong, as the one error, without secrets. */
function redacted(capability: Capability, error: unknown): CallError {
  return new CallError(withoutSecrets(errorData(error), (text) => capability.redact(text)), { cause: error });
}

/**
 * The flow of a name.
 *
 * @throws {CallError} `invalid_arguments` for an unknown name, `misconfigured` for what cannot run.
 */
export function flowNamed(capability: Capability, name: string): Flow {
  const found = lookUp(capability, name);
  if ("flow" in found) return found.flow;
  if ("disabled" in found) {
    const { message, fix, location: { file, line, column } } = found.disabled;
    throw new CallError({
      code: "misconfigured",
      message: `${name} cannot run: ${message}`,
      retryable: false,
      hint: fix ?? "Correct the specification.",
      source: `${file}:${line}:${column}`,
    });
  }
  const near = nearest(name, found.names);
  throw new CallError({
    code: "invalid_arguments",
    message: `nothing is called ${name}`,
    retryable: false,
    hint: near === undefined ? `There are ${found.names.join(", ")}.` : `Did you mean ${near}?`,
  });
}

/**
 * Checks the arguments and runs a flow.
 *
 * @throws {CallError} Every failure, secrets removed.
 */
export async function runOnce(
  capability: Capability,
  flow: Flow,
  args: unknown,
  context: Call = { deadline: performance.now() + CALL_MS },
): Promise<FlowResult> {
  try {
    return await flow.run(flow.inputs.parse(args, context), context);
  } catch (error) {
    throw redacted(capability, error);
  }
}

/**
 * The request a flow would send. Nothing is sent.
 *
 * @throws {CallError} When the arguments are refused, or the flow is more than one request.
 */
export function previewOf(capability: Capability, flow: Flow, args: unknown): Preview {
  let preview: Preview | undefined;
  try {
    preview = flow.preview?.(flow.inputs.parse(args));
  } catch (error) {
    throw redacted(capability, error);
  }
  if (preview) return preview;
  throw new CallError({
    code: "misconfigured",
    message: `${flow.name} is not a single request: it has steps, or answers without a request`,
    retryable: false,
    hint: "Preview the consumed operations its steps call instead, as namespace.operation.",
  });
}
