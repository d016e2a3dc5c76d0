/**
 * The command `capstan`.
 *
 * @module
 */
import { main } from "./lib/cli/main.ts";

if (import.meta.main) await main(Deno.args);
