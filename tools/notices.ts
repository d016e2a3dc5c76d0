/**
 * The licences of the packages that end in the bundle, and so in every binary: `deno task notices` writes them to
 * THIRD_PARTY_NOTICES, `--check` only says whether they are current.
 *
 * @module
 */
import { join } from "node:path";
import { BUNDLED_MODULES, NOTICES, programFolder } from "./bundle.ts";
import { BuildError, execute } from "./toolchain.ts";

/** A package, as `deno info` tells of it. */
interface Package {
  readonly name: string;
  readonly version: string;
  readonly dependencies: readonly string[];
  readonly localPath?: string;
}

/** What `deno info` tells of a module and what it imports. */
interface Graph {
  readonly modules: readonly { readonly kind?: string; readonly npmPackage?: string }[];
  readonly npmPackages: Readonly<Record<string, Package>>;
}

/**
 * The packages behind the modules of the bundle, with what those depend on.
 *
 * @returns Each once, by name and version.
 * @throws {BuildError} When the modules cannot be read.
 */
export async function bundledPackages(): Promise<Package[]> {
  const out = new Map<string, Package>();
  for (const module of BUNDLED_MODULES) {
    const { success, text } = await execute(Deno.execPath(), [
      "info",
      "--json",
      join(programFolder(), module),
    ]);
    if (!success) throw new BuildError(`deno info failed:\n${text}`);
    const { modules, npmPackages } = JSON.parse(text.slice(text.indexOf("{"))) as Graph;
    const visit = (id: string) => {
      const found = npmPackages[id];
      if (!found || out.has(id)) return;
      out.set(id, found);
      found.dependencies.forEach(visit);
    };
    for (const { npmPackage } of modules) if (npmPackage !== undefined) visit(npmPackage);
  }
  // A package that is there in several copies, for several peers, has one licence.
  const once = new Map([...out.values()].map((each) => [`${each.name} ${each.version}`, each]));
  return [...once.values()].sort((a, b) => a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}

/** The first of some files of a folder. */
async function firstText(folder: string, wanted: RegExp): Promise<string | undefined> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    if (entry.isFile && wanted.test(entry.name)) names.push(entry.name);
  }
  const [name] = names.sort();
  return name === undefined ? undefined : await Deno.readTextFile(join(folder, name));
}

/** The notice of one package. */
async function noticeOf({ name, version, localPath }: Package): Promise<string> {
  if (localPath === undefined) throw new BuildError(`${name} is not here; run deno install, then try again`);
  const { license } = JSON.parse(await Deno.readTextFile(join(localPath, "package.json"))) as {
    license?: string;
  };
  if (license === undefined) throw new BuildError(`${name} ${version} names no licence`);
  const text = await firstText(localPath, /^(licen[cs]e|copying)/i);
  const notice = await firstText(localPath, /^notice/i);
  const lines = [`${name} ${version}`, `Licence: ${license}`];
  if (text !== undefined) lines.push("", text.trim());
  if (notice !== undefined) lines.push("", notice.trim());
  return lines.join("\n").replaceAll("\r\n", "\n").replace(/[ \t]+$/gm, "");
}

/** The whole text. */
export async function notices(): Promise<string> {
  const parts: string[] = [];
  for (const each of await bundledPackages()) parts.push(await noticeOf(each));
  const head =
    "Capstan carries these packages in its bundle and its binaries. Each is under its own licence.";
  const line = `\n\n${"=".repeat(80)}\n\n`;
  return [head, ...parts].join(line) + "\n";
}

if (import.meta.main) {
  const file = join(programFolder(), NOTICES), text = await notices();
  if (Deno.args.includes("--check")) {
    if (await Deno.readTextFile(file).catch(() => "") !== text) {
      Deno.stderr.writeSync(new TextEncoder().encode(`${NOTICES} is not current; run deno task notices\n`));
      Deno.exit(1);
    }
  } else await Deno.writeTextFile(file, text);
}
