/**
 * The catalog of skills: what each says of itself, its tools, and its files.
 *
 * @module
 */
import type { ExposesSkill, Skill, SkillTool } from "../../../schemas/mod.ts";
import { fileType } from "../../data/file_types.ts";
import type { Capability, Surface } from "../../plan/capability.ts";
import { resolvePath, servedPath } from "../../plan/paths.ts";
import { skillSource } from "../../surface/skill.ts";
import type { Host } from "../../host/host.ts";
import { Folder, FolderError } from "../folder.ts";

/** The most that one file may hold, in bytes. */
const MAX_FILE_BYTES = 10 * (1 << 20);
/** The file that every skill begins with. */
export const SKILL_FILE = "SKILL.md";

/** One file of a skill. */
export interface SkillFile {
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  readonly type: string;
}

/** One tool of a skill. */
export type SkillToolEntry =
  & { readonly name: string; readonly description?: string }
  & (
    | {
      readonly type: "derived";
      readonly invocationRef: {
        readonly targetNamespace: string;
        readonly action: string;
        readonly mode: string;
      };
    }
    | { readonly type: "instruction"; readonly instruction: string }
  );

/** A skill, ready to be published. */
export interface PublishedSkill {
  readonly name: string;
  readonly model: Skill;
  readonly tools: readonly SkillToolEntry[];
  /** Its files, `SKILL.md` first; one that the author did not write is made of what the document says. */
  files(): Promise<readonly SkillFile[]>;
  /** The bytes of a file. @throws {FolderError} Where there is none. */
  read(path: string): Promise<Uint8Array<ArrayBuffer>>;
}

/** An entry, where there is a value for it. */
function present(key: string, value: unknown): Record<string, unknown> {
  return value === undefined ? {} : { [key]: value };
}

/** What a skill says of itself, without its tools. */
export function describeSkill({ model }: PublishedSkill): Record<string, unknown> {
  const { name, display, description, license, compatibility, metadata } = model;
  return {
    name,
    ...present("display", display),
    ...present("description", description),
    ...present("license", license),
    ...present("compatibility", compatibility),
    ...present("metadata", metadata),
    ...present("allowed-tools", model["allowed-tools"]),
    ...present("argument-hint", model["argument-hint"]),
    ...present("user-invocable", model["user-invocable"]),
    ...present("disable-model-invocation", model["disable-model-invocation"]),
  };
}

/** `SKILL.md` as the document says it, for a skill whose author wrote none. */
function skillText(skill: PublishedSkill): string {
  const { display: _, ...front } = describeSkill(skill), { tools, model } = skill;
  const lines = Object.entries(front).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  const list = tools.map((tool) => {
    const about = tool.description === undefined ? "" : `: ${tool.description}`;
    return tool.type === "derived"
      ? `- \`${tool.invocationRef.action}\` of ${tool.invocationRef.targetNamespace} (${tool.invocationRef.mode})${about}`
      : `- [${tool.name}](${tool.instruction})${about}`;
  });
  return [
    "---",
    ...lines,
    "---",
    "",
    `# ${model.display ?? model.name}`,
    ...(model.description === undefined ? [] : ["", model.description]),
    ...(list.length === 0 ? [] : ["", "## Tools", "", ...list]),
    "",
  ].join("\n");
}

function entryOf(tool: SkillTool, capability: Capability): SkillToolEntry | undefined {
  const base = { name: tool.name, ...present("description", tool.description) };
  if (tool.instruction !== undefined) return { ...base, type: "instruction", instruction: tool.instruction };
  const source = skillSource(tool, capability.document.exposes ?? []);
  return source && {
    ...base,
    type: "derived",
    invocationRef: { targetNamespace: source.namespace, action: source.action, mode: source.mode },
  };
}

class Published implements PublishedSkill {
  readonly name: string;
  readonly model: Skill;
  readonly tools: readonly SkillToolEntry[];
  readonly #folder: Folder | undefined;

  constructor(model: Skill, tools: readonly SkillToolEntry[], folder: Folder | undefined) {
    this.name = model.name;
    this.model = model;
    this.tools = tools;
    this.#folder = folder;
  }

  async files(): Promise<readonly SkillFile[]> {
    const found = await this.#folder?.files().catch((error) => {
      // A folder that is not there shows by its absence: the skill still has what the document says.
      if (error instanceof FolderError) return [];
      throw error;
    }) ?? [];
    const files = found.map(({ path, size }) => ({ path, size, type: fileType(path) }));
    if (!files.some(({ path }) => path === SKILL_FILE)) {
      files.push({ path: SKILL_FILE, size: this.#own().length, type: fileType(SKILL_FILE) });
    }
    return files.sort((a, b) => rank(a.path) < rank(b.path) ? -1 : 1);
  }

  async read(path: string): Promise<Uint8Array<ArrayBuffer>> {
    try {
      if (!this.#folder) throw new FolderError("missing", "there is no such file");
      return await this.#folder.read(path, MAX_FILE_BYTES);
    } catch (error) {
      if (path === SKILL_FILE && error instanceof FolderError && error.reason === "missing") {
        return this.#own();
      }
      throw error;
    }
  }

  #own(): Uint8Array<ArrayBuffer> {
    return new TextEncoder().encode(skillText(this));
  }
}

const rank = (path: string) => path === SKILL_FILE ? "" : path;

/** The skills of a surface; tools that lead nowhere are left out, and reported when the capability is compiled. */
export function skillsOf(
  capability: Capability,
  surface: Surface<ExposesSkill>,
  host: Host,
): readonly PublishedSkill[] {
  const disabled = new Set(surface.callables.filter((c) => c.disabled).map(({ node }) => node));
  const published = (surface.model.skills ?? []).filter((model) => !disabled.has(model));
  return published.map((model) => {
    const tools = (model.tools ?? []).flatMap((tool) => {
      const entry = disabled.has(tool) ? undefined : entryOf(tool, capability);
      return entry ? [entry] : [];
    });
    const { spec } = capability;
    const path = model.location === undefined ? undefined : resolvePath(spec, model, model.location);
    const folder = path === undefined ? undefined : new Folder(host, path, servedPath(spec, path));
    return new Published(model, tools, folder);
  });
}
