/**
 * What a control section switches on: its `management`, read with care, since its content is kept as written.
 *
 * @module
 */
import type { ExposesControl } from "../../../schemas/mod.ts";

/** The groups of endpoints that are there. */
export interface ControlSettings {
  readonly health: boolean;
  readonly info: boolean;
  readonly reload: boolean;
  readonly validate: boolean;
  readonly scripting: boolean;
  readonly logs: false | { readonly stream: boolean; readonly maxSubscribers: number };
  readonly metrics: boolean;
  readonly traces: boolean;
}

type Raw = Readonly<Record<string, unknown>>;
const record = (value: unknown): Raw => value !== null && typeof value === "object" ? value as Raw : {};
const DEFAULT_SUBSCRIBERS = 5, MOST_SUBSCRIBERS = 20;

function logsOf(written: unknown): ControlSettings["logs"] {
  if (written === true) return { stream: true, maxSubscribers: DEFAULT_SUBSCRIBERS };
  if (written === null || typeof written !== "object") return false;
  const { stream, "max-subscribers": most } = written as Raw;
  const wanted = typeof most === "number" && most >= 1 ? Math.floor(most) : DEFAULT_SUBSCRIBERS;
  return { stream: stream === true, maxSubscribers: Math.min(wanted, MOST_SUBSCRIBERS) };
}

/** What a control section switches on. Metrics and traces are there unless it says otherwise. */
export function controlSettings(model: ExposesControl): ControlSettings {
  const management = record(model["management"]), observability = record(model["observability"]);
  const local = (key: string) =>
    observability["enabled"] !== false && record(record(observability[key])["local"])["enabled"] !== false;
  return {
    health: management["health"] !== false,
    info: management["info"] === true,
    reload: management["reload"] === true,
    validate: management["validate"] === true,
    scripting: management["scripting"] !== undefined,
    logs: logsOf(management["logs"]),
    metrics: local("metrics"),
    traces: local("traces"),
  };
}
