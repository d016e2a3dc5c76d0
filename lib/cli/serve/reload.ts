/**
 * Reloading: a document that was read again takes the place of the one that is served, if it may.
 *
 * @module
 */
import type { Diagnostic } from "../../document/diagnostics/diagnostic.ts";
import { unpackSpecification } from "../../document/pack.ts";
import type { StartOptions } from "../../expose/start.ts";
import type { Manifest } from "../../sandbox/manifest.ts";
import { refusalOfMore } from "../../sandbox/regrant.ts";
import { refusalOfErrors } from "../../sandbox/handover/refusal.ts";
import type { SandboxEvent } from "../../sandbox/event.ts";
import type { Sandboxed } from "../../sandbox/sandboxed.ts";
import type { ReloadOutcome } from "../../surface/surface_type.ts";
import type { Parsed } from "../args.ts";
import type { Loaded } from "../load.ts";
import { note, noteDiagnostics } from "../output.ts";
import { type Reread, Rereader } from "./reread.ts";

/** Why a document that was read again is not even compiled. */
function refusalOf(
  read: Reread,
  granted: Manifest,
  served: readonly Diagnostic[],
): ReloadOutcome | undefined {
  if (read.type === "unreadable") return { ok: false, message: read.message, diagnostics: [] };
  const { usable, diagnostics, manifest } = read;
  const message = usable ? refusalOfErrors(diagnostics, served) : "the document has errors";
  if (message !== undefined) return { ok: false, message, diagnostics };
  return refusalOfMore(manifest, granted, diagnostics);
}

/** Keeps a capability that is served up to date with its document. */
export class Reloading {
  readonly #rereader: Rereader;
  readonly #served: () => Promise<Sandboxed>;
  readonly #granted: Manifest;
  #diagnostics: readonly Diagnostic[] = [];
  /** What was found in the document that is served. */
  #found: readonly Diagnostic[];
  #files: Loaded["spec"]["files"];
  /** What stands before everything that is said of it. */
  readonly #label: string;
  #turn: Promise<void> = Promise.resolve();

  /**
   * @param loaded The document as it is served.
   * @param parsed The flags.
   * @param parts Where it is served, what it was granted, and its sandbox once there is one.
   */
  constructor(
    loaded: Loaded,
    parsed: Parsed,
    parts: {
      options: StartOptions;
      granted: Manifest;
      args: readonly string[];
      /** Others are served beside it. */
      isOneOfSeveral: boolean;
      served: () => Promise<Sandboxed>;
    },
  ) {
    this.#rereader = new Rereader(loaded, parsed, parts.args, parts.options);
    this.#served = parts.served;
    this.#granted = parts.granted;
    this.#files = loaded.spec.files;
    this.#found = loaded.diagnostics;
    this.#label = parts.isOneOfSeveral ? `${loaded.spec.file}: ` : "";
    if (parsed.has("watch")) {
      this.#rereader.watch(
        () => void this.again(0, false),
        (message) => note(`warning: ${this.#label}${message}`),
      );
    }
  }

  /** Resolves when nothing of it needs the permissions of this thread any more. */
  get ready(): Promise<void> {
    return this.#rereader.ready;
  }

  /**
   * Reads the document again, and has it served.
   *
   * @param id The request that asks for it; 0 where nobody does.
   * @param check Only say what would happen.
   */
  again(id: number, check: boolean): Promise<void> {
    return this.#turn = this.#turn.then(async () => {
      const read = await this.#rereader.read(), refused = refusalOf(read, this.#granted, this.#found);
      this.#diagnostics = read.type === "read" ? read.diagnostics : [];
      if (read.type === "read") this.#files = unpackSpecification(read.packed).files;
      const { packed, binds } = read.type === "read" ? read : { packed: "", binds: {} };
      await (await this.#served()).replace({ packed, binds, refused }, { check, ...(id > 0 ? { id } : {}) });
    });
  }

  /** Tells the person at the terminal what came of it. */
  tell({ outcome, check }: SandboxEvent & { type: "reloaded" }): void {
    if (check) return;
    if (outcome.ok) this.#found = this.#diagnostics;
    const found = outcome.diagnostics.length > 0 ? outcome.diagnostics : this.#diagnostics;
    noteDiagnostics(found.filter((d) => !outcome.ok || d.severity === "error"), this.#files);
    note(
      this.#label +
        (outcome.ok ? "reloaded" : `not reloaded: ${outcome.message}; what was served before continues`),
    );
  }

  /** Ends it. */
  stop(): void {
    this.#rereader.stop();
  }
}
