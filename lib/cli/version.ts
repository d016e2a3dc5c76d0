/**
 * The version of Capstan.
 *
 * @module
 */
import config from "../../deno.json" with { type: "json" };

/** The version of Capstan. */
export const VERSION: string = config.version;
