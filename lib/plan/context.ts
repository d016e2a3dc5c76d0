/**
 * What the compilation of every node shares.
 *
 * @module
 */
import type { Aggregate, AggregateFlow } from "../../schemas/mod.ts";
import { JsonPathError } from "../expression/json_path.ts";
import { unclosedPlaceholder } from "../expression/placeholder.ts";
import { Secret } from "../expression/secret.ts";
import { eachString } from "../expression/words.ts";
import { asWarning, type Diagnostic, diagnostic } from "../document/diagnostics/diagnostic.ts";
import { type NamedFile, type ReadText, refusalCode, refusalOfFile } from "../document/files/files.ts";
import type { Location } from "../document/diagnostics/location.ts";
import type { Specification } from "../document/specification.ts";
import type { Host } from "../host/host.ts";
import { createRedactor } from "../telemetry/redact.ts";
import { DriftLog } from "../telemetry/drift.ts";
import { defaultDoor, type Door } from "../upstream/door.ts";
import { Isolate } from "../isolate/isolate.ts";
import type { MakeLink } from "../isolate/link.ts";
import { offloadTo } from "../isolate/offload.ts";
import { makeThread } from "../isolate/make_thread.ts";
import type { Offload } from "../upstream/offload.ts";
import type { Credential } from "../upstream/operation.ts";
import { ScriptLog } from "../telemetry/script_log.ts";
import { type BindValues, declarationOf, fileOf, hasNamespace, valuesFor } from "./binds/scope.ts";
import { badPath } from "./bad_paths.ts";
import { readerOf } from "./files.ts";
import { resolvePath } from "./paths.ts";
import type { FlowTable, Reach } from "./capability.ts";
import { locate } from "./locate.ts";
import type { ConsumedOperations } from "./consumes/consumed.ts";
import { Problem } from "./problem.ts";
import { Problems } from "./problems.ts";
import { fixedWord } from "./consumes/reach.ts";
import { isEnvironmentName, Variables } from "./binds/variables.ts";

/** An aggregate flow, and the aggregate it belongs to. */
export interface AggregateEntry {
  readonly aggregate: Aggregate;
  readonly flow: AggregateFlow;
}

/** What the compilation of every node shares. */
export class PlanContext {
  readonly spec: Specification;
  readonly binds: BindValues;
  readonly reach: readonly Reach[];
  readonly #readFile: (file: NamedFile) => string;
  /** Aggregate flows by `namespace.flow`. */
  readonly aggregates: ReadonlyMap<string, AggregateEntry>;
  readonly diagnostics: Diagnostic[] = [];
  /** Harmless freedoms that were read as what they mean: for who asks for them. */
  readonly leniencies: Diagnostic[] = [];
  /** Every secret that entered an expression, for redaction. */
  readonly secrets: Set<string> = new Set();
  /** OAuth 2.0 credentials by what the document says of them. */
  readonly tokens: Map<string, Credential> = new Map();
  /** Outputs that did not hold what they declare. */
  readonly drift: DriftLog = new DriftLog();
  /** Where scripts and decoders run; nothing of it is made before one does. */
  readonly isolate: Isolate;
  /** What decodes in it. */
  readonly offload: Offload;
  /** What scripts write. */
  readonly scripts: ScriptLog = new ScriptLog();
  /** Set once the consumed operations are indexed. */
  operations!: ConsumedOperations;
  /** Flows by name, for steps that call one. Set once the consumed operations are indexed. */
  flows!: FlowTable;
  readonly #missed: Set<string> = new Set();
  readonly #reported: WeakMap<object, Set<string>> = new WeakMap();
  /** What is wrong with a node while its parts are compiled. */
  readonly problems: Problems = new Problems((error) =>
    error instanceof JsonPathError ? badPath(this.spec, error) : undefined
  );
  /** The variables that nodes can use. */
  readonly variables: Variables;
  /** A variable without a value is no error: the capability is only looked at. */
  readonly bindsOptional: boolean;
  /** Sends the requests of this capability. */
  readonly door: Door;
  /** Takes lines for the operator; undefined where nobody reads them. */
  readonly host: Pick<Host, "log"> | undefined;
  #redactor: ((text: string) => string) | undefined;
  #known = -1;

  /** @param parts The specification and what surrounds it. */
  constructor(parts: {
    spec: Specification;
    binds: BindValues;
    reach: readonly Reach[];
    readText: ReadText;
    bindsOptional: boolean;
    door?: Door | undefined;
    makeLink?: MakeLink | undefined;
    isolate?: Isolate | undefined;
    host?: Pick<Host, "log"> | undefined;
  }) {
    this.host = parts.host;
    this.door = parts.door ?? defaultDoor();
    this.isolate = parts.isolate ?? new Isolate(parts.makeLink ?? makeThread);
    this.offload = offloadTo(this.isolate);
    this.spec = parts.spec;
    this.binds = parts.binds;
    this.reach = parts.reach;
    this.#readFile = readerOf(parts.spec, parts.readText);
    this.bindsOptional = parts.bindsOptional;
    this.variables = new Variables(parts.spec);
    const aggregates = new Map<string, AggregateEntry>();
    for (const aggregate of parts.spec.document.aggregates ?? []) {
      for (const flow of aggregate.flows ?? []) {
        const name = aggregate.namespace === undefined ? flow.name : `${aggregate.namespace}.${flow.name}`;
        if (!aggregates.has(name)) aggregates.set(name, { aggregate, flow });
      }
    }
    this.aggregates = aggregates;
  }

  /**
   * The text of a file that a node names.
   *
   * @param file The file.
   * @param what What it is to the author, such as `the script file`.
   * @param node The node that names it, and the entry that does.
   * @throws {Problem} `file-not-found` or `file-refused`.
   */
  readFile(file: NamedFile, what: string, node: object, entry: string): string {
    try {
      return this.#readFile(file);
    } catch (error) {
      const refused = refusalOfFile(error, file);
      throw new Problem(
        this.error(refusalCode(refused), `${what} ${file.path} ${refused.said}`, node, entry, refused.fix),
      );
    }
  }

  /** Takes every secret that entered an expression out of a text. */
  redact(text: string): string {
    if (!this.#redactor || this.#known !== this.secrets.size) {
      this.#known = this.secrets.size;
      this.#redactor = createRedactor(this.secrets);
    }
    return this.#redactor(text);
  }

  /** Values of variables as the file of a node sees them. */
  valuesFor(node: object): BindValues {
    return valuesFor(this.spec, this.binds, node);
  }

  /**
   * The value of a variable, wrapped.
   *
   * @param word A word of a template.
   * @param node The node that uses it, for the message.
   * @param entry The key of the node.
   * @throws {Problem} `missing-variable`, unless values are optional.
   */
  secret(word: string, node: object, entry?: string): Secret {
    const value = fixedWord(word, this.valuesFor(node));
    if (value !== undefined) {
      this.secrets.add(value);
      return new Secret(value);
    }
    if (this.bindsOptional) {
      this.#warnOfMissing(word, node, entry);
      return new Secret("");
    }
    const missing = this.missing(word, node, entry);
    return this.problems.goPast(new Problem(missing), new Secret(""));
  }

  /** The diagnostic of a variable that is used and has no value (semantics §1). */
  missing(word: string, node: object, entry?: string): Diagnostic {
    const declared = declarationOf(this.spec, fileOf(this.spec, node), word);
    const bind = declared?.bind, key = declared?.key ?? word.replace(/^env\./, "");
    const source = bind?.keys?.[key] ?? key;
    const where = bind?.location === undefined
      ? undefined
      : (/^(file:|\.{0,2}\/)/i.test(bind.location)
        ? resolvePath(this.spec, bind, bind.location)
        : bind.location);
    const near = declared ? undefined : this.variables.near(word.replace(/^env\./, ""), node);
    const dot = word.indexOf("."), namespace = word.slice(0, Math.max(0, dot));
    if (
      !declared && dot > 0 && namespace !== "env" &&
      hasNamespace(this.spec, fileOf(this.spec, node), namespace)
    ) {
      return this.error(
        "missing-variable",
        `the bind ${namespace} declares no ${word.slice(dot + 1)}`,
        node,
        entry,
        near === undefined
          ? `add ${word.slice(dot + 1)} to the keys of ${namespace}`
          : `did you mean {{${near}}}?`,
      );
    }
    return this.error(
      "missing-variable",
      `the variable ${key} has no value` +
        (bind
          ? `: the bind${bind.namespace ? ` ${bind.namespace}` : ""} takes ${source} from ${
            where ?? "the environment"
          }`
          : ""),
      node,
      entry,
      near !== undefined
        ? `did you mean {{${near}}}?`
        : where === undefined
        ? `set ${source} in the environment or in a file given with --env-file`
        : `add ${source} to ${where}, or set it in the environment`,
    );
  }

  /** Whether something of a node is to be reported for the first time. */
  isFirst(node: object, what: string): boolean {
    const known = this.#reported.get(node) ?? new Set();
    this.#reported.set(node, known);
    return known.size < known.add(what).size;
  }

  /** Says once, where a specification is only looked at, that a variable has no value. */
  #warnOfMissing(word: string, node: object, entry?: string): void {
    const key = `${fileOf(this.spec, node)} ${word.replace(/^env\./, "")}`;
    if (this.#missed.has(key)) return;
    this.#missed.add(key);
    this.diagnostics.push(asWarning(this.missing(word, node, entry)));
  }

  /**
   * Refuses text with a placeholder that opens and is never closed, and warns of `${X}` and `$X` where a variable was
   * surely meant.
   *
   * @param value A text, or a tree that holds some.
   * @param node The node that holds it.
   * @param entry Its key there.
   * @param isInput Whether whoever calls has an input of a name.
   * @throws {Problem} `bad-template`.
   */
  checkTemplates(
    value: unknown,
    node: object,
    entry: string | undefined,
    isInput: (name: string) => boolean = () => false,
  ): void {
    eachString(value, (text) => {
      if (text.includes("{{")) {
        const open = unclosedPlaceholder(text);
        if (open !== undefined) throw new Problem(this.#unclosed(open, node, entry, "}}"));
      }
      const bare = /^\{(\w+)\}$/.exec(text.trim()) ?? /^\$\.([A-Za-z_]\w*)$/.exec(text.trim());
      if (bare && isInput(bare[1]!)) {
        return this.warn(
          "bad-expression",
          `${bare[0]} is not a placeholder and is sent as it is written`,
          node,
          entry,
          `write {{${bare[1]}}}`,
        );
      }
      if (!text.includes("$")) return;
      const found = /\$\{(\w+)\}/.exec(text) ?? /^\$([A-Za-z_]\w*)$/.exec(text.trim()), name = found?.[1];
      if (
        name === undefined || !(isInput(name) || this.variables.isDeclared(name) || isEnvironmentName(name))
      ) return;
      this.warn(
        "bad-expression",
        `${found![0]} is not a placeholder and is sent as it is written`,
        node,
        entry,
        `write {{${name}}}`,
      );
    });
  }

  /**
   * Refuses a path with a placeholder that opens and is never closed.
   *
   * @throws {Problem} `bad-template`.
   */
  checkPath(path: string, node: object, entry: string): void {
    const open = unclosedPlaceholder(path, true);
    if (open === undefined) return;
    throw new Problem(this.#unclosed(open, node, entry, open.startsWith("{{") ? "}}" : "}"));
  }

  #unclosed(open: string, node: object, entry: string | undefined, close: string): Diagnostic {
    return this.error(
      "bad-template",
      `${open} opens a placeholder that is never closed`,
      node,
      entry,
      `close it with ${close}`,
    );
  }

  /** An error diagnostic at a node; not yet reported. */
  error(
    code: Diagnostic["code"],
    message: string,
    node: object,
    entry?: string | number,
    fix?: string,
  ): Diagnostic {
    return diagnostic("error", code, message, this.locate(node, entry), fix);
  }

  /** Reports a warning at a node. */
  warn(code: Diagnostic["code"], message: string, node: object, entry?: string | number, fix?: string): void {
    this.diagnostics.push(diagnostic("warning", code, message, this.locate(node, entry), fix));
  }

  /** The location of a node or of one of its entries: its value, or its key. */
  locate(node: object, entry?: string | number, part?: "key" | "value"): Location {
    return locate(this.spec, node, entry, part);
  }

  /** `file:line:column` of a node, for run-time errors. */
  source(node: object): string {
    const { file, line, column } = this.locate(node);
    return `${file}:${line}:${column}`;
  }
}
