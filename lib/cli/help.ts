/**
 * `capstan help`.
 *
 * @module
 */
import { nearest } from "../document/diagnostics/nearest.ts";
import { COMMON_FLAGS, type Flags, UsageError } from "./args.ts";
import { print, printLines } from "./output.ts";
import { VERBS } from "./verbs.ts";
import { VERSION } from "./version.ts";

function flagLines(flags: Flags): string[] {
  const rows = Object.entries({ ...flags, ...COMMON_FLAGS }).map(([name, flag]) =>
    [
      `${flag.short === undefined ? "    " : `-${flag.short}, `}--${name}${
        flag.value === undefined ? "" : ` ${flag.value}`
      }`,
      flag.help,
    ] as const
  );
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}

/** Runs `capstan help`. */
export function run(args: readonly string[]): number {
  const name = args.find((arg) => !arg.startsWith("-"));
  if (name === undefined) {
    const width = Math.max(...Object.keys(VERBS).map((verb) => verb.length));
    printLines(`capstan ${VERSION}: runs capability specifications\n`);
    printLines("Usage: capstan COMMAND [arguments]\n");
    for (const [verb, { summary }] of Object.entries(VERBS)) print(`  ${verb.padEnd(width)}  ${summary}`);
    printLines(
      "\ncapstan help COMMAND says more; capstan --version prints the version, capstan --licenses all licences.",
    );
    return 0;
  }
  const verb = VERBS[name];
  if (!verb) {
    const near = nearest(name, Object.keys(VERBS));
    throw new UsageError(
      `there is no command ${name}${near === undefined ? "; see capstan help" : `; did you mean ${near}?`}`,
    );
  }
  printLines(`${verb.summary}.\n\nUsage: capstan ${verb.usage}\n`);
  for (const line of flagLines(verb.flags)) print(line);
  if (verb.examples) {
    printLines("\nExamples:");
    for (const example of verb.examples) print(`  ${example}`);
  }
  return 0;
}
