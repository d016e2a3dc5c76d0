/**
 * The REST surface: resources and operations over the same flows as every other surface.
 *
 * @module
 */
import type { ExposesRest } from "../../../schemas/mod.ts";
import { isLoopback } from "../../data/loopback.ts";
import type { Capability, Surface } from "../../plan/capability.ts";
import { deepArguments } from "../../plan/inputs/depth.ts";
import { methodOf, pathOf } from "../../surface/rest.ts";
import type { SurfaceOptions, SurfaceParts, SurfaceServer } from "../../surface/surface_type.ts";
import type { ObservedCall } from "../../telemetry/observed/observed_call.ts";
import { Missed } from "../../telemetry/missed.ts";
import { SurfaceCall } from "../../plan/deadline.ts";
import { credentialPlaces } from "../../plan/credential_places.ts";
import type { Handler } from "../http.ts";
import { bodyFailure, isBodyFault } from "../intake.ts";
import { Address } from "./address.ts";
import { problem, problemOf } from "./problem.ts";
import { contractAnswers, DOCS_PATH } from "./contract.ts";
import { fresh } from "./freshness.ts";
import { takesOneOf } from "./negotiation.ts";
import { preparing } from "./prepared.ts";
import { cookiesOf } from "./request.ts";
import { ACCEPTED_ENCODINGS, BodyError, bodyOf } from "./request_body.ts";
import { headResponse, respond } from "./respond.ts";
import { createForward, type Forward } from "./forward.ts";
import { makeRouter, type Match, type RouteForward, type RouteOperation } from "./routes.ts";

/**
 * Makes the handler of a REST surface.
 *
 * @param capability The compiled capability.
 * @param surface One of its REST surfaces.
 * @param options What the operator decides: whether callers can read the contract.
 */
export function createRestHandler(
  capability: Capability,
  surface: Surface<ExposesRest>,
  { describe = true }: SurfaceOptions = {},
): Handler {
  const contract = describe ? contractAnswers(capability, surface) : undefined;
  const find = makeRouter(surface), credentials = credentialPlaces(surface.model);
  const redact = (text: string) => capability.redact(text),
    prepare = preparing(capability, surface, credentials);
  const missed = new Missed(capability.telemetry, "rest", surface.model.namespace ?? "rest", redact);
  const forwards = new Map<RouteForward, Forward>();
  const forwardOf = (path: string, forward: RouteForward): Forward => {
    let known = forwards.get(forward);
    if (!known) {
      const point = capability.telemetry.point({
        type: "rest",
        surface: surface.model.namespace ?? "rest",
        kind: "forward",
        name: path,
        title: `forward ${path}`,
        attributes: { "http.route": path },
      });
      const { forwarding } = forward;
      forwards.set(forward, known = createForward({ forwarding, credentials, point, redact }));
    }
    return known;
  };

  return async (request, caller) => {
    const address = new Address(request.url), { path } = address, match = find(path);
    if (!match) {
      const answer = contract?.(path, request.method);
      if (answer) return request.method === "HEAD" ? await headResponse(await answer) : await answer;
      missed.tell(`${request.method} ${path}`, "there is nothing at this path");
      return problem(404, "Not found", `There is nothing at ${path}.`, {
        code: "not_found",
        hint: "Check the path.",
      });
    }
    const { route } = match, { method } = request;
    const operation = route.methods.get(method) ?? (method === "HEAD" ? route.methods.get("GET") : undefined);
    if (!operation) {
      if (route.forward) {
        const { rest } = match, prefix = path.slice(0, path.length - rest.length);
        return forwardOf(route.path, route.forward)({ request, url: address.url, rest, prefix, caller });
      }
      if (method === "OPTIONS") return new Response(null, { status: 204, headers: { allow: route.allow } });
      missed.tell(`${method} ${path}`, `the path takes ${route.allow}`);
      return problem(405, "Method not allowed", `${path} does not take ${method}.`, {
        code: "not_found",
        hint: `Use ${route.allow}.`,
      }, { allow: route.allow });
    }
    if (isUnguardedLink(operation, method, address, request.headers)) {
      return problem(403, "Header required", "This GET changes something, and a link could start it.", {
        code: "forbidden",
        hint: "Send the header X-Requested-With with any value.",
      });
    }
    let seen: ObservedCall | undefined;
    let given: unknown;
    const failed = (error: unknown, response: Response): Response => {
      seen?.fail(error, response.status);
      return response;
    };
    try {
      const ready = prepare(route, operation);
      const values = pathValues(match);
      if (!values) {
        return problem(400, "Invalid request", "The path holds a percent sign that encodes nothing.", {
          code: "invalid_arguments",
          hint: "Encode the value once.",
        });
      }
      if (ready.offers && !takesOneOf(request.headers.get("accept"), ready.offers)) {
        missed.tell(`${method} ${route.path}`, `Accept names none of ${ready.offers.join(", ")}`);
        return problem(406, "Not acceptable", `${path} has no answer of a type that Accept names.`, {
          code: "invalid_arguments",
          hint: `Accept ${ready.offers.join(" or ")}.`,
        });
      }
      seen = ready.point.begin({ headers: request.headers }, caller);
      const body = method === "GET" || method === "HEAD" ? undefined : await bodyOf(request);
      const args = given = ready.take({
        path: values,
        address,
        request,
        body,
        cookies: cookiesOf(request),
      });
      const { flow } = operation;
      const call = new SurfaceCall(() => request.signal, caller, seen);
      const result = await flow.run(flow.inputs.parse(args, call), call);
      const response = respond(result, ready, redact, request);
      seen?.end(response.status);
      if (method !== "GET" && method !== "HEAD") return response;
      const { freshness } = ready, held = request.headers.get("if-none-match");
      const answer = freshness.cacheControl === undefined && held === null
        ? response
        : await fresh(response, freshness, held);
      return method === "HEAD" ? await headResponse(answer) : answer;
    } catch (error) {
      if (isBodyFault(error)) {
        seen?.fail(bodyFailure(error), error.status);
        throw error;
      }
      if (error instanceof BodyError) {
        return failed(
          error,
          problem(
            error.status,
            error.status === 413 ? "Body too large" : "Unsupported media type",
            error.message,
            { code: "invalid_arguments" },
            error.status === 415 ? { "accept-encoding": ACCEPTED_ENCODINGS } : {},
          ),
        );
      }
      const known = deepArguments(error, given);
      return failed(known, problemOf(known, redact));
    }
  };
}

/**
 * Whether a request could be the link or the picture of somebody else's page that starts a call which changes something.
 * On loopback the browser says whose page it is (`Sec-Fetch-Site`); to an address of the network without TLS it does not.
 */
function isUnguardedLink(
  { flow }: RouteOperation,
  method: string,
  address: Address,
  headers: Headers,
): boolean {
  return (method === "GET" || method === "HEAD") && flow.semantics.safe === false &&
    !isLoopback(address.url.hostname) &&
    !headers.has("x-requested-with");
}

/** The values of the placeholders; undefined where one cannot be decoded. */
function pathValues({ route: { names }, values }: Match): Record<string, string> | undefined {
  const out: Record<string, string> = Object.create(null);
  try {
    for (let i = 0; i < names.length; i++) out[names[i]!] = decodeURIComponent(values[i]!);
    return out;
  } catch {
    return undefined;
  }
}

/** Makes the server of a REST surface. */
export function createRestSurface(
  { capability, surface, options }: SurfaceParts<ExposesRest>,
): SurfaceServer {
  return {
    fetch: createRestHandler(capability, surface, options),
    describe: () => ({ example: { path: pathToTry(surface) } }),
  };
}

/** A path to try with a GET: one that takes nothing, if there is one. */
function pathToTry({ model, flows }: Surface<ExposesRest>): string {
  const paths = (model.resources ?? [])
    .filter(({ operations }) => operations?.some((o) => methodOf(o) === "GET" && flows.has(o)))
    .map((resource) => pathOf(resource));
  return paths.find((path) => !path.includes("{")) ?? paths[0] ?? DOCS_PATH;
}
