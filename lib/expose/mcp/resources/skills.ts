/**
 * The Agent Skills extension: what skill surfaces publish, read through MCP.
 *
 * Each file of a skill is a resource under `skill://SURFACE/SKILL/PATH`. What a skill says of itself is in the front matter
 * of its `SKILL.md`; the digests let a client see that it has read what was listed.
 *
 * @module
 */
import type { ExposesMcp, ExposesSkill } from "../../../../schemas/mod.ts";
import { fileType, isTextType } from "../../../data/file_types.ts";
import { writeJson } from "../../../data/json.ts";
import type { Surface } from "../../../plan/capability.ts";
import type { SurfaceParts } from "../../../surface/surface_type.ts";
import { FolderError } from "../../folder.ts";
import { type PublishedSkill, SKILL_FILE, skillsOf } from "../../skill/catalog.ts";
import { type Book, type ResourceContent, unknownResource } from "./book.ts";
import { invalidParams, type MethodGroup, textParam } from "../method.ts";

/** The name of the extension. */
const EXTENSION = "io.modelcontextprotocol/skills";
const DIRECTORY = "inode/directory";

/** A skill with its address. */
interface ServedSkill {
  readonly skill: PublishedSkill;
  /** Without a slash at its end. */
  readonly base: string;
}

const encoded = (path: string) => path.split("/").map(encodeURIComponent).join("/");

/** The skills that a client of this surface may read: those behind credentials only where this surface asks for some. */
function servedSkills({ capability, surface, host }: SurfaceParts<ExposesMcp>): ServedSkill[] {
  const isGuarded = surface.model.authentication !== undefined;
  return capability.surfaces.flatMap((one) => {
    if (one.model.type !== "skill" || (one.model.authentication !== undefined && !isGuarded)) return [];
    const of = one as Surface<ExposesSkill>, space = encodeURIComponent(of.model.namespace ?? "skills");
    return skillsOf(capability, of, host).map((skill) => ({
      skill,
      base: `skill://${space}/${encodeURIComponent(skill.name)}`,
    }));
  });
}

/** What stands between the two lines of dashes at the beginning of a text. */
const FRONT_MATTER = /^\ufeff?---\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)/;

/** What a skill says of itself; undefined where it has no name of its own and description, as clients want them. */
async function frontMatter(skill: PublishedSkill): Promise<Record<string, unknown> | undefined> {
  const text = new TextDecoder().decode(await skill.read(SKILL_FILE));
  const written = FRONT_MATTER.exec(text)?.[1];
  if (written === undefined) return undefined;
  const { decodeYaml } = await import("../../../upstream/formats/yaml.ts");
  let front: unknown;
  try {
    front = decodeYaml(written);
  } catch {
    return undefined;
  }
  if (front === null || typeof front !== "object" || Array.isArray(front)) return undefined;
  const { name, description } = front as Record<string, unknown>;
  return name === skill.name && typeof description === "string" && description !== ""
    ? front as Record<string, unknown>
    : undefined;
}

async function digestOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return `sha256:${[...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** The entry of a skill; undefined for one that clients of the extension could not use. */
async function entryOf({ skill, base }: ServedSkill): Promise<Record<string, unknown> | undefined> {
  const frontmatter = await frontMatter(skill);
  if (!frontmatter) return undefined;
  const resources = [];
  for (const { path } of await skill.files()) {
    const bytes = await skill.read(path);
    resources.push({ uri: `${base}/${encoded(path)}`, digest: await digestOf(bytes), size: bytes.length });
  }
  resources.sort((a, b) => a.uri < b.uri ? -1 : 1);
  return { uri: `${base}/${SKILL_FILE}`, frontmatter, resources };
}

/** The path of a file, from its address; undefined for an address that is no path of the skill. */
function pathIn(base: string, uri: string): string | undefined {
  try {
    return uri.slice(base.length + 1).split("/").map(decodeURIComponent).join("/");
  } catch {
    return undefined;
  }
}

async function contentOf(skill: PublishedSkill, base: string, uri: string): Promise<ResourceContent> {
  const path = pathIn(base, uri) ?? "";
  try {
    const bytes = await skill.read(path), mimeType = fileType(path);
    if (!isTextType(mimeType)) return { mimeType, bytes };
    return { mimeType, text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch (error) {
    if (error instanceof FolderError) throw unknownResource(uri, "skills/list names the files there are.");
    if (error instanceof TypeError) throw invalidParams(`${uri} is not UTF-8 text`);
    throw error;
  }
}

/** The skills as what can be read; the lists name the first file of each. */
function booksOf(served: readonly ServedSkill[]): Book[] {
  return served.map(({ skill, base }) => {
    const { name, model: { description, display } } = skill;
    const words = description === undefined ? {} : { description };
    const title = display === undefined ? {} : { title: display };
    const entry = { name, ...title, ...words, mimeType: "text/markdown" };
    return {
      uri: base,
      entry,
      list: () => Promise.resolve([{ uri: `${base}/${SKILL_FILE}`, ...entry }]),
      read: (uri: string) => uri.startsWith(`${base}/`) ? contentOf(skill, base, uri) : undefined,
    };
  });
}

/** The files and folders that lie directly in a folder of a skill; undefined where there is no such folder. */
async function childrenOf(
  { skill, base }: ServedSkill,
  folder: string,
): Promise<readonly Record<string, unknown>[] | undefined> {
  const inside = folder === "" ? "" : `${folder}/`, children = new Map<string, Record<string, unknown>>();
  for (const { path, size, type } of await skill.files()) {
    if (!path.startsWith(inside)) continue;
    const [name, ...deeper] = path.slice(inside.length).split("/") as [string, ...string[]];
    const uri = `${base}/${encoded(inside + name)}`;
    children.set(name, {
      uri,
      name,
      ...(deeper.length > 0 ? { mimeType: DIRECTORY } : { mimeType: type, size }),
    });
  }
  return children.size === 0 ? undefined : [...children.values()];
}

/** The skills of a surface: what can be read, and the methods of the extension. */
export interface SkillsExtension {
  readonly books: readonly Book[];
  readonly group: MethodGroup;
}

/**
 * The extension, where a capability publishes skills.
 *
 * @param parts The MCP surface.
 */
export function skillsExtension(parts: SurfaceParts<ExposesMcp>): SkillsExtension | undefined {
  const served = servedSkills(parts);
  if (served.length === 0) return undefined;
  const said = new Set<string>();
  const methods: MethodGroup["methods"] = {
    "skills/list": async () => {
      const entries = await Promise.all(served.map(entryOf));
      for (const [i, { skill: { name } }] of served.entries()) {
        if (entries[i] || said.has(name)) continue;
        said.add(name);
        parts.host.log({
          level: "warning",
          message:
            `the skill ${name} is not listed to MCP clients: its ${SKILL_FILE} has to begin with front matter ` +
            `of name: ${name} and a description`,
        });
      }
      return `"skills":${writeJson(entries.filter((entry) => entry !== undefined))}`;
    },
    "skills/get": async (params) => {
      const uri = textParam(params, "uri", "the address of a SKILL.md");
      const found = served.find(({ base }) => uri === `${base}/${SKILL_FILE}`);
      const entry = found && await entryOf(found);
      if (!entry) throw invalidParams(`Unknown skill: ${uri}. skills/list names what there is.`);
      return `"skill":${writeJson(entry)}`;
    },
    "resources/directory/read": async (params) => {
      const uri = textParam(params, "uri", "the address of a folder").replace(/(?<!\/)\/+$/, "");
      const found = served.find(({ base }) => uri === base || uri.startsWith(`${base}/`));
      const path = found && (uri === found.base ? "" : pathIn(found.base, uri));
      const children = path === undefined ? undefined : await childrenOf(found!, path);
      if (!children) {
        throw invalidParams(`${uri} is not a folder of a skill. skills/list names what there is.`);
      }
      return `"resources":${JSON.stringify(children)}`;
    },
  };
  return {
    books: booksOf(served),
    group: {
      extension: EXTENSION,
      options: { directoryRead: true },
      cacheable: Object.keys(methods),
      methods,
    },
  };
}
