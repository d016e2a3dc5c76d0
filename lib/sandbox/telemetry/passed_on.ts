/**
 * What a capability tells beside its calls, passed on to the main thread and kept with the lines of the log: drift, and
 * what scripts write.
 *
 * @module
 */
import type { Capability } from "../../plan/capability.ts";
import { type DriftEvent, driftText } from "../../telemetry/drift.ts";
import type { WorkerMessage } from "../messages.ts";

/** What a kept line holds at most: scripts write what answers hold. */
const MAX_LINE = 4000;

/** Passes on what the scripts of a capability write, secrets left out. */
export function passOnScripts(capability: Capability, say: (message: WorkerMessage) => void): void {
  capability.scripts.listen((script, lines) => {
    const shown = lines.map((line) => capability.redact(line));
    for (const line of shown) {
      capability.telemetry.log({
        time: Date.now(),
        level: "info",
        logger: "script",
        message: `script ${script}: ${line.slice(0, MAX_LINE)}`,
        data: { script },
      });
    }
    say({ type: "script", script, lines: shown });
  });
}

/** Passes drift on, secrets left out. */
export function passOnDrift(
  capability: Capability,
  say: (message: WorkerMessage) => void,
  isMeant: (event: DriftEvent) => boolean,
): void {
  capability.drift.listen((event) => {
    if (!isMeant(event)) return;
    const shown = { ...event, message: capability.redact(event.message) };
    const { code, flow, output, count, source } = shown;
    capability.telemetry.log({
      time: Date.now(),
      level: "warning",
      logger: "drift",
      message: `${driftText(shown)} (${count === 1 ? "once" : `${count} times`} so far)`,
      data: { event: code, flow, output, count, ...(source === undefined ? {} : { source }) },
    });
    say({ type: "drift", event: shown });
  });
}
