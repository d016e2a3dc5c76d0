/**
 * `capstan schema`: the JSON Schema of a capability document.
 *
 * @module
 */
import { parseArgs, UsageError } from "./args.ts";
import { printJson } from "./output.ts";

/** Runs `capstan schema`. */
export async function run(args: readonly string[]): Promise<number> {
  if (parseArgs("schema", args, {}).positional.length > 0) {
    throw new UsageError("capstan schema takes no file");
  }
  const { documentSchema } = await import("../../schemas/json_schema.ts");
  printJson(documentSchema());
  return 0;
}
