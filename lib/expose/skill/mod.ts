/**
 * The skill surface: catalog, detail, contents and download of Agent Skills over HTTP.
 *
 * @module
 */
import type { ExposesSkill } from "../../../schemas/mod.ts";
import { nearest } from "../../document/diagnostics/nearest.ts";
import { faultText, logFault } from "../../host/fault.ts";
import type { SurfaceParts, SurfaceServer } from "../../surface/surface_type.ts";
import { fileType } from "../../data/file_types.ts";
import { FolderError } from "../folder.ts";
import { problem } from "../rest/problem.ts";
import { describeSkill, type PublishedSkill, skillsOf } from "./catalog.ts";
import { zip } from "./zip.ts";

/** What files of others may do in a browser: nothing. */
const UNTRUSTED = {
  "x-content-type-options": "nosniff",
  "content-security-policy": "sandbox; default-src 'none'",
};

const toolNames = ({ tools }: PublishedSkill) => tools.map(({ name }) => name);

function catalog(skills: readonly PublishedSkill[]): Response {
  return Response.json({
    count: skills.length,
    skills: skills.map((skill) => {
      const { name, display, description, license } = describeSkill(skill);
      return { name, display, description, license, tools: toolNames(skill) };
    }),
  });
}

async function download(skill: PublishedSkill): Promise<Response> {
  const files = await skill.files();
  const entries = await Promise.all(
    files.map(async ({ path }) => ({ path: `${skill.name}/${path}`, bytes: await skill.read(path) })),
  );
  return new Response(await zip(entries), {
    headers: {
      ...UNTRUSTED,
      "content-type": "application/zip",
      "content-disposition": `attachment; filename="${skill.name.replace(/[^\w.-]/g, "_")}.zip"`,
    },
  });
}

async function content(skill: PublishedSkill, path: string): Promise<Response> {
  return new Response(await skill.read(path), { headers: { ...UNTRUSTED, "content-type": fileType(path) } });
}

function notFound(detail: string, hint: string): Response {
  return problem(404, "Not found", detail, { code: "not_found", hint });
}

/** Why a file is not given, as a response. */
function refused(error: FolderError): Response {
  if (error.reason === "missing") {
    return notFound("The skill has no such file.", "Ask for its contents to see which files there are.");
  }
  return problem(400, "Invalid path", `The file cannot be given: ${error.message}.`, {
    code: "invalid_arguments",
    hint: "Ask for its contents to see which files there are.",
  });
}

/** The segments of a path, decoded; undefined where a percent sign encodes nothing. */
function segmentsOf(pathname: string): string[] | undefined {
  try {
    return pathname.split("/").slice(1).map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

/** Makes the server of a skill surface. */
export function createSkillSurface(parts: SurfaceParts<ExposesSkill>): SurfaceServer {
  const { capability, surface, host } = parts, skills = skillsOf(capability, surface, host);
  const answer = async (segments: readonly string[]): Promise<Response> => {
    const [root, name, part, ...path] = segments;
    if (root !== "skills" || segments.includes("")) {
      return notFound("There is nothing at this path.", "The skills are listed at /skills.");
    }
    if (name === undefined) return catalog(skills);
    const skill = skills.find((s) => s.name === name);
    if (!skill) {
      const near = nearest(name, skills.map((s) => s.name));
      return notFound(
        `There is no skill called ${name}.`,
        near === undefined ? "The skills are listed at /skills." : `Did you mean ${near}?`,
      );
    }
    if (part === undefined) return Response.json({ ...describeSkill(skill), tools: skill.tools });
    if (part === "download" && path.length === 0) return await download(skill);
    if (part !== "contents") {
      return notFound("A skill has no such part.", `Its parts are contents and download.`);
    }
    if (path.length === 0) return Response.json({ name: skill.name, files: await skill.files() });
    return await content(skill, path.join("/"));
  };
  return {
    fetch: async (request) => {
      const { method } = request;
      if (method !== "GET" && method !== "HEAD") {
        return problem(405, "Method not allowed", `Skills do not take ${method}.`, {
          code: "invalid_arguments",
          hint: "Use GET.",
        }, { allow: "GET, HEAD" });
      }
      const segments = segmentsOf(new URL(request.url).pathname);
      if (!segments) return problem(400, "Invalid path", "A percent sign in the path encodes nothing.");
      try {
        const response = await answer(segments);
        return method === "HEAD" ? new Response(null, response) : response;
      } catch (error) {
        if (error instanceof FolderError) return refused(error);
        const reference = logFault(host, error, "a skill", (text) => capability.redact(text));
        return problem(500, "Internal error", faultText(reference), { code: "internal" });
      }
    },
    describe: () => ({ example: { path: "/skills" } }),
  };
}
