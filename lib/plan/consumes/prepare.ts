/**
 * What every operation of a consumed API shares: its address, its credentials, its fixed headers.
 *
 * @module
 */
import type { Consumes } from "../../../schemas/mod.ts";
import type { PlanContext } from "../context.ts";
import { Problem } from "../problem.ts";
import type { ReadyApi } from "./consumed.ts";
import { isCredentialName } from "../../upstream/credential_name.ts";
import { compileCredentials, compileFixedText, secretText } from "./credentials.ts";
import { clearTextHost } from "./in_clear.ts";
import { resolveBase, UNSET_BASE } from "./reach.ts";
import { isForbiddenAddress, isForbiddenName } from "../../upstream/guard/address.ts";
import type { Base } from "../../upstream/operation.ts";

/** Stands for an API whose variables have no value while what else is wrong with a node is looked for; nothing keeps it. */
export const NOT_READY: ReadyApi = { base: UNSET_BASE, credentials: [], fixedHeaders: [] };

/**
 * Prepares an API.
 *
 * @throws {Problem} Why nothing of it can be called.
 */
export function prepareApi(context: PlanContext, consumes: Consumes): ReadyApi {
  const type = consumes.type?.toLowerCase() ?? "http";
  if (type !== "http") {
    throw new Problem(
      context.error(
        "unknown-namespace",
        `consumes of type ${consumes.type} cannot be called`,
        consumes,
        "type",
        "use type: http",
      ),
    );
  }
  const { problems } = context;
  problems.part(() => refuseTunnel(context, consumes));
  const credentials = problems.part(() => compileCredentials(context, consumes)) ?? [];
  const base: Base = problems.part(() => baseOf(context, consumes)) ?? UNSET_BASE;
  for (const secret of base.secrets ?? []) context.secrets.add(secret);
  const fixedHeaders = (consumes.headers ?? []).map((header) => ({
    name: header.name,
    value: problems.part(() =>
      (isCredentialName(header.name) ? secretText : compileFixedText)(
        context,
        header.value,
        header,
        "value",
      )
    ) ?? "",
  }));
  const api = { base, credentials, fixedHeaders };
  const host = clearTextHost(api);
  if (host !== undefined) {
    context.warn(
      "credentials-in-clear",
      `the credentials of ${consumes.namespace} go to ${host} over plain http, so anybody on the way can read them`,
      consumes,
      "baseUri",
      "use https",
    );
  }
  return api;
}

/**
 * The base address of an API, with its variables filled in.
 *
 * @throws {Problem} `no-base-uri`, `invalid-base-uri` or `missing-variable`.
 */
function baseOf(context: PlanContext, consumes: Consumes): Base {
  let base = resolveBase(consumes, context.valuesFor(consumes));
  if (!("origin" in base) && base.missing !== undefined && context.bindsOptional) {
    if (!context.variables.isDeclared(base.missing)) {
      context.warn("missing-variable", base.problem, consumes, "baseUri", base.fix);
    }
    base = UNSET_BASE;
  }
  if (!("origin" in base)) {
    const entry = consumes.baseUri === undefined ? undefined : "baseUri";
    throw new Problem(context.error(
      base.missing === undefined
        ? (consumes.baseUri ? "invalid-base-uri" : "no-base-uri")
        : "missing-variable",
      base.problem,
      consumes,
      entry,
      base.fix,
    ));
  }
  warnBlocked(context, consumes, base);
  return base;
}

/** Tells of an address that no call will reach. */
function warnBlocked(context: PlanContext, consumes: Consumes, { origin }: Base): void {
  const host = URL.parse(origin)?.hostname ?? "";
  if (!isForbiddenAddress(host) && !isForbiddenName(host)) return;
  context.warn(
    "blocked-address",
    `${consumes.namespace} is at ${host}, a link-local or metadata address, which is never called`,
    consumes,
    "baseUri",
    "write the address of the API",
  );
}

/**
 * Capstan opens no tunnels. An API behind one is called directly only where its author allows that: otherwise its
 * credentials would cross a network they were not meant for.
 */
function refuseTunnel(context: PlanContext, consumes: Consumes): void {
  const { tunnel, namespace } = consumes;
  if (tunnel === undefined || tunnel === null) return;
  if ((tunnel as { fallback?: unknown }).fallback === "direct") {
    const message = `${namespace} is called directly, since Capstan opens no tunnels`;
    return context.warn("no-tunnel", message, consumes, "tunnel");
  }
  throw new Problem(context.error(
    "no-tunnel",
    `${namespace} is to be called through a tunnel, and Capstan opens none`,
    consumes,
    "tunnel",
    `write fallback: direct to call it without one, or name an address on this side with --base-uri ${namespace}=URL`,
  ));
}
