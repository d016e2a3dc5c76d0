/**
 * Joining the modules of a bundle that are always loaded together.
 *
 * The bundler makes a module of whatever two parts of the program share: a hundred for a start, each opened, looked
 * through and kept apart. And Deno opens whatever an `import()` with a fixed text names, used or not. Both cost more
 * than the program they bring. So the modules that one part of the program always needs are joined into one, and an
 * `import()` names its module in a way that Deno does not follow ahead of time.
 *
 * A narrowed thread may read no file, and gets what was followed ahead alone: its entry goes on naming, in a function
 * that nobody calls, all that it may come to import.
 *
 * @module
 */
import { dirname, join, relative } from "node:path";

/** What one module imports and exports, as the bundler writes it. */
const STATIC = /(?<=^|[;}\n])import(?:(\{[^}"]*\})from)?"(\.{1,2}\/[^"]+)";/g;
const LATER = /\bimport\("(\.{1,2}\/[^"]+)"\)/g;
const EXPORTS = /export\{([^}]*)\};?\s*(?=\/\*!|\/\/|$)/;

/** A part of the program whose modules are joined. */
export interface JoinedPart {
  /** The name of the module that they become. */
  readonly name: string;
  /** The modules of the bundle it begins with; whatever they import is joined with them. */
  readonly entries: readonly string[];
  /** Only what these modules need as well, at once or later. */
  readonly needed?: readonly string[];
}

/** The path that a specifier in a module means. */
const below = (from: string, specifier: string) => new URL(specifier, `file:///${from}`).pathname.slice(1);

/** The modules of a bundle, by their path below its folder. */
class Modules {
  readonly texts = new Map<string, string>();

  constructor(readonly folder: string) {
    this.#read("");
  }

  #read(below: string): void {
    for (const { name, isDirectory } of Deno.readDirSync(join(this.folder, below))) {
      const path = below === "" ? name : `${below}/${name}`;
      if (isDirectory) this.#read(path);
      else if (name.endsWith(".js")) this.texts.set(path, Deno.readTextFileSync(join(this.folder, path)));
    }
  }

  /** A module that another one names. */
  find(from: string, specifier: string): string {
    const path = below(from, specifier);
    if (!this.texts.has(path)) throw new Error(`${from} imports ${path}, which the bundle has not`);
    return path;
  }

  /** Modules that some modules import, at once or later, themselves included. */
  reached(entries: readonly string[], patterns: readonly RegExp[]): Set<string> {
    const found = new Set(entries);
    for (const path of found) {
      for (const pattern of patterns) {
        for (const match of this.texts.get(path)!.matchAll(pattern)) {
          found.add(this.find(path, match.at(-1)!));
        }
      }
    }
    return found;
  }

  /** The names that a module exports. */
  exports(path: string): string[] {
    const list = EXPORTS.exec(this.texts.get(path)!)?.[1] ?? "";
    return list.split(",").filter(Boolean).map((item) => item.split(" as ").at(-1)!);
  }

  write(path: string, text: string): void {
    this.texts.set(path, text);
    Deno.writeTextFileSync(join(this.folder, path), text);
  }

  remove(path: string): void {
    this.texts.delete(path);
    Deno.removeSync(join(this.folder, path));
  }
}

/** The specifier of a module for another one. */
function specifier(from: string, to: string): string {
  const path = relative(dirname(from), to).replaceAll("\\", "/");
  return path.startsWith(".") ? path : `./${path}`;
}

/** An export of a joined module: the names of two modules may be the same. */
const joinedName = (number: number, name: string) => `m${number}_${name}`;

/** How modules are joined. */
export interface JoinOptions {
  /** The folder of the modules. */
  readonly folder: string;
  /** The parts; a module that two of them need goes with the first. */
  readonly parts: readonly JoinedPart[];
  /** Modules that are started on their own: what they do when they are loaded is not to be done elsewhere. */
  readonly programs: readonly string[];
  /** Modules that a thread without permissions begins with. */
  readonly narrowed: readonly string[];
  /** Bundles modules with whatever they import into a folder, but for what stays outside by its name. */
  readonly bundle: (
    entries: readonly string[],
    folder: string,
    outside: readonly string[],
  ) => Promise<void>;
}

/** Where a module went: the joined one that has its exports, and its number among all that went. */
type Moved = ReadonlyMap<string, { readonly part: string; readonly number: number }>;

/** Decides which modules are joined in which part. */
function movedOf(modules: Modules, { parts, programs }: JoinOptions): Moved {
  const moved = new Map<string, { part: string; number: number }>();
  for (const { name, entries, needed } of parts) {
    const others = needed && modules.reached(needed, [STATIC, LATER]);
    for (const path of modules.reached(entries, [STATIC])) {
      if (moved.has(path) || programs.includes(path) || others?.has(path) === false) continue;
      moved.set(path, { part: name, number: moved.size });
    }
  }
  return moved;
}

/** Hides from Deno what is imported later. @returns The modules that are. */
function hideLater(modules: Modules, moved: Moved): Set<string> {
  const later = new Set<string>();
  for (const [path, text] of modules.texts) {
    const hidden = text.replaceAll(LATER, (_, written: string) => {
      const to = modules.find(path, written);
      later.add(to);
      // A text that begins with a value is none that could be known ahead. What is joined stands at the top.
      return "import(`${[]}" + (moved.has(path) ? `./${to}` : written) + "`)";
    });
    modules.write(path, hidden);
  }
  return later;
}

/** A part as the modules of another one name it while they are bundled: a name that the bundler leaves alone. */
const outside = (part: string) => `part:${part}`;

/** Bundles the parts, each alone: what two of them need stands in one of them, and not in a module of its own. */
async function joinParts(modules: Modules, moved: Moved, { parts, bundle }: JoinOptions): Promise<void> {
  const out = join(modules.folder, "joined"), names = parts.map(({ name }) => name);
  for (const [path, { part }] of moved) {
    const others = new Map([...moved].filter(([, other]) => other.part !== part));
    modules.write(path, withJoined(modules.texts.get(path)!, path, others, outside));
  }
  for (const name of names) {
    const lines = [...moved].filter(([, { part }]) => part === name).map(([path, { number }]) => {
      const names = modules.exports(path).map((exported) => `${exported} as ${joinedName(number, exported)}`);
      return names.length === 0 ? `import "./${path}";` : `export { ${names.join(", ")} } from "./${path}";`;
    });
    modules.write(`${name}.js`, lines.join("\n"));
  }
  const bundled = names.map((name) => bundle([join(modules.folder, `${name}.js`)], out, names.map(outside)));
  await Promise.all(bundled);
  for (const name of names) {
    const text = Deno.readTextFileSync(join(out, `${name}.js`));
    modules.write(`${name}.js`, text.replaceAll(/"part:([^"]+)"/g, '"./$1.js"'));
  }
  Deno.removeSync(out, { recursive: true });
}

/** A module with its imports of what went elsewhere. */
function withJoined(text: string, path: string, moved: Moved, place: (part: string) => string): string {
  const imported = new Set<string>();
  return text.replaceAll(STATIC, (whole, list: string | undefined, to: string) => {
    const gone = moved.get(below(path, to));
    if (!gone) return whole;
    const from = JSON.stringify(place(gone.part));
    const names = list?.replaceAll(/([\w$]+)( as [\w$]+)?/g, (_, name, as) => {
      return `${joinedName(gone.number, name)}${as ?? ` as ${name}`}`;
    });
    if (names !== undefined) return `import${names}from${from};`;
    // A module that is imported for what it does is so once.
    return imported.size < imported.add(from).size ? `import${from};` : "";
  });
}

/**
 * Joins modules.
 *
 * @param options The folder, what is joined, and what bundles it.
 */
export async function joinModules(options: JoinOptions): Promise<void> {
  const { folder, narrowed } = options, modules = new Modules(folder);
  const ahead = new Map(narrowed.map((entry) => [entry, modules.reached([entry], [STATIC, LATER])]));
  const moved = movedOf(modules, options), later = hideLater(modules, moved);
  const others = [...modules.texts.keys()].filter((path) => !moved.has(path));
  await joinParts(modules, moved, options);
  for (const path of others) {
    const place = (part: string) => specifier(path, `${part}.js`);
    modules.write(path, withJoined(modules.texts.get(path)!, path, moved, place));
  }
  for (const [path, { part, number }] of moved) {
    if (!later.has(path)) modules.remove(path);
    else {
      const list = modules.exports(path).map((name) => `${joinedName(number, name)} as ${name}`).join(",");
      modules.write(path, `export{${list}}from${JSON.stringify(specifier(path, `${part}.js`))};`);
    }
  }
  for (const [entry, reached] of ahead) {
    const calls = [...reached].filter((path) => later.has(path)).map((path) =>
      `import(${JSON.stringify(specifier(entry, path))})`
    );
    modules.write(entry, `${modules.texts.get(entry)}\n()=>[${calls.join(",")}];\n`);
  }
}
