/**
 * The narrowed worker: runs a capability with no more permissions than its manifest.
 *
 * @module
 */
/// <reference lib="deno.worker" />
import type { MessageScope } from "./crossing.ts";
import { runProgram } from "./program.ts";

runProgram(self as unknown as MessageScope);
