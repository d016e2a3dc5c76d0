/**
 * The control section: what it switches on is kept as written, and checked here.
 *
 * @module
 */
import type { ExposesControl } from "../../../schemas/mod.ts";
import { isMapping } from "../conform/raw.ts";
import type { Report } from "../diagnostics/report.ts";
import { nearest } from "../diagnostics/nearest.ts";

/** What a value should be: true or false, a number in bounds, text, any, or a mapping of these. */
type SettingType = "flag" | "text" | "any" | readonly [least: number, most: number] | {
  readonly [key: string]: SettingType;
};

const LOCAL: SettingType = { enabled: "flag" };
const SECTION: Readonly<Record<string, SettingType>> = {
  management: {
    health: "flag",
    info: "flag",
    reload: "flag",
    validate: "flag",
    logs: { "level-control": "flag", stream: "flag", "max-subscribers": [1, 20] },
    // Read where scripts are, and checked there.
    scripting: {
      enabled: "any",
      defaultLocation: "any",
      defaultLanguage: "any",
      timeout: "any",
      statementLimit: "any",
      allowedLanguages: "any",
    },
  },
  observability: {
    enabled: "flag",
    metrics: { local: LOCAL },
    traces: { sampling: [0, 1], propagation: "text", local: { enabled: "flag", "buffer-size": [1, 10_000] } },
    exporters: { otlp: { endpoint: "text" } },
  },
};
const BESIDE = ["type", "namespace", "address", "port", "authentication", "description", "tags", "display"];
const PROPAGATIONS = ["w3c", "b3"];

function expectedOf(wanted: SettingType): string {
  if (wanted === "flag") return "true or false";
  if (wanted === "text") return "text";
  return Array.isArray(wanted) ? `a number from ${wanted[0]} to ${wanted[1]}` : "a mapping";
}

function fits(value: unknown, wanted: SettingType): boolean {
  if (wanted === "any") return true;
  if (wanted === "flag") return typeof value === "boolean";
  if (wanted === "text") return typeof value === "string";
  if (!Array.isArray(wanted)) return isMapping(value);
  return typeof value === "number" && value >= wanted[0] && value <= wanted[1];
}

/** The truth value or the number that a text holds, where one is wanted. */
function coerced(value: unknown, wanted: SettingType): boolean | number | undefined {
  if (typeof value !== "string") return undefined;
  const text = value.trim();
  if (wanted === "flag") {
    return /^(true|yes)$/i.test(text) ? true : /^(false|no)$/i.test(text) ? false : undefined;
  }
  const number = Number(text);
  return Array.isArray(wanted) && text !== "" && fits(number, wanted) ? number : undefined;
}

function checkMapping(
  mapping: Record<string, unknown>,
  wanted: Readonly<Record<string, SettingType>>,
  where: string,
  report: Report,
  beside: readonly string[] = [],
): void {
  for (const [key, value] of Object.entries(mapping)) {
    const inner = Object.hasOwn(wanted, key) ? wanted[key] : undefined;
    if (beside.includes(key) || key.startsWith("x-") || value === undefined || value === null) continue;
    if (inner === undefined) {
      const near = nearest(key, Object.keys(wanted));
      report.add(
        "warning",
        "unknown-key",
        `${key} has no meaning in ${where} and is left out`,
        report.locate(mapping, key, "key"),
        near === undefined
          ? `remove it; ${where} takes ${Object.keys(wanted).join(", ")}`
          : `did you mean ${near}?`,
      );
      continue;
    }
    // `logs: true` and `scripting: true` switch on what they hold.
    if (typeof value === "boolean" && (key === "logs" || key === "scripting")) continue;
    const meant = coerced(value, inner);
    if (meant !== undefined) {
      report.add(
        "warning",
        "coerced",
        `${key} is written as text; ${expectedOf(inner)} is expected, and was read from it`,
        report.locate(mapping, key),
        "write it without quotes",
      );
      mapping[key] = meant;
    } else if (!fits(value, inner)) {
      report.add(
        "warning",
        "wrong-type",
        `${key} should be ${expectedOf(inner)}; it is left out`,
        report.locate(mapping, key),
        `write ${expectedOf(inner)}`,
      );
    } else if (isMapping(value) && typeof inner === "object") {
      checkMapping(value, inner as Readonly<Record<string, SettingType>>, key, report);
    } else if (key === "propagation" && !PROPAGATIONS.includes(String(value))) {
      report.add(
        "warning",
        "coerced",
        `the propagation ${String(value)} is not known; w3c is used`,
        report.locate(mapping, key),
        `use ${PROPAGATIONS.join(" or ")}`,
      );
    }
  }
}

/**
 * Reports what a control section says that has no meaning there, or the wrong type.
 *
 * @param section The section.
 * @param report Receives what is found.
 */
export function checkControl(section: ExposesControl, report: Report): void {
  checkMapping(section, SECTION, "a control port", report, BESIDE);
}
