/**
 * What a REST operation needs beside its flow, made when it is first asked for.
 *
 * @module
 */
import type { ExposesRest } from "../../../schemas/mod.ts";
import type { Capability, Surface } from "../../plan/capability.ts";
import type { CredentialPlaces } from "../../plan/credential_places.ts";
import { methodOf } from "../../surface/rest.ts";
import type { CallPoint } from "../../telemetry/observed/call_point.ts";
import { type Freshness, freshnessOf } from "./freshness.ts";
import { compileArguments, placeInputs, type TakeArguments } from "./request.ts";
import type { Contract } from "./respond.ts";
import type { Route, RouteOperation } from "./routes.ts";

/** What a REST operation needs beside its flow. */
export interface Prepared extends Contract {
  readonly take: TakeArguments;
  /** The media types it may answer with; undefined where that shows only in the answer. */
  readonly offers: readonly string[] | undefined;
  readonly freshness: Freshness;
  /** Where its calls are observed. */
  readonly point: CallPoint;
}

/** The one success status and media type that the author's contract names. */
export function contractOf({ operation }: Pick<RouteOperation, "operation">): Contract {
  const { responseBinary, responses } = operation;
  if (responseBinary) return { status: responseBinary.status, mediaType: responseBinary.mediaType };
  if (responses === null || typeof responses !== "object") return { status: undefined, mediaType: undefined };
  const codes = Object.entries(responses as Record<string, { content?: Record<string, unknown> } | null>)
    .filter(([code]) => /^2\d\d$/.test(code));
  if (codes.length !== 1) return { status: undefined, mediaType: undefined };
  const [code, response] = codes[0]!, types = Object.keys(response?.content ?? {});
  return { status: Number(code), mediaType: types.length === 1 ? types[0] : undefined };
}

/** The media types that an operation may answer with; undefined where only the answer shows it. */
export function offersOf(entry: Pick<RouteOperation, "operation" | "flow">): readonly string[] | undefined {
  const { output } = entry.flow, { mediaType } = contractOf(entry);
  if (output.binary) {
    const type = (mediaType ?? output.mediaType)?.replace(/;.*$/s, "").trim().toLowerCase();
    return type === undefined ? undefined : [type];
  }
  return output.schema === undefined ? ["application/json", "text/plain"] : ["application/json"];
}

/**
 * Makes what prepares the operations of a surface.
 *
 * @param capability The capability.
 * @param surface One of its REST surfaces.
 * @param credentials Where callers show who they are.
 */
export function preparing(
  capability: Capability,
  surface: Surface<ExposesRest>,
  credentials: CredentialPlaces | undefined,
): (route: Route, operation: RouteOperation) => Prepared {
  const prepared = new Map<RouteOperation, Prepared>();
  const prepare = (route: Route, entry: RouteOperation): Prepared => {
    const method = methodOf(entry.operation);
    return {
      take: compileArguments(placeInputs(entry.flow, new Set(route.names), credentials)),
      ...contractOf(entry),
      offers: offersOf(entry),
      freshness: freshnessOf(entry.flow.semantics),
      point: capability.telemetry.point({
        type: "rest",
        surface: surface.model.namespace ?? "rest",
        kind: "operation",
        name: entry.flow.name,
        title: `${method} ${route.path}`,
        attributes: { "http.request.method": method, "http.route": route.path },
      }),
    };
  };
  return (route, operation) => {
    let known = prepared.get(operation);
    if (!known) prepared.set(operation, known = prepare(route, operation));
    return known;
  };
}
