/**
 * The surfaces a capability exposes, chosen by their type.
 *
 * @module
 */
import { exactlyOne, needs, typed, variants } from "../choice.ts";
import type { StrictDialect } from "../dialect.ts";
import { anyText, closed, flag, list, mapOf, number, req, text, word } from "../notation.ts";
import type { Probe, Shape } from "../shape.ts";
import { isMap } from "../shape.ts";
import { authentication } from "./authentication.ts";
import { importOr } from "./consumes.ts";
import { control } from "./control.ts";
import { rest } from "./rest.ts";
import { mcpResources, prompts, tools } from "./tools.ts";
import { address, fileUri, KEBAB, kebab, port, size } from "./words.ts";

/** Over stdio there is no port; over HTTP, which is the default, there must be one. */
function transportAndPort(value: unknown, probe: Probe): void {
  if (!isMap(value)) return;
  if (value.transport !== "stdio") return needs("an MCP surface over HTTP", "port")(value, probe);
  if (value.port === undefined) return;
  probe.report({
    code: "strict-not-allowed",
    part: "key",
    message: "`port` is not allowed over stdio.",
    fix: "Remove `port`, or `transport: stdio`.",
  }, "port");
}

function mcp(dialect: StrictDialect): Shape {
  return typed(
    "an MCP surface",
    {
      transport: word("http", "stdio"),
      address,
      port,
      namespace: req(kebab),
      description: anyText,
      ...dialect.from("beta1", { maxBinarySize: size }),
      ...dialect.from("beta4", { ttlMs: number({ whole: true }), cacheScope: word("public", "private") }),
      ...dialect.from("alpha2", { authentication: authentication(dialect) }),
      tools: req(tools(dialect)),
      resources: mcpResources(dialect),
      prompts: prompts(dialect),
    },
    transportAndPort,
  );
}

function skill(dialect: StrictDialect): Shape {
  const what = "a skill tool";
  const skillTools = dialect.collection(
    what,
    { name: KEBAB, least: 1 },
    {
      description: req(anyText),
      from: closed("a source", { sourceNamespace: req(anyText), action: req(anyText) }),
      instruction: anyText,
    },
    exactlyOne(what, { from: needs(what, "from"), instruction: needs(what, "instruction") }),
  );
  return typed("a skill surface", {
    address,
    port: req(port),
    namespace: req(kebab),
    description: anyText,
    authentication: authentication(dialect),
    skills: req(dialect.collection("a skill", { name: KEBAB, least: 1 }, {
      description: req(text({ most: 1024 })),
      license: anyText,
      compatibility: text({ most: 500 }),
      metadata: mapOf(undefined, anyText),
      "allowed-tools": text({ most: 1024 }),
      "argument-hint": anyText,
      "user-invocable": flag,
      "disable-model-invocation": flag,
      location: fileUri,
      tools: skillTools,
    })),
  });
}

/** The `exposes` of one version. */
export function exposes(dialect: StrictDialect): Shape {
  const surface = variants("a surface", "type", {
    rest: rest(dialect),
    mcp: mcp(dialect),
    skill: skill(dialect),
    ...dialect.from("alpha2", { control: control(dialect) }),
  });
  return list(dialect.since("alpha3") ? importOr(dialect, surface, ["type"]) : surface, 1);
}
