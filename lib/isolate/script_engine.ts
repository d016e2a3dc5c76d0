/**
 * The JavaScript engine of script steps, loaded once.
 *
 * @module
 */
import type { QuickJSWASMModule } from "quickjs-emscripten-core";

/** QuickJS in its own WebAssembly memory. */
export type Engine = QuickJSWASMModule;

let loading: Promise<Engine> | undefined;

/** The engine; the first call loads it. It needs no permission. */
export function loadEngine(): Promise<Engine> {
  loading ??= load();
  return loading;
}

/** Gives up the engine after a fault inside it: the next call loads a new one, with a memory of its own. */
export function discardEngine(): void {
  loading = undefined;
}

async function load(): Promise<Engine> {
  const [{ newQuickJSWASMModuleFromVariant, newVariant }, { default: variant }] = await Promise.all([
    import("quickjs-emscripten-core"),
    import("@jitl/quickjs-singlefile-mjs-release-sync"),
  ]);
  // What goes wrong inside is reported by an error, not printed.
  const silent: object = { print() {}, printErr() {} };
  return await newQuickJSWASMModuleFromVariant(newVariant(variant, { emscriptenModule: silent }));
}
