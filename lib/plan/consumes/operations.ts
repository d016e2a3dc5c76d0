/**
 * The consumed operations: by namespace and name, with whole paths, ready to be called.
 *
 * @module
 */
import type { ConsumedOperation, ConsumedResource, Consumes, InputParameter } from "../../../schemas/mod.ts";
import { diagnostic } from "../../document/diagnostics/diagnostic.ts";
import { nearest } from "../../document/diagnostics/nearest.ts";
import { listed, suggestion } from "../../document/diagnostics/suggestion.ts";
import type { PlanContext } from "../context.ts";
import type { ConsumedApi, ConsumedEntry, ConsumedOperations, ReadyApi } from "./consumed.ts";
import { NOT_READY, prepareApi } from "./prepare.ts";
import { Problem } from "../problem.ts";

/** The whole path of an operation that has a path of its own (semantics §11). */
function joinPath(resource: string, operation: string | undefined, wholePaths: boolean): string {
  if (operation === undefined) return resource;
  if ((operation === "" || operation === "/") && resource !== "" && resource !== "/") return resource;
  if (resource === "" || resource === "/" || wholePaths || repeats(resource, operation)) return operation;
  return resource.replace(/(?<!\/)\/+$/, "") + (operation.startsWith("/") ? operation : `/${operation}`);
}

function repeats(resource: string, operation: string): boolean {
  return operation === resource || operation.startsWith(resource.replace(/(?<!\/)\/+$/, "") + "/");
}

function mergeParameters(lists: readonly (readonly InputParameter[] | undefined)[]): InputParameter[] {
  const merged = new Map<string, InputParameter>();
  for (const list of lists) {
    for (const parameter of list ?? []) merged.set(`${parameter.in ?? "query"} ${parameter.name}`, parameter);
  }
  return [...merged.values()];
}

/** The headers of a resource or an operation, as the parameters they stand for. */
function headerParameters(
  context: PlanContext,
  headers: ConsumedResource["headers"],
): InputParameter[] | undefined {
  return headers?.map((header) => {
    const parameter: InputParameter = { ...header, in: "header" };
    const origin = context.spec.origins.get(header);
    if (origin) context.spec.origins.set(parameter, origin);
    return parameter;
  });
}

function indexApi(context: PlanContext, consumes: Consumes): ConsumedApi {
  const entries: ConsumedEntry[] = [];
  let state: ReadyApi | Problem | undefined;
  const api: ConsumedApi = {
    consumes,
    entries,
    ready() {
      if (state === undefined) {
        try {
          state = context.problems.collect(() => prepareApi(context, consumes));
        } catch (error) {
          if (!(error instanceof Problem)) throw error;
          state = error;
        }
      }
      if (!(state instanceof Problem)) return state;
      const problem = state;
      return context.problems.part(() => {
        throw problem;
      }) ?? NOT_READY;
    },
  };
  const pairs: [ConsumedResource | undefined, ConsumedOperation][] = [];
  for (const resource of consumes.resources ?? []) {
    for (const operation of resource.operations ?? []) pairs.push([resource, operation]);
  }
  for (const operation of consumes.operations ?? []) pairs.push([undefined, operation]);
  const wholePaths = pairs.some(([resource, operation]) => {
    const path = resource?.path ?? "";
    return operation.path !== undefined && path !== "" && path !== "/" && repeats(path, operation.path);
  });
  for (const [resource, operation] of pairs) {
    entries.push({
      api,
      operation,
      resourceName: resource?.name,
      path: joinPath(resource?.path ?? "", operation.path, wholePaths),
      parameters: mergeParameters([
        consumes.inputParameters,
        headerParameters(context, resource?.headers),
        resource?.inputParameters,
        headerParameters(context, operation.headers),
        operation.inputParameters,
      ]),
    });
  }
  return api;
}

/** Finds the consumed operation a `call` names. */
export class OperationIndex implements ConsumedOperations {
  readonly #apis = new Map<string, ConsumedApi[]>();
  readonly #names = new Map<string, readonly string[]>();
  /** Operations by name in any namespace; made when first asked for. */
  #anywhere: Map<string, ConsumedEntry[]> | undefined;
  readonly #byName = new Map<string, ConsumedEntry[]>();
  readonly #context: PlanContext;

  /** @param context The compilation. */
  constructor(context: PlanContext) {
    this.#context = context;
    for (const consumes of context.spec.document.consumes ?? []) {
      const api = indexApi(context, consumes), namespace = consumes.namespace;
      const apis = this.#apis.get(namespace);
      if (apis) apis.push(api);
      else this.#apis.set(namespace, [api]);
      for (const entry of api.entries) {
        this.#add(`${namespace}\0${entry.operation.name}`, entry);
        if (entry.operation.id !== undefined && entry.operation.id !== entry.operation.name) {
          this.#add(`${namespace}\0\0${entry.operation.id}`, entry);
        }
        if (entry.resourceName !== undefined) {
          this.#add(`${namespace}\0\0\0${entry.resourceName}.${entry.operation.name}`, entry);
        }
      }
    }
  }

  #add(key: string, entry: ConsumedEntry): void {
    const entries = this.#byName.get(key);
    if (entries) entries.push(entry);
    else this.#byName.set(key, [entry]);
  }

  /**
   * The API of a namespace; the first, where several have it.
   *
   * @throws {Problem} `unknown-namespace`.
   */
  api(namespace: string, node: object, entry: string): ConsumedApi {
    const known = this.#apis.get(namespace)?.[0];
    if (known) return known;
    throw this.#unknownNamespace(namespace, node, entry);
  }

  #unknownNamespace(namespace: string, node: object, entry: string): Problem {
    const context = this.#context, lost = context.spec.lost[`consumes.${namespace}`];
    if (lost) return new Problem(lost, true);
    return new Problem(context.error(
      "unknown-namespace",
      `nothing consumed has the namespace ${namespace}`,
      node,
      entry,
      suggestion(
        namespace,
        this.namespaces(),
        (list) => `the namespaces are ${list}`,
        "add a consumes entry with that namespace",
      ),
    ));
  }

  /** Every consumed operation, in document order. */
  *entries(): Iterable<ConsumedEntry> {
    for (const apis of this.#apis.values()) for (const api of apis) yield* api.entries;
  }

  /** The namespaces that exist. */
  namespaces(): string[] {
    return [...this.#apis.keys()];
  }

  /** What a `call` names, and the longest namespace that its text begins with. */
  #find(call: string): { entries?: readonly ConsumedEntry[]; namespace?: string } {
    let found: string | undefined;
    for (let dot = call.lastIndexOf("."); dot > 0; dot = call.lastIndexOf(".", dot - 1)) {
      const namespace = call.slice(0, dot), name = call.slice(dot + 1);
      if (!this.#apis.has(namespace)) continue;
      found ??= namespace;
      const entries = this.#byName.get(`${namespace}\0${name}`) ??
        this.#byName.get(`${namespace}\0\0${name}`) ??
        this.#byName.get(`${namespace}\0\0\0${name}`);
      if (entries) return { entries };
    }
    return found === undefined ? {} : { namespace: found };
  }

  /** Whether a `call` names an operation. */
  has(call: string): boolean {
    return this.#find(call).entries !== undefined;
  }

  /**
   * The operations a `call` names; several when a namespace has several of one name.
   *
   * @param call `namespace.operation`.
   * @param node The node that calls, for messages.
   * @throws {Problem} `unknown-namespace`, `unknown-operation` or `no-call`.
   */
  resolve(call: string, node: object): readonly ConsumedEntry[] {
    const { entries, namespace: found } = this.#find(call);
    if (entries) {
      this.#noteSpelling(call, entries[0]!, node);
      return entries;
    }
    const context = this.#context;
    if (!call.includes(".")) {
      throw new Problem(
        context.error(
          "no-call",
          `call: ${call} does not name an operation`,
          node,
          "call",
          this.#suggest(call) ?? "write it as namespace.operation",
        ),
      );
    }
    if (found !== undefined) {
      const name = call.slice(found.length + 1);
      const names = this.#namesOf(found), near = nearest(name, names);
      throw new Problem(context.error(
        "unknown-operation",
        `${found} has no operation ${name}`,
        node,
        "call",
        near === undefined
          ? names.length === 0 ? `add the operation to ${found}` : `its operations are ${listed(names)}`
          : `did you mean ${found}.${near}?`,
      ));
    }
    throw this.#unknownNamespace(call.slice(0, call.indexOf(".")), node, "call");
  }

  /** Notes a call that names an operation by more or by something else than its namespace and name. */
  #noteSpelling(call: string, { api, operation }: ConsumedEntry, node: object): void {
    const full = `${api.consumes.namespace}.${operation.name}`;
    if (call === full) return;
    const message = `call: ${call} is read as ${full}`, at = this.#context.locate(node, "call");
    this.#context.leniencies.push(diagnostic("info", "other-name", message, at, `write call: ${full}`));
  }

  /** The names of a namespace's operations, each once. */
  #namesOf(namespace: string): readonly string[] {
    let names = this.#names.get(namespace);
    if (!names) {
      names = [
        ...new Set(
          this.#apis.get(namespace)!.flatMap((api) => api.entries.map((entry) => entry.operation.name)),
        ),
      ];
      this.#names.set(namespace, names);
    }
    return names;
  }

  /** What somebody meant who named an operation without its namespace. */
  #suggest(call: string): string | undefined {
    const full = this.anywhere(call).map(({ api, operation }) =>
      `${api.consumes.namespace}.${operation.name}`
    );
    if (full.length > 0) return `did you mean ${listed([...new Set(full)])}?`;
    for (const namespace of this.namespaces()) {
      const near = nearest(call, this.#namesOf(namespace));
      if (near !== undefined) return `did you mean ${namespace}.${near}?`;
    }
    return undefined;
  }

  /** The operations of a name in any namespace, for tools that give only an `operationId`. */
  anywhere(name: string): readonly ConsumedEntry[] {
    if (!this.#anywhere) {
      this.#anywhere = new Map();
      for (const entry of this.entries()) {
        for (const each of new Set([entry.operation.name, entry.operation.id])) {
          if (each === undefined) continue;
          const known = this.#anywhere.get(each);
          if (known) known.push(entry);
          else this.#anywhere.set(each, [entry]);
        }
      }
    }
    return this.#anywhere.get(name) ?? [];
  }
}
