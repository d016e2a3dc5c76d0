/**
 * Faults of Capstan's own: each is logged with its stack, under a reference that the caller is given.
 *
 * @module
 */
import type { Host } from "./host.ts";

/** The text of a caller's error for a fault that is logged. */
export function faultText(reference: string): string {
  return `The request failed inside Capstan. Try again. If it fails again, give the reference ${reference} to ` +
    "the person who runs this server: the log has the reason under it.";
}

/**
 * Logs a fault.
 *
 * @param host Takes the line.
 * @param error What was thrown.
 * @param where What was being done, such as `resources/read`.
 * @param redact Takes secrets out of text.
 * @returns The reference.
 */
export function logFault(
  host: Pick<Host, "log">,
  error: unknown,
  where: string,
  redact: (text: string) => string,
): string {
  const reference = crypto.randomUUID().slice(0, 8);
  host.log({
    level: "error",
    message: redact(`${where} failed: ${error instanceof Error ? error.message : String(error)}`),
    reference,
    ...(error instanceof Error && error.stack !== undefined ? { stack: redact(error.stack) } : {}),
  });
  return reference;
}
