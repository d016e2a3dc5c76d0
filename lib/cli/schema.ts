/**
 * `capstan schema`: the JSON Schema of a capability document.
 *
 * @module
 */
import { parseArgs } from "./args.ts";
import { printJson } from "./output.ts";

/** Runs `capstan schema`. */
export async function run(args: readonly string[]): Promise<number> {
  parseArgs("schema", args, {});
  const { documentSchema } = await import("../../schemas/json_schema.ts");
  printJson(documentSchema());
  return 0;
}
