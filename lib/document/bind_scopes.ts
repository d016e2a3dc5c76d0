/**
 * Which binds a file sees: its own, those that came with what it imports, then those of the files that import it.
 *
 * A variable belongs to the file that declares it: two imported files with a variable of one name each take their own.
 *
 * @module
 */
import type { Bind } from "../../schemas/mod.ts";
import type { SourceFile } from "./diagnostics/location.ts";
import type { Report } from "./diagnostics/report.ts";

/** Collects what each file declares while imports are followed. */
export class BindScopes {
  readonly #own = new Map<string, readonly unknown[]>();
  readonly #came = new Map<string, readonly unknown[]>();
  readonly #importers = new Map<string, Set<string>>();

  /**
   * @param file The file, by its path.
   * @param own Its entries of `binds`, and those it imports there.
   * @param came Those that came with its other imports.
   */
  declare(file: string, own: readonly unknown[], came: readonly unknown[]): void {
    this.#own.set(file, own);
    this.#came.set(file, came);
  }

  /** Records that one file imports another. */
  imported(file: string, by: string): void {
    const known = this.#importers.get(file);
    if (known) known.add(by);
    else this.#importers.set(file, new Set([by]));
  }

  /** The raw binds that a file sees, the nearest first. */
  #seen(file: string): Set<unknown> {
    const out = new Set([...this.#own.get(file) ?? []].reverse());
    for (const bind of [...this.#came.get(file) ?? []].reverse()) out.add(bind);
    const asked = new Set([file]);
    for (const each of asked) {
      for (const importer of this.#importers.get(each) ?? []) {
        if (asked.has(importer)) continue;
        asked.add(importer);
        // What came to the importer with other files is none of this file's business.
        for (const bind of [...this.#own.get(importer) ?? []].reverse()) out.add(bind);
      }
    }
    return out;
  }

  /**
   * What every file sees, as places in the list of all binds.
   *
   * @param binds All binds, as conformed.
   * @param files The files, the main one first.
   * @param report For the places of raw and conformed binds, which tell that they are the same.
   * @returns Nothing where every file sees all.
   */
  table(
    binds: readonly Bind[],
    files: readonly SourceFile[],
    report: Report,
  ): Record<string, readonly number[]> | undefined {
    if (files.length < 2 || binds.length === 0) return undefined;
    const key = (bind: unknown) => {
      const origin = report.origins.get(bind as object),
        { namespace, name } = bind as Record<string, unknown>;
      return `${origin?.file.name} ${origin?.span[0]} ${namespace ?? name ?? ""}`;
    };
    const places = new Map(binds.map((bind, i) => [key(bind), i]));
    const out: Record<string, readonly number[]> = Object.create(null);
    for (const { name } of files) {
      out[name] = [...this.#seen(name)].flatMap((bind) => places.get(key(bind)) ?? []);
    }
    return out;
  }
}
