/**
 * A forward of a REST resource, compiled: where requests go on to, and what goes with them.
 *
 * @module
 */
import { CLIENT_HEADERS } from "../data/http/header_names.ts";
import { isToken } from "../data/http/token.ts";
import type { Exposes, InputParameter } from "../../schemas/mod.ts";
import { Forwarding } from "../upstream/forward.ts";
import { CallCompilation } from "./call/call_compilation.ts";
import { compileCall } from "./call/call.ts";
import type { Forwards } from "./callable.ts";
import type { PlanContext } from "./context.ts";
import { credentialPlaces } from "./credential_places.ts";
import { NameScope } from "./inputs/name_scope.ts";
import { Problem } from "./problem.ts";

/** Headers of a connection, of a body's length and packing, and of a proxy: they never go on. */
const NEVER: ReadonlySet<string> = new Set([...CLIENT_HEADERS, "forwarded", "proxy-authenticate"]);

/**
 * The headers of callers that pass, in small letters. Told is what is written and cannot.
 *
 * @param context The compilation.
 * @param model The surface.
 * @param node The node that names them.
 */
function trustedOf(context: PlanContext, model: Exposes, node: Forwards["node"]): string[] {
  const places = credentialPlaces(model), passing = new Set<string>();
  const warn = (message: string, fix: string) =>
    context.warn("input-of-credentials", message, node, "trustedHeaders", fix);
  for (const written of node.trustedHeaders ?? []) {
    const name = written.trim().toLowerCase();
    if (places?.header.has(name)) {
      warn(
        `the trusted header ${written} is where callers send credentials: it is not sent on, so that credentials are not passed on`,
        "remove it; what an API needs belongs in the authentication of its consumes entry",
      );
    } else if (!isToken(name) || NEVER.has(name)) {
      warn(
        `the trusted header ${written} cannot be sent on: it is about the connection, or no name of a header`,
        "remove it",
      );
    } else passing.add(name);
  }
  return [...passing];
}

/**
 * Compiles a forward.
 *
 * @param context The compilation.
 * @param model The surface.
 * @param forwards What the section declares.
 * @throws {Problem} Why nothing can be sent on.
 */
export function compileForward(
  context: PlanContext,
  model: Exposes,
  { node, label }: Forwards & { readonly label: string },
): Forwarding {
  const api = context.operations.api(node.targetNamespace, node, "targetNamespace");
  const { credentials } = api.ready();
  if (credentials.some((credential) => credential.type === "apikey" && credential.placement === "body")) {
    throw new Problem(context.error(
      "unknown-authentication",
      `the key of ${node.targetNamespace} travels in the body, and ${label} passes bodies on as they are`,
      node,
      "targetNamespace",
      "write operations for what is needed, or send the key in a header",
    ));
  }
  const fixed = (api.consumes.inputParameters ?? []).filter((parameter: InputParameter) =>
    parameter.value !== undefined && parameter.in !== "body" && parameter.in !== "formData" &&
    parameter.in !== "path"
  );
  const entry = {
    api,
    operation: { name: "forward", method: "GET" },
    resourceName: undefined,
    path: "",
    parameters: fixed,
  };
  const site = new CallCompilation(new NameScope(context, [], []), entry, node, undefined);
  const operation = { ...compileCall(site, false), source: context.source(node) };
  return new Forwarding(operation, trustedOf(context, model, node), context.door);
}
