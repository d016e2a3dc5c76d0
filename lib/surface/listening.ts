/**
 * Where surfaces listen, worked out once for the manifest, for checking and for serving.
 *
 * @module
 */
import type { Exposes } from "../../schemas/mod.ts";
import { isLoopback } from "../data/loopback.ts";
import type { SurfaceType } from "./surface_type.ts";

/** Where the operator wants surfaces to listen, against what the document says. */
export interface ListenOverride {
  /** Serve one MCP client over stdin and stdout instead of listening. */
  readonly stdio?: boolean | undefined;
  /** Binds another address than loopback. */
  readonly host?: string | undefined;
  /** The port of the first surface, instead of the one the document says. 0 lets the system choose. */
  readonly port?: number | undefined;
}

/** One surface, and where it is served. */
export interface SurfacePlace<T extends Exposes = Exposes> {
  readonly model: T;
  readonly type: SurfaceType;
  readonly namespace: string;
  /** The address it binds, without brackets. */
  readonly hostname: string;
  /** The port; undefined where nobody names one. */
  readonly port: number | undefined;
  /** The address the document asks for, where that is another one: a document never opens itself (semantics §1). */
  readonly asksFor?: string | undefined;
}

/** What is served where. */
export interface Listening {
  /** The one surface that is served over stdin and stdout, where that was asked for or is all there is. */
  readonly stdio?: SurfacePlace | undefined;
  /** The surfaces that listen, in document order. */
  readonly places: readonly SurfacePlace[];
  /** Surfaces that could be served otherwise, each with the reason why they are not now. */
  readonly left: readonly { readonly model: Exposes; readonly reason: string }[];
}

/** How messages name a surface. */
export function surfaceName({ type, namespace }: Pick<Exposes, "type" | "namespace">): string {
  return `the ${type} surface${namespace === undefined ? "" : ` ${namespace}`}`;
}

/**
 * What is served where.
 *
 * @param exposes The surfaces of a document.
 * @param types Every type of surface.
 * @param override What the operator says.
 */
export function listening(
  exposes: readonly Exposes[],
  types: readonly SurfaceType[],
  override: ListenOverride = {},
): Listening {
  const served: SurfacePlace[] = [], left: { model: Exposes; reason: string }[] = [];
  for (const model of exposes) {
    const type = types.find((t) => t.type === model.type);
    if (!type?.create) {
      left.push({ model, reason: `this release serves ${wordsOf(types.filter((t) => t.create))}` });
      continue;
    }
    const asked = model.address?.trim(), own = asked !== undefined && isLoopback(asked) ? asked : "127.0.0.1";
    served.push({
      model,
      type,
      namespace: model.namespace ?? model.type,
      hostname: (override.host ?? own).replace(/^\[(.*)\]$/, "$1"),
      port: model.port,
      ...(asked === undefined || asked === own || asked === override.host ? {} : { asksFor: asked }),
    });
  }
  const speaks = (place: SurfacePlace) => place.type.stdio?.(place.model) === true;
  if (override.stdio ?? (served.length > 0 && served.every(speaks))) {
    const able = served.filter((place) => place.type.stdio !== undefined);
    const stdio = able.find(speaks) ?? able[0];
    for (const { model } of served) {
      if (model !== stdio?.model) left.push({ model, reason: "over stdio there is one MCP server" });
    }
    return { stdio, places: [], left };
  }
  // Beside surfaces that listen, a server for stdio has to be asked for: stdout is one client's.
  const apart = served.filter((place) =>
    speaks(place) && place.port === undefined && override.port === undefined
  );
  const places = apart.length < served.length ? served.filter((place) => !apart.includes(place)) : served;
  if (places !== served) {
    for (const { model } of apart) left.push({ model, reason: "it speaks stdio; serve it with --stdio" });
  }
  return {
    places: places.map((place, i) =>
      i === 0 && override.port !== undefined ? { ...place, port: override.port } : place
    ),
    left,
  };
}

function wordsOf(types: readonly SurfaceType[]): string {
  return types.map(({ type }) => type).join(", ").replace(/, ([^,]*)$/, " and $1");
}
