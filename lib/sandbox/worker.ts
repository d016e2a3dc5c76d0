/**
 * The narrowed worker: runs a capability with no more permissions than its manifest.
 *
 * @module
 */
/// <reference lib="deno.worker" />
import { keepTimeBySignals } from "../host/later.ts";
import type { MessageScope } from "./crossing.ts";
import { runProgram } from "./program.ts";

// The main thread ends this one.
keepTimeBySignals();
runProgram(self as unknown as MessageScope);
