/**
 * What a REST section means: its operations, and the paths it forwards.
 *
 * @module
 */
import type { ExposesRest, InputParameter, RestOperation, RestResource } from "../../schemas/mod.ts";
import { pathPieces, plainName } from "../expression/words.ts";
import type { DeclaredCallable, DisabledReason } from "../plan/callable.ts";
import { unclosedPath, withPlaceholders } from "./placeholders.ts";
import { inputWarnings, resourceWarnings, unroutable } from "./rest_findings.ts";
import { offersNothing } from "./nothing.ts";
import type { SurfaceType } from "./surface_type.ts";

/** The method of an operation, in capitals. */
export const methodOf = ({ method }: RestOperation): string => method?.toUpperCase() ?? "GET";

/** The path of a resource. */
export const pathOf = ({ path }: RestResource): string => path ?? "/";

/** The meaning of `type: rest`. */
export const restSection: Omit<SurfaceType<ExposesRest>, "create"> = {
  type: "rest",
  takesPages: true,
  warnings: (model) => [
    ...offersNothing(model, [model.resources], "add resources"),
    ...(model.resources ?? []).flatMap(resourceWarnings),
  ],
  callables: (model) =>
    (model.resources ?? []).flatMap((resource) => [
      ...(resource.operations ?? []).map((operation) => operationOf(model, resource, operation)),
      ...(resource.forward === undefined ? [] : [forwardOf(resource)]),
    ]),
};

function operationOf(model: ExposesRest, resource: RestResource, operation: RestOperation): DeclaredCallable {
  const path = pathOf(resource), route = `${methodOf(operation)} ${path}`, { name } = operation;
  // The most specific of a name wins: the operation's, the resource's, the surface's.
  const byName = new Map<string, InputParameter>();
  for (const list of [model.inputParameters, resource.inputParameters, operation.inputParameters]) {
    for (const input of list ?? []) byName.set(input.name, input);
  }
  const own = [...operation.inputParameters ?? [], ...resource.inputParameters ?? []];
  const namespaces = [model.namespace, resource.name].filter((n) => n !== undefined);
  return {
    kind: "operation",
    name: name ?? route,
    aliases: [route, ...(name === undefined ? [] : namespaces.map((n) => `${n}.${name}`))],
    label: `operation ${route}`,
    node: operation,
    runs: {
      node: operation,
      inputs: withPlaceholders([...byName.values()], path),
      mediaType: operation.responseBinary?.mediaType,
      path: { node: resource, entry: "path" },
    },
    warnings: inputWarnings(methodOf(operation), path, [...byName.values()], own),
    refusal: unclosedPath(path, resource, "path") ?? unroutable(resource, operation) ??
      withoutPlace(own.filter((input) => byName.get(input.name) === input), path),
  };
}

function forwardOf(resource: RestResource): DeclaredCallable {
  const path = pathOf(resource), node = resource.forward!;
  return {
    kind: "forward",
    name: path,
    aliases: [],
    label: `forward ${path}`,
    node,
    forwards: { node },
    refusal: unclosedPath(path, resource, "path"),
  };
}

/**
 * Refuses an input that is said to stand in a path and does not: no request could ever give it, and to ignore it could
 * turn one delete into many.
 */
function withoutPlace(inputs: readonly InputParameter[], path: string): DisabledReason | undefined {
  const places = new Set(
    pathPieces(path).flatMap((piece) => typeof piece === "string" ? [] : [plainName(piece.word)]),
  );
  const lost = inputs.find((input) =>
    input.in === "path" && input.value === undefined && input.required !== false &&
    !places.has(plainName(input.name))
  );
  return lost && {
    code: "path-parameter-without-place",
    message: `the path parameter ${lost.name} has no place in the path ${path}`,
    node: lost,
    fix: `add {${lost.name}} to the path, or say where else it travels`,
  };
}
