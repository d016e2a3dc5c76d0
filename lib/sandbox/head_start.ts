/**
 * A head start: the worker is started from a guess of the manifest, while the document is still being read.
 *
 * Starting a worker takes as long as reading a document, and both can happen at once. The guess decides
 * nothing: the worker is used only if the manifest turns out to be exactly the one it was started with. Where something
 * listens it saves a seventh of the start; over stdio the first answers come before any worker.
 *
 * @module
 */
import type { ListenOverride } from "../surface/listening.ts";
import type { Manifest } from "./manifest.ts";
import { makeWorker, type ProgramThread } from "./run.ts";

/** A worker that was started early. */
export interface HeadStart {
  /** The worker, if its permissions are exactly those of the manifest; otherwise it is ended. */
  take(manifest: Manifest): ProgramThread | undefined;
}

/** Keys whose values a guess cannot know: files, other documents, other addresses. */
const UNKNOWN =
  /\b(from|import|imports|location|uri|file|outputSchema|tokenEndpoint|authorizationServerUri|jwksUri|jwks_uri|jwksUrl|introspectionEndpoint|introspection_endpoint|address|transport)["']?\s*:/;
const BASE_URI = /\bbaseUri["']?\s*:\s*["']?(https?:\/\/[^\s"'{}#,]+)["']?\s*(?:[,}#].*)?$/gm;
const PORT = /^[ \t]*(?:-[ \t]+)?port[ \t]*:[ \t]*(\d+)[ \t]*(?:#.*)?$/gm;

/**
 * Guesses the manifest of a document from its text.
 *
 * @param text The document.
 * @param override Where it has to listen.
 * @returns The guess; undefined when the text says things that take reading.
 */
export function guessManifest(text: string, override: ListenOverride): Manifest | undefined {
  if (UNKNOWN.test(text) || override.host !== undefined) return undefined;
  const uris = [...text.matchAll(BASE_URI)];
  if (uris.length === 0 || uris.length !== (text.match(/\bbaseUri\b/g)?.length ?? 0)) return undefined;
  const net = new Set<string>(), listen = new Set<string>();
  for (const [, uri] of uris) {
    const url = URL.parse(uri!);
    if (!url) return undefined;
    net.add(`${url.hostname}:${url.port || (url.protocol === "https:" ? "443" : "80")}`);
  }
  if (!override.stdio) {
    [...text.matchAll(PORT)].forEach(([, port], i) =>
      listen.add(`127.0.0.1:${i === 0 ? override.port ?? port : port}`)
    );
  }
  return { net: [...net], listen: [...listen], read: [] };
}

function same(a: readonly string[], b: readonly string[]): boolean {
  const set = new Set(b);
  return new Set(a).size === set.size && a.every((item) => set.has(item));
}

/**
 * Whether a worker that was started from a guess holds exactly what the manifest grants.
 *
 * @param guess What it was started with.
 * @param manifest What the document, once it is read, calls for.
 */
export function isExact(guess: Manifest, manifest: Manifest): boolean {
  return same(guess.net, manifest.net) && same(guess.listen, manifest.listen) &&
    same(guess.read, manifest.read);
}

/**
 * Starts a worker early, where the document lets its manifest be guessed.
 *
 * @param text The document.
 * @param override Where it has to listen.
 */
export function headStart(text: string, override: ListenOverride): HeadStart | undefined {
  const guess = guessManifest(text, override);
  if (!guess) return undefined;
  let worker: ProgramThread;
  try {
    worker = makeWorker(guess);
  } catch {
    // The guess asks for more than this program may grant; the manifest will tell.
    return undefined;
  }
  return {
    take(manifest) {
      if (isExact(guess, manifest)) return worker;
      worker.terminate();
      return undefined;
    },
  };
}
