/**
 * What can be read: what a flow gives, and the files of a folder, each under an address.
 *
 * @module
 */
import type { ExposesMcp, McpResource } from "../../../../schemas/mod.ts";
import { writeJson } from "../../../data/json.ts";
import { fileType, isTextType } from "../../../data/file_types.ts";
import type { Flow, FlowResult } from "../../../plan/flow.ts";
import { parseSize } from "../../../plan/call/response.ts";
import { resolvePath, servedPath } from "../../../plan/paths.ts";
import type { SurfaceParts } from "../../../surface/surface_type.ts";
import type { Call } from "../../../telemetry/call.ts";
import { Folder, FolderError } from "../../folder.ts";
import { invalidParams, MethodError } from "../method.ts";
import { compileUriTemplate, type UriTemplate } from "./uri_template.ts";

/** The most that one file may hold, in bytes. */
const MAX_FILE_BYTES = 10 * (1 << 20);

/** The content of a resource. */
export interface ResourceContent {
  readonly mimeType: string;
  readonly text?: string;
  readonly bytes?: Uint8Array;
}

/** One address, one template of addresses, or one folder that can be read. */
export interface Book {
  /** The entry of the lists, without its address. */
  readonly entry: Readonly<Record<string, unknown>>;
  /** The address, where it is one; the template, where it is one. */
  readonly uri: string;
  readonly template?: UriTemplate | undefined;
  /** The schema of each variable, for completion. */
  readonly variables?: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  /** The entries of a folder, with their addresses; undefined for a single address. */
  list?(): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** What a content that an API gives is made of, as text: what the API answers today is not asked for. */
  madeOf?(): string;
  /** The content behind an address; undefined when the address is not one of these. */
  read(uri: string, call: Call): Promise<ResourceContent> | undefined;
}

/** The error for an address that leads to nothing. */
export function unknownResource(uri: string, help: string): MethodError {
  return new MethodError(-32602, `Unknown resource: ${uri}. ${help}`, { legacyCode: -32002, data: { uri } });
}

/** What a flow gave, as the content of a resource. */
function contentOf(result: FlowResult, declared: string | undefined): ResourceContent {
  const { value, bytes, mediaType, text } = result, own = declared ?? mediaType?.split(";", 1)[0];
  if (bytes !== undefined) return { mimeType: own ?? "application/octet-stream", bytes };
  if (typeof value === "string" && (text || (declared !== undefined && !/json/.test(declared)))) {
    return { mimeType: own ?? "text/plain", text: value };
  }
  return {
    mimeType: declared ?? "application/json",
    text: value === undefined || value === null ? "" : JSON.stringify(value),
  };
}

function entryOf(resource: McpResource, description: string | undefined): Record<string, unknown> {
  const { name, display, mimeType } = resource;
  return {
    name,
    ...(display === undefined ? {} : { title: display }),
    ...(description === undefined ? {} : { description }),
    ...(mimeType === undefined ? {} : { mimeType }),
  };
}

const addressOf = ({ uri, name }: McpResource) => uri ?? `capability://${name}`;

/** A resource that a flow gives. */
function flowBook({ capability }: SurfaceParts<ExposesMcp>, resource: McpResource, flow: Flow): Book {
  const uri = addressOf(resource), template = compileUriTemplate(uri);
  const read = async (args: Record<string, string>, call: Call) =>
    contentOf(await flow.run(flow.inputs.parse(args), call), resource.mimeType);
  return {
    entry: entryOf(resource, resource.description ?? flow.description),
    uri: template?.text ?? uri,
    template,
    madeOf() {
      const { binds, consumes, aggregates } = capability.document;
      return writeJson([resource, binds, consumes, aggregates]);
    },
    variables: new Map(flow.inputs.list.map(({ name, schema }) => [name, schema])),
    read(asked, call) {
      if (!template) return asked === uri ? read({}, call) : undefined;
      const values = template.match(asked);
      if (!values) return undefined;
      const args: Record<string, string> = Object.create(null);
      for (const { name, wireName } of flow.inputs.list) {
        if (Object.hasOwn(values, name)) args[wireName] = values[name]!;
      }
      return read(args, call);
    },
  };
}

/** The files of a folder, or a single file. */
function folderBook({ capability, surface, host }: SurfaceParts<ExposesMcp>, resource: McpResource): Book {
  const { spec } = capability, path = resolvePath(spec, resource, resource.location!);
  const folder = new Folder(host, path, servedPath(spec, path));
  const base = addressOf(resource).replace(/(?<!\/)\/+$/, ""),
    entry = entryOf(resource, resource.description);
  const most = parseSize(surface.model.maxBinarySize ?? "") ?? MAX_FILE_BYTES;
  const typeOf = (path: string) => resource.mimeType ?? fileType(path === "" ? resource.location! : path);
  const read = async (uri: string): Promise<ResourceContent> => {
    let path: string;
    try {
      path = uri.slice(base.length + 1).split("/").map(decodeURIComponent).join("/");
    } catch {
      throw invalidParams(`${uri} has a percent sign that encodes nothing`);
    }
    if (path === "" && await folder.kind() !== "file") {
      throw invalidParams(`${uri} is a folder; read one of its files, as resources/list names them`);
    }
    try {
      const bytes = await folder.read(path, Math.max(most, MAX_FILE_BYTES)), mimeType = typeOf(path);
      const text = isTextType(mimeType) ? utf8Text(bytes) : undefined;
      if (text === undefined && bytes.length > most) {
        throw invalidParams(`${uri} has ${bytes.length} bytes; at most ${most} are given (maxBinarySize)`);
      }
      return text === undefined ? { mimeType, bytes } : { mimeType, text };
    } catch (error) {
      if (!(error instanceof FolderError)) throw error;
      if (error.reason === "missing") throw unknownResource(uri, "resources/list names the files there are.");
      throw invalidParams(`${uri}: ${error.message}`);
    }
  };
  return {
    entry,
    uri: base,
    async list() {
      const kind = await folder.kind();
      if (kind === "file") return [{ uri: base, ...entry, mimeType: typeOf("") }];
      if (kind === undefined) return [];
      return (await folder.files()).map(({ path, size }) => ({
        ...entry,
        uri: `${base}/${path.split("/").map(encodeURIComponent).join("/")}`,
        name: path,
        mimeType: typeOf(path),
        size,
      }));
    },
    read: (uri) => uri === base || uri.startsWith(`${base}/`) ? read(uri) : undefined,
  };
}

/** Whether an address is one of a book. */
export function covers({ uri, template, list }: Book, asked: string): boolean {
  if (template) return template.match(asked) !== undefined;
  return asked === uri || (list !== undefined && asked.startsWith(`${uri}/`));
}

function utf8Text(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Everything of a surface that can be read. */
export function booksOf(parts: SurfaceParts<ExposesMcp>): Book[] {
  return parts.surface.callables.flatMap(({ kind, node, flow, disabled }) => {
    if (kind !== "resource" || disabled) return [];
    const resource = node as McpResource;
    if (resource.location !== undefined) return [folderBook(parts, resource)];
    return flow ? [flowBook(parts, resource, flow)] : [];
  });
}
