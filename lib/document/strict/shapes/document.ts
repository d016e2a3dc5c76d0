/**
 * A whole document: its version, its information and its sections.
 *
 * @module
 */
import { atLeastOne, needs, without } from "../choice.ts";
import type { StrictDialect } from "../dialect.ts";
import { anyText, closed, type Fields, list, oneOfWords, req } from "../notation.ts";
import { has, type Probe, type Shape } from "../shape.ts";
import { binds, consumes } from "./consumes.ts";
import { exposes } from "./exposes.ts";
import { aggregates } from "./tools.ts";
import { day, email } from "./words.ts";

function info(dialect: StrictDialect): Shape {
  return closed("info", {
    [dialect.display]: req(anyText),
    description: req(anyText),
    tags: list(anyText),
    created: day,
    modified: day,
    ...dialect.from("beta4", { version: anyText }),
    stakeholders: list(closed("a stakeholder", {
      role: req(anyText),
      fullName: req(anyText),
      email,
    })),
  });
}

/** A capability document has `capability`; a shared one has exactly one section of its own. */
function kind(dialect: StrictDialect): Shape {
  const sections = dialect.since("alpha3") ? ["consumes", "exposes", "aggregates", "binds"] : ["consumes"];
  return (value: unknown, probe: Probe) => {
    const there = sections.filter((section) => has(value, section));
    if (has(value, "capability")) {
      if (!dialect.since("alpha3")) without("beside `capability`", "consumes")(value, probe);
      return;
    }
    if (there.length === 1) return;
    if (there.length > 1) return without(`beside \`${there[0]}\``, ...there.slice(1))(value, probe);
    probe.report({
      code: "strict-missing-key",
      message: `A document needs \`capability\`, or ${oneOfWords(sections)} when it is to be imported.`,
      fix: "Add `capability:`.",
    });
  };
}

function version(dialect: StrictDialect): Shape {
  return (value, probe) => {
    if (value === dialect.version) return;
    probe.report({
      code: "strict-version",
      message: `The version is not the text \`${dialect.version}\`.`,
      fix: `Write ${dialect.root}: "${dialect.version}".`,
    });
  };
}

/** The shape of a document of one version. */
export function document(dialect: StrictDialect): Shape {
  const what = "a capability";
  const sections: Fields = { binds: binds(dialect), consumes: consumes(dialect) };
  const shared: Fields = dialect.from("alpha3", {
    exposes: exposes(dialect),
    aggregates: aggregates(dialect),
  });
  const capability = closed(
    what,
    {
      ...sections,
      exposes: exposes(dialect),
      ...dialect.from("alpha2", { aggregates: aggregates(dialect) }),
    },
    atLeastOne(what, { exposes: needs(what, "exposes"), consumes: needs(what, "consumes") }),
  );
  return closed(
    "a document",
    { [dialect.root]: req(version(dialect)), info: info(dialect), ...sections, ...shared, capability },
    kind(dialect),
  );
}
