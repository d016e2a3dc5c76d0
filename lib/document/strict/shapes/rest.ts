/**
 * The REST surface: resources, operations and forwarding.
 *
 * @module
 */
import { all, atLeastOne, needs, typed, whenList, whenMap } from "../choice.ts";
import type { StrictDialect } from "../dialect.ts";
import {
  anyList,
  anyMap,
  anyText,
  anything,
  closed,
  type Fields,
  flag,
  list,
  mapOf,
  number,
  req,
  word,
} from "../notation.ts";
import type { Shape } from "../shape.ts";
import { authentication } from "./authentication.ts";
import { METHODS } from "./consumes.ts";
import { running } from "./flow.ts";
import { outputs } from "./outputs.ts";
import { INPUT_TYPES, outputsOf } from "./tools.ts";
import { address, EXTENDED, KEBAB, kebab, MEDIA_TYPE, mediaType, port, reference, size } from "./words.ts";

function inputs(dialect: StrictDialect): Shape {
  return dialect.collection("an input parameter", { name: EXTENDED }, {
    in: req(word("query", "header", "path", "cookie", "body")),
    type: req(word(...INPUT_TYPES)),
    description: req(anyText),
    pattern: anyText,
    value: anyText,
  });
}

/** What an operation says of its answers since binary content exists. */
const answers: Fields = {
  responses: mapOf(
    { pattern: /^[1-5][\dX]{2}$/u, says: "a status such as `200` or `2XX`" },
    closed("a response", {
      description: anyText,
      content: mapOf(MEDIA_TYPE, closed("a response's content", { binary: flag, schema: anyMap }), 1),
    }),
  ),
  responseBinary: closed("a binary response", {
    status: number({ whole: true, least: 100, most: 599 }),
    mediaType: req(mediaType),
    description: anyText,
  }),
};

const notBoth: Shape = (value, probe) => {
  const map = value as Record<string, unknown>;
  if (map.responses === undefined || map.responseBinary === undefined) return;
  probe.report({
    code: "strict-not-allowed",
    part: "key",
    message: "`responseBinary` is not allowed beside `responses`.",
    fix: "Keep one of them.",
  }, "responseBinary");
};

function operations(dialect: StrictDialect, parameters: Shape): Shape {
  const what = "an operation", out = outputs(dialect);
  const fields: Fields = {
    [dialect.display]: anyText,
    ...dialect.from("alpha3", { tags: list(anyText) }),
    description: anyText,
    method: req(word(...METHODS)),
    inputParameters: parameters,
    ...dialect.from("alpha2", { ref: reference }),
    ...running(dialect),
    outputParameters: dialect.keyed ? anything : anyList,
    ...dialect.from("beta1", answers),
  };
  // The official schemas ask neither for `call` nor for a list: only a list is looked into by the first branch.
  const direct = outputsOf(whenList(out.mapped));
  const stepped = dialect.keyed
    ? all(needs(what, "steps"), outputsOf(out.orchestrated))
    : all(needs(what, "steps", "name"), outputsOf(out.orchestrated));
  const rules = [
    atLeastOne(what, {
      call: direct,
      steps: stepped,
      ...dialect.from("alpha2", { ref: needs(what, "ref") }),
      outputParameters: direct,
    }),
    ...(dialect.since("beta1") ? [whenMap(notBoth)] : []),
  ];
  return dialect.collection(what, { name: KEBAB, optional: true, leastKeyed: 1 }, fields, ...rules);
}

/** The REST surface of one version. */
export function rest(dialect: StrictDialect): Shape {
  const parameters = inputs(dialect), what = "a resource";
  const resources = dialect.collection(
    what,
    { name: KEBAB, optional: true, least: 1 },
    {
      [dialect.display]: anyText,
      ...dialect.from("alpha3", { tags: list(anyText) }),
      description: anyText,
      path: req(anyText),
      inputParameters: parameters,
      operations: operations(dialect, parameters),
      forward: closed("forwarding", { targetNamespace: req(kebab), trustedHeaders: list(anyText, 1) }),
    },
    atLeastOne(what, { operations: needs(what, "operations"), forward: needs(what, "forward") }),
  );
  return typed("a REST surface", {
    address,
    port: req(port),
    namespace: req(kebab),
    authentication: authentication(dialect),
    ...dialect.from("beta1", { maxBinarySize: size }),
    resources,
  });
}
