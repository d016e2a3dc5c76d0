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
import type { Reread, RereadRequest, WatchRequest } from "./reread.ts";
import { VERBS } from "../verbs.ts";

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<string>) => void) | null;
  postMessage(message: string): void;
};

/** How long a file must be left alone before it is read again, in milliseconds: editors write in several steps. */
const SETTLE_MS = 100;
/** How long a change waits at most for others, in milliseconds. */
const MAX_WAIT_MS = 1000;

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

/** What a document says with all that is read with it: whatever changes it changes what is served. */
function stateOf(read: Reread): string {
  return read.type === "read" ? writeJson([read.packed, read.binds, read.diagnostics]) : read.message;
}

/** The state that the main thread was given last. */
let given: string | undefined;

/** Reads a document; one that cannot be read is an answer, too. */
async function readOrSay(request: RereadRequest): Promise<Reread> {
  try {
    return await read(request);
  } catch (error) {
    return {
      type: "unreadable",
      id: request.id,
      message: error instanceof Error ? error.message : String(error),
    };
  }
}

/** A path without links, as far as it is there. */
function realPath(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch {
    return path;
  }
}

/**
 * Says when the document has changed. Much else may change beside it, a log or the files of an editor: it is read again
 * to find out, and what is served as files needs no reading.
 */
async function watch({ paths, served, request }: WatchRequest): Promise<void> {
  const roots = served.map((path) => `${realPath(path)}/`),
    isServed = (path: string) => {
      const real = `${realPath(path)}/`;
      return roots.some((root) => real.startsWith(root));
    };
  let timer: ReturnType<typeof setTimeout> | undefined, since: number | undefined, isChanged = false;
  const look = async () => {
    timer = since = undefined;
    const served = isChanged;
    isChanged = false;
    if (served || stateOf(await readOrSay(request)) !== given) {
      scope.postMessage(writeJson({ type: "changed" }));
    }
  };
  const events = Deno.watchFs([...paths]);
  given ??= stateOf(await readOrSay(request));
  for await (const event of events) {
    if (event.kind === "access") continue;
    isChanged ||= event.paths.some(isServed);
    since ??= performance.now();
    clearTimeout(timer);
    // What changes all the time keeps nothing else waiting.
    timer = setTimeout(
      () => void look(),
      Math.min(SETTLE_MS, Math.max(0, since + MAX_WAIT_MS - performance.now())),
    );
  }
}

scope.onmessage = ({ data }) => {
  const request = JSON.parse(data) as RereadRequest | { readonly watch: WatchRequest };
  if ("watch" in request) {
    watch(request.watch).catch((error) =>
      scope.postMessage(
        writeJson({ type: "failed", message: `the files cannot be watched: ${error.message}` }),
      )
    );
    return;
  }
  void readOrSay(request).then((answer) => {
    given = stateOf(answer);
    scope.postMessage(writeJson(answer));
  });
};
scope.postMessage(writeJson({ type: "ready" }));
