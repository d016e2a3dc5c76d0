/**
 * What the tests that cross rooms share: programs run as processes, and specifications written to disk.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

/** The root of the repository. */
export const ROOT: string = fileURLToPath(new URL("../", import.meta.url));

/** A program and its first arguments. */
export type Command = readonly [program: string, ...args: string[]];

/** The bundled command, where one was made for the whole run of the tests (`deno task ci` makes it). */
export const MADE_BUNDLE: string | undefined = Deno.env.get("CAPSTAN_TEST_BUNDLE");

/** The command line: the bundle that was made for this run, else from its sources. */
export const CAPSTAN: Command = [Deno.execPath(), "run", "-A", "--quiet", MADE_BUNDLE ?? `${ROOT}cli.ts`];

/** What a process is given beside its arguments. */
export interface ProcessOptions {
  readonly env?: Record<string, string>;
  readonly clearEnv?: boolean;
  readonly cwd?: string;
  readonly stdin?: string;
}

/** What a process did. */
export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a program to its end. */
export async function run(
  command: Command,
  args: readonly string[],
  options: ProcessOptions = {},
): Promise<Outcome> {
  const [program, ...first] = command, { stdin, cwd, env, clearEnv } = options;
  const child = new Deno.Command(program, {
    args: [...first, ...args],
    env: { NO_COLOR: "1", ...env },
    ...(clearEnv === undefined ? {} : { clearEnv }),
    ...(cwd === undefined ? {} : { cwd }),
    stdin: stdin === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  if (stdin !== undefined) {
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(stdin));
    await writer.close();
  }
  const { code, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

/** A process that serves until it is disposed of. */
export interface Server extends AsyncDisposable {
  /** The addresses it said it listens on. */
  readonly urls: readonly string[];
  /** What it has written to stderr. */
  err(): string;
  /** Sends a signal and waits for the end. */
  end(signal?: Deno.Signal): Promise<number>;
}

/** Starts a program that serves, and waits until it says where its surfaces are. */
export async function startServer(
  command: Command,
  args: readonly string[],
  options: ProcessOptions & { readonly surfaces?: number } = {},
): Promise<Server> {
  const [program, ...first] = command, { cwd, env, clearEnv, surfaces = 1 } = options;
  const child = new Deno.Command(program, {
    args: [...first, ...args],
    env: { NO_COLOR: "1", ...env },
    ...(clearEnv === undefined ? {} : { clearEnv }),
    ...(cwd === undefined ? {} : { cwd }),
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let text = "", ended = false, tell: () => void = () => {};
  const reading = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of child.stderr) {
      text += decoder.decode(chunk, { stream: true });
      tell();
    }
    ended = true;
    tell();
  })();
  const ready = () => ended || text.split(/^ {2}try: .*\n/m).length > surfaces;
  while (!ready()) await new Promise<void>((resolve) => tell = resolve);
  const end = async (signal: Deno.Signal = "SIGTERM") => {
    try {
      child.kill(signal);
    } catch {
      // It has ended by itself.
    }
    await reading;
    return (await child.status).code;
  };
  return {
    urls: [...text.matchAll(/ on (http:\S+)\n/g)].map(([, url]) => url!),
    err: () => text,
    end,
    [Symbol.asyncDispose]: async () => void await end(),
  };
}

/** A folder with files, gone when disposed of. */
export interface Folder extends AsyncDisposable {
  readonly path: string;
}

/** Makes a folder with files in it. */
export async function folderWith(files: Readonly<Record<string, string>>): Promise<Folder> {
  const path = await Deno.makeTempDir({ prefix: "capstan-test-" });
  for (const [name, text] of Object.entries(files)) {
    const file = `${path}/${name}`;
    await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(file, text);
  }
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

/** A server on loopback that keeps what it was asked. */
export interface Upstream extends AsyncDisposable {
  readonly port: number;
  readonly origin: string;
  readonly requests: { method: string; url: URL; headers: Headers; body: string }[];
}

/** Starts a server on loopback. */
export function upstream(handler: (request: Request) => Response | Promise<Response>): Upstream {
  const requests: Upstream["requests"] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const copy = request.clone();
    requests.push({
      method: request.method,
      url: new URL(request.url),
      headers: request.headers,
      body: await copy.text(),
    });
    return await handler(request);
  });
  return {
    port: server.addr.port,
    origin: `http://127.0.0.1:${server.addr.port}`,
    requests,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** Sends one JSON-RPC request to an MCP server over HTTP. */
export async function rpc(
  url: string,
  method: string,
  params: unknown = {},
): Promise<Record<string, unknown>> {
  const answer = await fetch(`${url}/mcp`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": "2025-06-18",
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
  });
  return await answer.json();
}

/** A port that nothing listens on at the moment. */
export function freePort(): number {
  return freePorts(1)[0]!;
}

/** What was given, so that two asked for one after the other are two. */
const GIVEN = new Set<number>();

/**
 * Several ports that nobody listens on now, each another one. They are none of those that the system gives away by itself:
 * one of them could be somebody else's by the time it is used, the later the busier the machine is.
 */
export function freePorts(count: number): number[] {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = 61_000 + Math.floor(Math.random() * 4_500);
    if (GIVEN.has(port)) continue;
    try {
      Deno.listen({ port, hostname: "127.0.0.1" }).close();
      GIVEN.add(port);
      ports.push(port);
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
  return ports;
}
