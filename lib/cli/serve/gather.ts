/**
 * `serve --gather`: one MCP endpoint for everything that several specifications expose over MCP.
 *
 * @module
 */
import { type GatheredEndpoint, startGathered } from "../../sandbox/gather/gather.ts";
import type { Ready } from "../../sandbox/run.ts";
import type { RunningSurface } from "../../expose/running.ts";
import { SURFACE_TYPES } from "../../expose/surface_types.ts";
import { isLoopback } from "../../data/loopback.ts";
import { type Parsed, parsePort, UsageError } from "../args.ts";
import { note } from "../output.ts";
import { stopBySignals } from "./serve_one.ts";

/** Why surfaces cannot be gathered; undefined where they can. */
function faultOf(surfaces: readonly RunningSurface[]): string | undefined {
  if (surfaces.length === 0) return "there is no MCP surface to gather";
  const names = surfaces.map(({ namespace }) => namespace);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  return twice &&
    `two MCP surfaces have the namespace ${twice}; rename one, so that their tools have different names`;
}

function warnOfStdio(surfaces: readonly RunningSurface[]): void {
  for (const { namespace, authentication } of surfaces) {
    if (authentication !== undefined) {
      note(
        `warning: the MCP surface ${namespace} asks who calls (${authentication}), which no caller can show over stdio`,
      );
    }
  }
}

function tell(surfaces: readonly RunningSurface[], url: string, hostname: string): void {
  const names = surfaces.map(({ namespace }) => namespace).join(", ");
  note(`gathered mcp of ${names} on ${url === "stdio" ? "stdin and stdout" : url}`);
  const open = surfaces.filter(({ authentication }) => authentication === undefined);
  if (url !== "stdio" && !isLoopback(hostname) && open.length > 0) {
    note(
      `  WARNING: everybody who can reach this machine over the network can call the tools of ${
        open.map(({ namespace }) => namespace).join(", ")
      }: nobody is asked who they are. Add authentication to it, or leave out --host`,
    );
  }
}

/** A gathered endpoint that waits for the servers behind it. */
export class Gathering {
  readonly #parsed: Parsed;
  /** What each capability serves, in the order of the command line. */
  readonly #served: RunningSurface[][] = [];
  readonly #stops: (() => void)[] = [];
  #endpoint: GatheredEndpoint | undefined;

  /** @param parsed The flags. @throws {UsageError} Where they say nothing, or two things, of where it is. */
  constructor(parsed: Parsed) {
    this.#parsed = parsed;
    if (parsed.has("stdio") === parsed.has("port")) {
      throw new UsageError("--gather needs one place: give it --port N, or --stdio");
    }
    if (parsed.has("stdio") && parsed.has("host")) {
      throw new UsageError("with --stdio nothing listens: leave out --host, or --stdio");
    }
    // The calls it has taken are answered by the servers behind it: it stops first, and they do when it has.
    stopBySignals(() => {
      if (this.#endpoint) void this.#endpoint.stop();
      else this.#stopAll();
    });
  }

  /** Takes what stops one of the capabilities. */
  stoppable(stop: () => void): void {
    this.#stops.push(stop);
  }

  /**
   * A capability serves: its MCP surfaces are gathered.
   *
   * @param ready What it serves.
   * @param place Its place on the command line.
   */
  add({ listening }: Ready, place: number): void {
    this.#served[place] = listening.filter(({ type }) =>
      SURFACE_TYPES.find((known) => known.type === type)?.stdio !== undefined
    );
  }

  /** Starts it, once every capability serves or cannot. @returns Whether it is there. */
  async start(): Promise<boolean> {
    const parsed = this.#parsed,
      hostname = parsed.value("host") ?? "127.0.0.1",
      isStdio = parsed.has("stdio");
    const surfaces = this.#served.flat(), fault = faultOf(surfaces);
    try {
      if (fault !== undefined) throw new Error(fault);
      if (isStdio) warnOfStdio(surfaces);
      this.#endpoint = startGathered({
        peers: surfaces.map(({ namespace, url }) => ({ namespace, url })),
        stdio: isStdio,
        hostname: hostname === "localhost" ? "127.0.0.1" : hostname,
        port: parsePort(parsed.value("port")) ?? 0,
      });
      const url = await this.#endpoint.ready;
      if (!parsed.has("quiet")) tell(surfaces, url, hostname);
      void this.#endpoint.finished.then(() => this.#stopAll());
      return true;
    } catch (error) {
      note(`capstan: ${error instanceof Error ? error.message : String(error)}`);
      this.#stopAll();
      return false;
    }
  }

  #stopAll(): void {
    for (const stop of this.#stops) stop();
  }
}
