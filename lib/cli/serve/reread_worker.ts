/**
 * The worker that reads a document again: the main thread has given up its own permissions by then. It may read the
 * folders of the document and the variables that it names, and nothing else.
 *
 * @module
 */
/// <reference lib="deno.worker" />
import { writeJson } from "../../data/json.ts";
import { packSpecification } from "../../document/pack.ts";
import { SURFACE_TYPES } from "../../expose/surface_types.ts";
import { withTexts } from "../../plan/files.ts";
import { manifestOf } from "../../sandbox/manifest.ts";
import { parseArgs } from "../args.ts";
import { isUsable, loadSpecification } from "../load.ts";
import type { Reread, RereadRequest } from "./reread.ts";
import { VERBS } from "../verbs.ts";

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<string>) => void) | null;
  postMessage(message: string): void;
};

/** How long a file must be left alone before it is read again, in milliseconds: editors write in several steps. */
const SETTLE_MS = 100;

async function read({ id, args, options }: RereadRequest): Promise<Reread> {
  const parsed = parseArgs("serve", args, VERBS["serve"]!.flags);
  const loaded = await loadSpecification(parsed.positional[0]!, parsed), { diagnostics, binds } = loaded;
  const spec = withTexts(loaded.spec, SURFACE_TYPES, loaded.readText);
  return {
    type: "read",
    id,
    usable: isUsable(loaded, parsed.has("strict")),
    packed: packSpecification(spec),
    binds,
    manifest: manifestOf(spec, binds, options),
    diagnostics,
  };
}

async function watch(paths: readonly string[]): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  for await (const event of Deno.watchFs([...paths])) {
    if (event.kind === "access") continue;
    clearTimeout(timer);
    timer = setTimeout(() => scope.postMessage(writeJson({ type: "changed" })), SETTLE_MS);
  }
}

scope.onmessage = ({ data }) => {
  const request = JSON.parse(data) as RereadRequest | { readonly watch: readonly string[] };
  if ("watch" in request) {
    watch(request.watch).catch((error) =>
      scope.postMessage(
        writeJson({ type: "failed", message: `the files cannot be watched: ${error.message}` }),
      )
    );
    return;
  }
  read(request).catch((error): Reread => ({
    type: "unreadable",
    id: request.id,
    message: error instanceof Error ? error.message : String(error),
  })).then((answer) => scope.postMessage(writeJson(answer)));
};
scope.postMessage(writeJson({ type: "ready" }));
