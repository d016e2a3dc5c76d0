/**
 * The inputs of a flow: what it declares, and what its operations need beyond that (semantics §2).
 *
 * @module
 */
import { beginningOf } from "../../data/beginning.ts";
import type { InputParameter, InputSchema } from "../../../schemas/mod.ts";
import { patternFault } from "../../data/pattern/mod.ts";
import { nearest } from "../../document/diagnostics/nearest.ts";
import type { NameScope, NeededInput } from "./name_scope.ts";
import { isBodyPath } from "./inputs.ts";
import type { PlanContext } from "../context.ts";
import { Problem } from "../problem.ts";

/** Keys of a consumed parameter that say nothing about the value itself. */
const PLACE_KEYS: ReadonlySet<string> = new Set(["name", "in", "value", "required", "display", "tags"]);

function schemaOf(want: NeededInput): Partial<InputParameter> {
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(want.parameter ?? {})) if (!PLACE_KEYS.has(key)) out[key] = value;
  // An object has a form in a path where a style gives it one.
  const isStyled = /^(?:simple|label|matrix)$/i.test(want.parameter?.style ?? "");
  if (want.inPath && (out["type"] === undefined || (out["type"] === "object" && !isStyled))) {
    out["type"] = "string";
  }
  if (out["description"] === undefined) out["description"] = placeText(want);
  if (want.bytes) {
    out["type"] ??= "string";
    out["encoding"] = "base64";
  }
  return out as Partial<InputParameter>;
}

/** Where an input goes, for one of which nobody says what it is. */
function placeText({ inPath, parameter }: NeededInput): string {
  const { name = "", in: place } = parameter ?? {};
  if (inPath) return "Part of the path of the request.";
  switch (place) {
    case "query":
      return `The query parameter ${name} of the request.`;
    case "header":
      return `The header ${name} of the request.`;
    case "cookie":
      return `The cookie ${name} of the request.`;
    case "body":
    case "formData":
      return `Sent as ${name} in the body of the request.`;
    default:
      return "Sent in the request.";
  }
}

function withoutUndefined(input: InputParameter): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(input).filter(([key, value]) =>
      value !== undefined && (key !== "value" || isBodyPath(input))
    ),
  );
}

/**
 * Tells of a required input that no request carries. Where a call changes something it is refused: to leave it out could
 * turn one delete into many.
 *
 * @throws {Problem} `unused-required-input`.
 */
function tellUnused(context: PlanContext, input: InputParameter, unused: "refused" | "reported"): void {
  const fix =
    `give it a place: a {${input.name}} in the path, an input parameter of the operation, or a with entry`;
  const says = `the required input ${input.name} has no place in the request`;
  if (unused === "refused") {
    throw new Problem(context.error("unused-required-input", says, input, undefined, fix));
  }
  context.warn("unused-required-input", `${says}, and is not sent`, input, undefined, fix);
}

/**
 * The inputs of a compiled flow: declared ones completed from the consumed side, then the undeclared ones.
 *
 * @param nameScope The caller, with everything its parts want recorded.
 * @param options `unused`: what becomes of a required input that the request does not carry. `inherited`: inputs of the flow a tool refers to. `borrowed`: the declared ones are those of that flow. `hidden`: inputs a credential takes the place of; those the tool does not declare itself are left out.
 * @throws {Problem} `unused-required-input`: leaving it out could turn one delete into many.
 */
export function flowInputs(
  nameScope: NameScope,
  options: {
    inherited?: readonly InputParameter[] | undefined;
    borrowed?: boolean;
    hidden?: ReadonlyMap<string, boolean>;
    unused: "refused" | "reported" | undefined;
  },
): InputParameter[] {
  const out: InputParameter[] = [], { context } = nameScope;
  for (const input of nameScope.declared.values()) {
    if ((input.value !== undefined && !isBodyPath(input)) || input.in === "environment") continue;
    const want = nameScope.neededInputs.get(input.name);
    if (!want && options.borrowed && nameScope.given.has(input.name)) continue;
    const hidden = options.hidden?.has(input.name) === true;
    if (
      !want && input.in !== "path" && input.name !== "body" && !hidden && input.required === true &&
      options.unused !== undefined
    ) tellUnused(context, input, options.unused);
    const from = want ? schemaOf(want) : {};
    // What a credential takes the place of, nobody has to give; a with that passes it on keeps its author's word.
    const required = hidden && !want
      ? options.hidden?.get(input.name) === true && input.required === true
      : input.required ?? (want ? want.required && !want.partial : input.in === "path");
    const merged = { ...from, ...withoutUndefined(input), required } as InputParameter;
    if (merged.enum === undefined && from.enum !== undefined && merged.type === from.type) {
      merged.enum = from.enum;
    }
    out.push(merged);
  }
  const known = new Map((options.inherited ?? []).map((input) => [input.name, input]));
  // Of a node that cannot run it is not known what it would use.
  if (!context.problems.isBroken) warnOfUnused(nameScope, out, options);
  for (const want of nameScope.neededInputs.values()) {
    if (nameScope.declared.has(want.name) || options.hidden?.has(want.name)) continue;
    const from = known.get(want.name);
    out.push({
      ...schemaOf(want),
      ...(from ? withoutUndefined(from) : {}),
      name: want.name,
      required: from?.required ?? (want.required && !want.partial),
    } as InputParameter);
  }
  for (const input of out) {
    // What is merged of two sides is at no place of the document: the side that says the pattern is.
    const own = nameScope.declared.get(input.name), from = nameScope.neededInputs.get(input.name)?.parameter;
    tellPatterns(context, input, own?.pattern === input.pattern ? own ?? input : from ?? input);
  }
  return out;
}

/**
 * Warns of declared inputs that are used nowhere; and where a template names no input and nearly names one of those, at
 * the template: the word becomes an input that nobody meant.
 */
function warnOfUnused(
  nameScope: NameScope,
  inputs: readonly InputParameter[],
  { hidden, unused: required }: { readonly hidden?: ReadonlyMap<string, boolean>; readonly unused: unknown },
): void {
  const unused = new Map(
    inputs.filter(({ name }) =>
      name !== "body" && !nameScope.neededInputs.has(name) &&
      !nameScope.given.has(name) &&
      !hidden?.has(name)
    ).map((input) => [input.name, nameScope.declared.get(input.name)!]),
  );
  if (unused.size === 0) return;
  for (const { name, at } of nameScope.neededInputs.values()) {
    if (nameScope.declared.has(name) || at === undefined) continue;
    const near = nearest(name, unused.keys());
    if (near === undefined || unused.get(near)!.in === "path") continue;
    unused.delete(near);
    nameScope.context.warn(
      "unknown-word",
      `{{${name}}} names no declared input, and becomes one; ${near} is used nowhere`,
      at.node,
      at.entry,
      `did you mean {{${near}}}?`,
    );
  }
  for (const [name, input] of unused) {
    if (input.in === "path") {
      if (nameScope.path) warnOfPlaceholder(nameScope, name, nameScope.path);
      continue;
    }
    // Of a required one more is reported.
    if (input.required === true && required !== undefined) continue;
    const fix = `use {{${name}}} in with, or remove the input`;
    nameScope.context.warn("unused-input", `the input ${name} is used nowhere`, input, "name", fix);
  }
}

/** Warns of a placeholder of a path or a uri that nothing uses, with the input that it may have been meant for. */
function warnOfPlaceholder(
  nameScope: NameScope,
  name: string,
  { node, entry }: { readonly node: object; readonly entry: string },
): void {
  const needed = [...nameScope.neededInputs.keys()].filter((other) => !nameScope.declared.has(other));
  const near = nearest(name, needed), { context } = nameScope;
  // Several operations of one path are one mistake.
  if (!context.isFirst(node, `{${name}}`)) return;
  context.warn(
    "unused-input",
    `the placeholder {${name}} of the ${entry} is used nowhere`,
    node,
    entry,
    near === undefined
      ? `use {{${name}}} in with, or remove it from the ${entry}`
      : `did you mean {${near}}? The call needs ${near}`,
  );
}

/** Tells of patterns that are not checked, at any depth of an input. */
function tellPatterns(context: PlanContext, schema: InputSchema, node: object): void {
  const { pattern, items, properties } = schema;
  if (typeof pattern === "string") {
    const fault = patternFault(pattern);
    if (fault !== undefined) {
      const fix = "write a pattern without back references and huge repetitions, or remove it";
      context.warn(
        "pattern-not-checked",
        `the pattern ${beginningOf(pattern, 200)} is not checked: ${fault}`,
        node,
        "pattern",
        fix,
      );
    }
  }
  if (items) tellPatterns(context, items, items);
  for (const property of properties ?? []) tellPatterns(context, property, property);
}
