/**
 * `capstan serve` with several specifications, or with a folder of them: each in a sandbox of its own.
 *
 * @module
 */
import { SURFACE_TYPES } from "../../expose/surface_types.ts";
import { giveUpPermissions } from "../../sandbox/run.ts";
import { listening } from "../../surface/listening.ts";
import { type Parsed, UsageError } from "../args.ts";
import { type Loaded, loadSpecification } from "../load.ts";
import { note } from "../output.ts";
import { serveLoaded } from "./serve_one.ts";

/** Whether a path is a folder. */
function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

/** The capability files of a folder: those that have the root key of the format. */
function filesOfFolder(folder: string): string[] {
  const names = [...Deno.readDirSync(folder)].filter((entry) => entry.isFile).map(({ name }) => name);
  const files = names.filter((name) => /\.ya?ml$/i.test(name)).sort().map((name) =>
    `${folder.replace(/(?<![\\/])[\\/]+$/, "")}/${name}`
  );
  const found = files.filter((file) => {
    const text = Deno.readTextFileSync(file);
    return /^["']?(?:ikanos|naftiko)["']?\s*:/m.test(text) && /^[ \t]*["']?exposes["']?[ \t]*:/m.test(text);
  });
  if (found.length === 0) {
    throw new UsageError(`the folder ${folder} has no capability that exposes anything`);
  }
  return found;
}

/** The files that a command line means: a folder means the capabilities in it. */
export function expandFolders(paths: readonly string[]): string[] {
  return [...new Set(paths.flatMap((path) => isFolder(path) ? filesOfFolder(path) : [path]))];
}

/** Ports that surfaces of different files want, each with both places. */
function collisions(all: readonly Loaded[]): string[] {
  const taken = new Map<number, { readonly place: string; readonly loaded: Loaded }>(), out: string[] = [];
  for (const loaded of all) {
    const { spec } = loaded;
    for (const { model, port } of listening(spec.document.exposes ?? [], SURFACE_TYPES).places) {
      if (port === undefined || port === 0) continue;
      const at = spec.origins.locate(model, "port"), place = `${at?.file ?? spec.file}:${at?.line ?? 1}`;
      const other = taken.get(port);
      if (!other) taken.set(port, { place, loaded });
      else if (other.loaded !== loaded) {
        out.push(`${other.place} and ${place} both listen on port ${port}; give each its own`);
      }
    }
  }
  return out;
}

/** Loads every file that can be loaded; what is wrong with another one is reported. */
async function loadAll(files: readonly string[], parsed: Parsed): Promise<Loaded[]> {
  const all: Loaded[] = [];
  for (const file of files) all.push(await loadSpecification(file, parsed));
  return all;
}

/**
 * Serves several specifications until all have ended. One that cannot be served does not stop the others, unless
 * strictness is asked for.
 *
 * @returns 0 when all were served, 1 when one was not.
 */
export async function serveSeveral(files: readonly string[], parsed: Parsed): Promise<number> {
  const gathering = parsed.has("gather") ? new (await import("./gather.ts")).Gathering(parsed) : undefined;
  for (const flag of ["stdio", "port"]) {
    if (parsed.has(flag) && !gathering) {
      throw new UsageError(
        `--${flag} is for one specification; here are ${files.length}: add --gather for one MCP endpoint of all`,
      );
    }
  }
  const all = await loadAll(files, parsed), clashes = collisions(all);
  for (const clash of clashes) note(`capstan: ${clash}`);
  if (clashes.length > 0) return 1;
  const everyone = Promise.withResolvers<void>();
  let starting = all.length, isGathered = true;
  const openAll = async () => {
    if (gathering) isGathered = await gathering.start();
    await giveUpPermissions();
  };
  const settled = () => {
    if (--starting === 0) everyone.resolve(openAll());
  };
  const ends = all.map(async (loaded, place) => {
    const file = files[place]!;
    let counted = false;
    const once = () => {
      if (!counted) settled();
      counted = true;
    };
    const code = await serveLoaded(loaded, parsed, {
      args: [...parsed.flags, "--", file],
      isOneOfSeveral: true,
      ...gathering && { onStarted: (stop) => gathering.stoppable(stop) },
      async onceReady(ready) {
        if (ready) gathering?.add(ready, place);
        once();
        await everyone.promise;
      },
    });
    once();
    return code;
  });
  if (!parsed.has("strict")) {
    const code = Math.max(...await Promise.all(ends));
    return isGathered ? code : 1;
  }
  // With --strict the first that fails ends all of them.
  return await new Promise((resolve) => {
    for (const end of ends) void end.then((code) => code !== 0 && resolve(code));
    void Promise.all(ends).then(() => resolve(0));
  });
}
