/**
 * The parameters of an operation, each with the place it travels in and the input that fills it.
 *
 * @module
 */
import { isToken } from "../../data/http/token.ts";
import type { InputParameter } from "../../../schemas/mod.ts";
import { type PathTemplate, placeOf, type RequestPlace } from "./path_template.ts";
import type { CallCompilation } from "./call_compilation.ts";
import { Problem } from "../problem.ts";
import { reservedPlaces } from "./reserved_places.ts";

/** A parameter, with where its value goes and where it comes from. */
export interface PlacedParameter {
  readonly parameter: InputParameter;
  readonly place: RequestPlace;
  /** The input that gives its value: its own name, but where that name means something else already. */
  readonly input: string;
  /** The input whose value is taken where `input` is left out. */
  readonly otherwise?: string | undefined;
}

const SUFFIXES: Readonly<Record<RequestPlace, string>> = {
  path: "path",
  query: "query",
  header: "header",
  cookie: "cookie",
  body: "body",
  formData: "form",
};

/**
 * The parameters that are sent. Those whose place a credential takes are left out; variables of the environment are
 * given to the caller.
 *
 * @param site The caller, the operation, the node that calls.
 * @param template The path of the operation.
 */
export function placeParameters(site: CallCompilation, template: PathTemplate): PlacedParameter[] {
  const { nameScope, entry } = site, { context } = nameScope, isReserved = reservedPlaces(entry);
  const placed: { parameter: InputParameter; place: RequestPlace }[] = [];
  for (const parameter of entry.parameters) {
    const place = placeOf(parameter, template), { name } = parameter;
    if (place === "environment") {
      if (nameScope.given.has(name) || nameScope.declared.has(name)) continue;
      const secret = context.secret(name, parameter, "name");
      nameScope.given.set(name, () => secret);
    } else if (isReserved(place, parameter)) site.ignore(name);
    else if ((place === "header" || place === "cookie") && name !== "" && !isToken(name)) {
      throw new Problem(context.error(
        "bad-expression",
        `${name} cannot be the name of a ${place}`,
        parameter,
        "name",
        name.includes("{")
          ? "write the name itself: names have no placeholders"
          : "use letters, digits, - and _",
      ));
    } else if (name !== "") placed.push({ parameter, place });
  }
  const keepers = keepersOf(placed);
  return placed.map(({ parameter, place }) => {
    const { name, value, type } = parameter,
      keeper = value === undefined ? keepers.get(name) : undefined;
    if (keeper === undefined || keeper.parameter === parameter || agree(keeper.parameter.type, type)) {
      return { parameter, place, input: name };
    }
    const input = `${name}_${SUFFIXES[place]}`;
    context.warn(
      "one-name-two-places",
      `${name} is ${keeper.parameter.type} in the ${keeper.place} and ${type} in the ${
        place === "formData" ? "form" : place
      }: two inputs, ${name} and ${input}; without ${input} the value of ${name} is sent in both places`,
      parameter,
      undefined,
      "give both the same type, or give one of them another name",
    );
    return { parameter, place, input, otherwise: name };
  });
}

/** A parameter, and where it goes. */
type Placed = { readonly parameter: InputParameter; readonly place: RequestPlace };

/** Of several parameters with one name the one that the input of that name is: the one in the path, else the first. */
function keepersOf(placed: readonly Placed[]): ReadonlyMap<string, Placed> {
  const keepers = new Map<string, Placed>();
  for (const each of placed) {
    const { name, value } = each.parameter, known = value === undefined ? keepers.get(name) : each;
    if (known === undefined || known !== each && known.place !== "path" && each.place === "path") {
      keepers.set(name, each);
    }
  }
  return keepers;
}

/** Whether one value can be meant for both types. */
function agree(a: string | undefined, b: string | undefined): boolean {
  return a === undefined || b === undefined || a === b;
}
