/**
 * Patterns in the engine of script steps, which can be stopped.
 *
 * @module
 */
import type { QuickJSContext, QuickJSHandle } from "quickjs-emscripten-core";
import { loadEngine } from "./script_engine.ts";

/** Tries patterns. */
export interface PatternEngine {
  /** Whether a text matches; false when finding out takes too long or too much. */
  matches(pattern: string, text: string): boolean;
}

/**
 * How often the engine may ask in one try whether to go on. It asks every few milliseconds of work: counted so, a busy
 * machine refuses no value that an idle one takes.
 */
const PATIENCE = 50;
const MEMORY_BYTES = 64 << 20;

/** A world in which patterns are tried. It is thrown away once it had to be stopped. */
interface Realm {
  readonly context: QuickJSContext;
  readonly test: QuickJSHandle;
}

/** Undefined when it had to be stopped. */
function attempt({ context, test }: Realm, pattern: string, text: string): boolean | undefined {
  using p = context.newString(pattern);
  using t = context.newString(text);
  const outcome = context.callFunction(test, context.undefined, p, t);
  if (outcome.error) {
    outcome.error.dispose();
    return undefined;
  }
  using value = outcome.value;
  return context.dump(value) === true;
}

/** Loads the engine. */
export async function loadPatternEngine(): Promise<PatternEngine> {
  const engine = await loadEngine();
  let realm: Realm | undefined, asked = 0;
  const open = (): Realm => {
    const runtime = engine.newRuntime();
    runtime.setMemoryLimit(MEMORY_BYTES);
    runtime.setInterruptHandler(() => ++asked > PATIENCE);
    const context = runtime.newContext();
    const test = context.unwrapResult(
      context.evalCode(
        `const known = new Map();
        (pattern, text) => {
          let expression = known.get(pattern);
          if (!expression) known.set(pattern, expression = new RegExp(pattern, "u"));
          return expression.test(text);
        }`,
        "patterns",
      ),
    );
    return { context, test };
  };
  const close = ({ context, test }: Realm) => {
    const { runtime } = context;
    test.dispose();
    context.dispose();
    runtime.dispose();
  };
  return {
    matches(pattern, text) {
      asked = 0;
      const found = attempt(realm ??= open(), pattern, text);
      if (found === undefined) {
        close(realm);
        realm = undefined;
      }
      return found === true;
    },
  };
}
