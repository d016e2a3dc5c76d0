/**
 * The verbs, and what the help says of each. Their programs are imported when they are used.
 *
 * @module
 */
import { type Flags, FORMAT_FLAG, SELECT_FLAGS, SPEC_FLAGS, WIRE_FLAG } from "./args.ts";

/** One verb. */
export interface Verb {
  readonly usage: string;
  readonly summary: string;
  readonly flags: Flags;
  readonly examples?: readonly string[];
}

/** Where a control port is. */
const CONTROL_FLAGS: Flags = {
  port: { value: "N", help: "The control port; when left out, that of this folder's capability, else 9090" },
  address: { value: "HOST", help: "Where it listens; this machine when left out" },
};

/** Every verb, by name, in the order of the help. */
export const VERBS: Readonly<Record<string, Verb>> = {
  serve: {
    usage: "serve [SPEC…] [--stdio] [--port N] [--host H]",
    summary: "Run everything that specifications expose",
    flags: {
      stdio: { help: "Speak MCP on stdin and stdout, for a client that starts the command" },
      port: { value: "N", help: "Listen on this port instead (the first surface; 0 chooses one)" },
      host: { value: "HOST", help: "Listen on this address instead" },
      workers: {
        value: "N",
        help: "Serve it with this many workers, on several cores; auto means one per core",
      },
      gather: {
        help: "One MCP endpoint for all of them, on --port or --stdio: tools begin with their namespace",
      },
      watch: { help: "Read the document again when it, or what belongs to it, changes" },
      "hide-document": {
        help: "Do not let clients read the document and its contract, /openapi.json and /docs",
      },
      cors: {
        value: "ORIGIN",
        many: true,
        help: "Let web pages of this origin call REST surfaces; * for any",
      },
      ...SELECT_FLAGS,
      verbose: { help: "Report every call on stderr, and harmless deviations of the specification" },
      log: { value: "FORM", choices: ["text", "json"], help: "Lines on stderr as text (default) or json" },
      quiet: { short: "q", help: "Say nothing on stderr but errors" },
      ...WIRE_FLAG,
      ...SPEC_FLAGS,
    },
    examples: ["capstan serve payments.yml", "capstan serve --stdio payments.yml", "capstan serve"],
  },
  call: {
    usage: "call SPEC NAME [name=value …] [--json OBJECT] [--dry-run]",
    summary: "Run one tool, REST operation, flow or consumed operation once",
    flags: {
      json: { value: "OBJECT", help: "Arguments as a JSON object; @FILE or @- reads it" },
      "dry-run": { help: "Print the HTTP request it would send, and send nothing" },
      verbose: { help: "Show each request as it is sent and each answer as it comes, secrets out" },
      ...FORMAT_FLAG,
      ...WIRE_FLAG,
      ...SPEC_FLAGS,
    },
    examples: [
      "capstan call payments.yml list-recent-transactions limit=3",
      "capstan call payments.yml payments.get-transaction id=txn_0001 --dry-run",
    ],
  },
  inspect: {
    usage: "inspect SPEC",
    summary: "Show what a specification offers, needs and reaches",
    flags: {
      ...FORMAT_FLAG,
      ...SELECT_FLAGS,
      verbose: { help: "Report harmless deviations as well, such as older names of keys" },
      ...SPEC_FLAGS,
    },
    examples: ["capstan inspect payments.yml", "capstan inspect payments.yml --format json"],
  },
  permissions: {
    usage: "permissions SPEC",
    summary: "Show its exact reach, as Deno permission flags on one line",
    flags: { ...FORMAT_FLAG, ...SPEC_FLAGS },
    examples: ["capstan permissions payments.yml"],
  },
  validate: {
    usage: "validate SPEC… [--strict]",
    summary: "Check specifications",
    flags: {
      format: {
        value: "FORMAT",
        choices: ["text", "json", "sarif", "github"],
        help: "text (default), json, sarif or github",
      },
      verbose: { help: "Report harmless deviations as well, such as older names of keys" },
      ...SPEC_FLAGS,
    },
    examples: [
      "capstan validate payments.yml",
      "capstan validate --strict --format github specs/*.yml",
      "capstan validate - < payments.yml",
    ],
  },
  compile: {
    usage: "compile SPEC -o FILE [--target T]",
    summary: "Build one binary that is this capability, with its permissions baked in",
    flags: {
      output: { value: "FILE", short: "o", help: "Where the binary goes" },
      target: {
        value: "T",
        help: "The platform, such as x86_64-unknown-linux-gnu; this machine's when left out",
      },
      ...SPEC_FLAGS,
    },
    examples: [
      "capstan compile payments.yml -o payments",
      "capstan compile payments.yml -o payments.exe --target x86_64-pc-windows-msvc",
    ],
  },
  health: {
    usage: "health",
    summary: "Ask a running capability whether all of its surfaces run",
    flags: { ...FORMAT_FLAG, ...CONTROL_FLAGS },
    examples: ["capstan health", "capstan health --port 9090"],
  },
  status: {
    usage: "status",
    summary: "Show what a running capability is, and for how long it has run",
    flags: { ...FORMAT_FLAG, ...CONTROL_FLAGS },
    examples: ["capstan status --format json"],
  },
  metrics: {
    usage: "metrics [--filter PATTERN]",
    summary: "Print the metrics of a running capability",
    flags: {
      filter: { value: "PATTERN", help: "Only lines that this regular expression finds" },
      ...CONTROL_FLAGS,
    },
    examples: ["capstan metrics --filter duration"],
  },
  traces: {
    usage: "traces [ID]",
    summary: "Print what a running capability did lately, call by call",
    flags: {
      operation: { value: "TEXT", help: "Only calls whose name has this text" },
      status: { value: "STATUS", help: "Only calls with this outcome: ok or error" },
      "slower-than": { value: "MS", help: "Only calls that took at least so many milliseconds" },
      limit: { value: "N", help: "The newest N" },
      ...CONTROL_FLAGS,
    },
    examples: ["capstan traces --status error", "capstan traces --slower-than 500 --limit 10"],
  },
  logs: {
    usage: "logs [--follow]",
    summary: "Print the log of a running capability",
    flags: {
      follow: { help: "Continue with new lines until interrupted" },
      level: { value: "LEVEL", help: "Only lines of at least this level: debug, info, warning or error" },
      logger: { value: "NAME", help: "Only lines about this: call, event, missed, drift, script" },
      limit: { value: "N", help: "The newest N; 100 when left out" },
      ...CONTROL_FLAGS,
    },
    examples: ["capstan logs --follow", "capstan logs --level warning --limit 20"],
  },
  reload: {
    usage: "reload [--check]",
    summary: "Have a running capability read its document again",
    flags: { check: { help: "Only say what would happen" }, ...CONTROL_FLAGS },
    examples: ["capstan reload", "capstan reload --check"],
  },
  scripting: {
    usage: "scripting [--set NAME=VALUE]",
    summary: "Show or change what the scripts of a running capability may do",
    flags: {
      set: {
        value: "NAME=VALUE",
        many: true,
        help: "Change enabled, timeout, statementLimit or allowedLanguages",
      },
      ...CONTROL_FLAGS,
    },
    examples: ["capstan scripting --set enabled=false"],
  },
  export: {
    usage: "export openapi SPEC [-o FILE]",
    summary: "Write the REST surface as an OpenAPI document",
    flags: {
      output: {
        value: "FILE",
        short: "o",
        help: "Where it goes; stdout when left out. YAML where it ends in .yaml or .yml",
      },
      surface: { value: "NS", help: "The REST surface of this namespace, not the first" },
      consumed: { value: "NS", help: "The consumed API of this namespace, not a surface" },
      format: { value: "FORMAT", choices: ["json", "yaml"], help: "json (default) or yaml" },
      "spec-version": {
        value: "V",
        choices: ["3.0", "3.1"],
        help: "The version of OpenAPI: 3.1 (default), or 3.0 for tools that read no newer one",
      },
      ...SPEC_FLAGS,
    },
    examples: ["capstan export openapi shop.yml -o openapi.yaml"],
  },
  schema: {
    usage: "schema",
    summary: "Print the JSON Schema of a capability document, for editors",
    flags: {},
    examples: ["capstan schema > capability.schema.json"],
  },
  completions: {
    usage: "completions SHELL",
    summary: "Print a completion script for bash, zsh, fish or powershell",
    flags: {},
    examples: ["capstan completions bash > /etc/bash_completion.d/capstan"],
  },
  help: {
    usage: "help [VERB]",
    summary: "Show this help, or that of a command",
    flags: {},
  },
};

/** What a binary of one capability takes; its reach and its addresses are baked in. */
export const COMPILED_FLAGS: Readonly<Record<"serve" | "call", Flags>> = {
  serve: {
    stdio: { help: "Speak MCP on stdin and stdout" },
    verbose: { help: "Report every call on stderr, not only those that fail" },
    log: { value: "FORM", choices: ["text", "json"], help: "Lines on stderr as text (default) or json" },
    quiet: { short: "q", help: "Say nothing on stderr but errors" },
    ...WIRE_FLAG,
  },
  call: {
    json: { value: "OBJECT", help: "Arguments as a JSON object" },
    "dry-run": { help: "Print the HTTP request it would send, and send nothing" },
    verbose: { help: "Show each request as it is sent and each answer as it comes, secrets out" },
    ...FORMAT_FLAG,
    ...WIRE_FLAG,
  },
};
