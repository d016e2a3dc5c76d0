/**
 * `capstan health`, `status`, `metrics`, `traces`, `logs`, `reload`, `scripting`: what talks to a control port.
 *
 * @module
 */
import { encodeBase64 } from "../data/base64.ts";
import { controlOf } from "../document/control.ts";
import { readSpecification } from "../document/read.ts";
import { fileReader } from "../host/files.ts";
import { dropProxyVariables } from "../sandbox/proxy.ts";
import { parseArgs, type Parsed, parsePort, UsageError } from "./args.ts";
import { note, print, printJson } from "./output.ts";
import { VERBS } from "./verbs.ts";

/** The port of a control surface where nobody says another one. */
const DEFAULT_PORT = 9090;

/** A variable of the environment; none where this program may not read it. */
function variable(...names: readonly string[]): string | undefined {
  for (const name of names) {
    try {
      const value = Deno.env.get(name);
      if (value) return value;
    } catch {
      // It may not be read: then it says nothing.
    }
  }
  return undefined;
}

/** The control port of the first capability of this folder that has one. */
function portOfFolder(): number | undefined {
  const names = [...Deno.readDirSync(".")].map(({ name }) => name).filter((name) => /\.ya?ml$/i.test(name));
  for (const name of names.sort()) {
    try {
      const control = controlOf(readSpecification(name, { readText: fileReader() }).document);
      if (control?.port !== undefined) return control.port;
    } catch {
      // What cannot be read has no control port.
    }
  }
  return undefined;
}

/** Where the control port is: the flags, the environment, the files of this folder, 9090. */
function addressOf(parsed: Parsed): string {
  const named = variable("CAPSTAN_CONTROL_PORT", "IKANOS_CONTROL_PORT");
  const port = parsePort(parsed.value("port")) ?? parsePort(named, "CAPSTAN_CONTROL_PORT") ??
    portOfFolder() ?? DEFAULT_PORT;
  const host = parsed.value("address") ?? variable("CAPSTAN_CONTROL_ADDRESS", "IKANOS_CONTROL_ADDRESS") ??
    "127.0.0.1";
  const shown = host === "localhost"
    ? "127.0.0.1"
    : host.includes(":") && !host.startsWith("[")
    ? `[${host}]`
    : host;
  return `http://${shown}:${port}`;
}

/** Credentials for a control port that asks for them: a bearer token, a name with a password, or any header. */
function credentials(): Record<string, string> {
  const token = variable("CAPSTAN_CONTROL_TOKEN"), user = variable("CAPSTAN_CONTROL_USER");
  const header = variable("CAPSTAN_CONTROL_HEADER");
  if (header !== undefined) {
    const found = /^([!#$%&'*+\-.^_`|~\w]+):[\t ]*([\x21-\x7e][\t\x20-\x7e]*)$/.exec(header);
    // The value may be a secret, and is not shown.
    if (!found) throw new UsageError("CAPSTAN_CONTROL_HEADER takes a header, such as X-Key: and the key");
    return { [found[1]!]: found[2]! };
  }
  if (user !== undefined) {
    return { authorization: `Basic ${encodeBase64(new TextEncoder().encode(user))}` };
  }
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

/**
 * An answer of the control port; undefined where none came, which is said. The rules of the door hold here as well: what
 * shows who asks goes to the port that was named, and neither through a proxy nor on to where an answer leads.
 */
async function ask(
  parsed: Parsed,
  path: string,
  init: { readonly method?: string; readonly body?: string } = {},
): Promise<Response | undefined> {
  const address = addressOf(parsed), shown = credentials();
  try {
    const headers = {
      ...shown,
      ...(init.body === undefined ? {} : { "content-type": "application/json" }),
    };
    dropProxyVariables();
    return await fetch(`${address}${path}`, { ...init, headers, redirect: "manual" });
  } catch {
    note(`capstan: nothing answers at ${address}; start it with a control surface, or name it with --port`);
    return undefined;
  }
}

/** Where the credentials go that a challenge asks for. */
function credentialsHint(challenge: string): string {
  if (/^basic\b/i.test(challenge)) return "give name:password in CAPSTAN_CONTROL_USER";
  if (/^bearer\b/i.test(challenge)) return "give the token in CAPSTAN_CONTROL_TOKEN";
  if (/^digest\b/i.test(challenge)) {
    return "digest is not spoken by this command; use basic, bearer or apikey for it";
  }
  return "give the header with the key in CAPSTAN_CONTROL_HEADER, such as X-Key: and the key";
}

/** What the control port refused, as it said it. */
async function refused(response: Response, path: string): Promise<number> {
  const text = await response.text();
  let said: { error?: string; hint?: string | undefined; detail?: string | undefined } = {};
  try {
    said = JSON.parse(text) ?? {};
    // Others have errors that are objects.
    if (typeof said.error !== "string") said = { detail: said.detail, hint: said.hint };
  } catch {
    said = { detail: text.trim().slice(0, 500) };
  }
  note(`capstan: ${path} answered ${response.status}: ${said.error ?? said.detail ?? response.statusText}`);
  if (said.hint) note(`  ${said.hint}`);
  if (response.status === 401) note(`  ${credentialsHint(response.headers.get("www-authenticate") ?? "")}`);
  if (response.status >= 300 && response.status < 400) {
    note(
      "  redirects are not followed, so that credentials stay with the port that was named; name it with --port",
    );
  }
  // A control port names its errors; what answers otherwise is another surface, or another program.
  if (response.status === 404 && said.error === undefined) {
    note("  this may be no control port; name it with --port");
  }
  return 1;
}

type Run = (parsed: Parsed) => Promise<number>;

/** Prints the lines of an answer while they come. */
async function stream(response: Response): Promise<void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of response.body ?? []) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop()!;
    for (const line of lines) if (line.startsWith("data:")) print(line.slice(5).trim());
  }
}

/** `PT2H3M4S` as `2h 3m 4s`. */
function readable(value: unknown): string {
  const found = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$/.exec(String(value));
  return found
    ? [found[1] && `${found[1]}h`, found[2] && `${found[2]}m`, `${found[3] ?? 0}s`].filter(Boolean).join(" ")
    : String(value);
}

interface Adapter {
  readonly type: string;
  readonly namespace?: string;
  readonly port?: number;
  readonly state: string;
}

function printAdapters(adapters: readonly Adapter[]): void {
  for (const { type, namespace = "", port, state } of adapters) {
    print(
      `  ${[type, namespace].filter(Boolean).join(" ")}${
        port === undefined ? "" : ` on port ${port}`
      }: ${state}`,
    );
  }
}

async function health(parsed: Parsed): Promise<number> {
  const response = await ask(parsed, "/health/ready");
  if (!response) return 1;
  if (response.status !== 200 && response.status !== 503) return await refused(response, "/health/ready");
  const found = await response.json();
  if (parsed.value("format") === "json") printJson(found);
  else {
    print(found.status);
    printAdapters(found.adapters);
  }
  return found.status === "UP" ? 0 : 1;
}

async function status(parsed: Parsed): Promise<number> {
  const response = await ask(parsed, "/status");
  if (!response) return 1;
  if (!response.ok) return await refused(response, "/status");
  const found = await response.json();
  if (parsed.value("format") === "json") printJson(found);
  else {
    const { capability, engine, uptime, adapters } = found;
    print(`${capability.display}${capability.version === undefined ? "" : ` ${capability.version}`}`);
    print(`  capstan ${engine.version}, up for ${readable(uptime)}`);
    printAdapters(adapters);
  }
  return 0;
}

/** A pattern of the command line. */
function patternOf(parsed: Parsed): RegExp | undefined {
  const text = parsed.value("filter");
  if (text === undefined) return undefined;
  try {
    return new RegExp(text);
  } catch {
    throw new UsageError(`--filter takes a regular expression, not ${text}`);
  }
}

async function metrics(parsed: Parsed): Promise<number> {
  const filter = patternOf(parsed), response = await ask(parsed, "/metrics");
  if (!response) return 1;
  if (!response.ok) return await refused(response, "/metrics");
  for (const line of (await response.text()).trimEnd().split("\n")) {
    if (!filter || filter.test(line)) print(line);
  }
  return 0;
}

/** The filters of `traces` and of `logs`: the flag, and what it is in the query. */
const TRACE_FILTERS = {
  operation: "operation",
  status: "status",
  "slower-than": "slowerThanMs",
  limit: "limit",
} as const;
const LOG_FILTERS = { level: "level", logger: "logger", limit: "limit" } as const;

/** The filters that were given, as a query with its question mark. The control port says what is wrong with one. */
function queryOf(parsed: Parsed, filters: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams();
  for (const [flag, name] of Object.entries(filters)) {
    const value = parsed.value(flag);
    if (value !== undefined) query.set(name, value);
  }
  return query.size > 0 ? `?${query}` : "";
}

async function traces(parsed: Parsed): Promise<number> {
  const [id] = parsed.positional, query = queryOf(parsed, TRACE_FILTERS);
  if (id !== undefined && query !== "") {
    throw new UsageError("capstan traces takes filters for the list; one trace is shown whole");
  }
  const path = id === undefined ? `/traces${query}` : `/traces/${encodeURIComponent(id)}`;
  const response = await ask(parsed, path);
  if (!response) return 1;
  if (!response.ok) return await refused(response, path);
  printJson(await response.json());
  return 0;
}

async function logs(parsed: Parsed): Promise<number> {
  if (parsed.has("follow") && parsed.value("limit") !== undefined) {
    throw new UsageError("--limit is for lines that are there already, not for --follow");
  }
  const path = `${parsed.has("follow") ? "/logs/stream" : "/logs"}${queryOf(parsed, LOG_FILTERS)}`;
  const response = await ask(parsed, path);
  if (!response) return 1;
  if (!response.ok) return await refused(response, path);
  if (parsed.has("follow")) await stream(response);
  else printJson(await response.json());
  return 0;
}

async function reload(parsed: Parsed): Promise<number> {
  const path = parsed.has("check") ? "/config/validate" : "/config/reload";
  const response = await ask(parsed, path, { method: "POST" });
  if (!response) return 1;
  if (!response.ok && response.status !== 409) return await refused(response, path);
  const found = await response.json();
  for (const { file, line, column, severity, code, message, fix } of found.diagnostics ?? []) {
    note(`${file}:${line}:${column}: ${severity} ${code} ${message}`);
    if (fix) note(`  fix: ${fix}`);
  }
  if (response.ok) print(found.status);
  else note(`capstan: ${found.error ?? "the document was refused"}; what was served before continues`);
  return response.ok ? 0 : 1;
}

/** The value of a setting, as JSON where it is any. */
function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function scripting(parsed: Parsed): Promise<number> {
  const changes: Record<string, unknown> = {};
  for (const setting of parsed.values("set")) {
    const equals = setting.indexOf("=");
    if (equals < 1) throw new UsageError(`--set takes NAME=VALUE, not ${setting}`);
    changes[setting.slice(0, equals)] = valueOf(setting.slice(equals + 1));
  }
  const changed = Object.keys(changes).length > 0;
  const response = await ask(
    parsed,
    "/scripting",
    changed ? { method: "PUT", body: JSON.stringify(changes) } : {},
  );
  if (!response) return 1;
  if (!response.ok) return await refused(response, "/scripting");
  printJson(await response.json());
  return 0;
}

const RUNS: Readonly<Record<string, Run>> = { health, status, metrics, traces, logs, reload, scripting };

/** Runs one of the verbs. */
export function controlVerb(verb: string): (args: readonly string[]) => Promise<number> {
  return async (args) => {
    const parsed = parseArgs(verb, args, VERBS[verb]!.flags);
    const most = verb === "traces" ? 1 : 0;
    if (parsed.positional.length > most) {
      throw new UsageError(`capstan ${verb} takes no ${parsed.positional[most]}; see capstan help ${verb}`);
    }
    return await RUNS[verb]!(parsed);
  };
}
