/**
 * The command line: verbs, flags and their values.
 *
 * @module
 */
import { nearest } from "../document/diagnostics/nearest.ts";

/** A mistake on the command line: exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** A flag of a verb. */
export interface FlagSpec {
  /** What stands for the value in the help; a flag without one is a switch. */
  readonly value?: string;
  readonly short?: string;
  readonly help: string;
  /** May be given several times. */
  readonly many?: boolean;
  /** The values it takes. */
  readonly choices?: readonly string[];
}

/** The flags of a verb, by name. */
export type Flags = Readonly<Record<string, FlagSpec>>;

/** A command line, taken apart. */
export interface Parsed {
  readonly positional: readonly string[];
  /** The flags alone, in order, each with its value as one word: a command line that means the same. */
  readonly flags: readonly string[];
  /** Whether a switch was given. */
  has(flag: string): boolean;
  /** The value of a flag, the last one given. */
  value(flag: string): string | undefined;
  /** Every value of a flag. */
  values(flag: string): readonly string[];
}

/** Flags that every verb takes. */
export const COMMON_FLAGS: Flags = {
  help: { short: "h", help: "Show the help of the command" },
};

/** Flags of every verb that reads a specification. */
export const SPEC_FLAGS: Flags = {
  strict: { help: "Every departure from the official schema is an error" },
  "env-file": { value: "FILE", many: true, help: "Take variables from a dotenv file as well" },
  "allow-read": {
    value: "DIR",
    many: true,
    help: "Allow the specification to name files of this folder as well",
  },
  "base-uri": {
    value: "NAMESPACE=URL",
    many: true,
    help: "Call this address instead of a namespace's baseUri",
  },
};

/** The flags that select tools. */
export const SELECT_FLAGS: Flags = {
  only: { value: "TOOLS", many: true, help: "Offer only these tools: NAME, na*, tag:T or safe" },
  without: { value: "TOOLS", many: true, help: "Do not offer these tools; written in the same way" },
};

/** Which tools the flags select. */
export function toolSelection(parsed: Parsed): { only?: readonly string[]; without?: readonly string[] } {
  const only = parsed.values("only"), without = parsed.values("without");
  return { ...(only.length > 0 ? { only } : {}), ...(without.length > 0 ? { without } : {}) };
}

/** The flag for the form of printed data. */
export const FORMAT_FLAG: Flags = {
  format: { value: "FORMAT", choices: ["text", "json"], help: "text for people (default) or json" },
};

/** How requests are sent. */
export const WIRE_FLAG: Flags = {
  wire: {
    value: "WAY",
    choices: ["own", "fetch"],
    help: "How requests are sent: over connections of our own (own, the default), or by the runtime (fetch)",
  },
};

/**
 * Takes a command line apart.
 *
 * @param verb The verb, for messages.
 * @param args What follows it.
 * @param flags The flags it takes.
 * @throws {UsageError} For an unknown flag, a missing or superfluous value.
 */
export function parseArgs(verb: string, args: readonly string[], flags: Flags): Parsed {
  const all: Flags = { ...flags, ...COMMON_FLAGS },
    positional: string[] = [],
    given: string[] = [],
    values = new Map<string, string[]>();
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === "--") {
      positional.push(...args.slice(i + 1));
      break;
    }
    if (!arg.startsWith("-") || arg === "-") {
      positional.push(arg);
      continue;
    }
    const equals = arg.indexOf("="), written = equals < 0 ? arg : arg.slice(0, equals);
    const name = written.startsWith("--")
      ? written.slice(2)
      : Object.keys(all).find((key) => all[key]!.short === written.slice(1));
    const flag = name === undefined || !Object.hasOwn(all, name) ? undefined : all[name];
    if (name === undefined || flag === undefined) {
      const near = nearest(written.replace(/^-+/, ""), Object.keys(all));
      throw new UsageError(
        `capstan ${verb} has no flag ${written}${
          near === undefined ? `; see capstan help ${verb}` : `; did you mean --${near}?`
        }`,
      );
    }
    let value = equals < 0 ? undefined : arg.slice(equals + 1);
    if (flag.value === undefined) {
      if (value !== undefined) throw new UsageError(`--${name} takes no value`);
      value = "";
    } else if (value === undefined) {
      value = args[++i];
      if (value === undefined) throw new UsageError(`--${name} needs a value: --${name} ${flag.value}`);
    }
    if (flag.choices && !flag.choices.includes(value)) {
      const near = nearest(value, flag.choices);
      throw new UsageError(
        `--${name} takes ${flag.choices.join(", ")}, not ${value === "" ? "nothing" : value}${
          near === undefined ? "" : `; did you mean ${near}?`
        }`,
      );
    }
    given.push(flag.value === undefined ? `--${name}` : `--${name}=${value}`);
    const known = values.get(name);
    if (known) known.push(value);
    else values.set(name, [value]);
  }
  return {
    positional,
    flags: given,
    has: (flag) => values.has(flag),
    value: (flag) => values.get(flag)?.at(-1),
    values: (flag) => values.get(flag) ?? [],
  };
}

/** A port number from a flag. */
export function parsePort(text: string | undefined, name = "--port"): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65535) {
    throw new UsageError(`${name} takes a number from 0 to 65535, not ${text}`);
  }
  return port;
}
