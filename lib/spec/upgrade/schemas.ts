/**
 * The schemas the upgrade is keyed by, under one name.
 *
 * @module
 */
export * as z from "../../../schemas/mod.ts";
