/**
 * Starting: every surface of a capability, listening.
 *
 * @module
 */
import type { ExposesMcp, ExposesRest } from "../../schemas/mod.ts";
import type { Capability, Surface } from "../plan/capability.ts";
import { isOneHost } from "../upstream/address.ts";
import { leavesOpen, listenAddress } from "./address.ts";
import { type Handler, isLoopback, listen, type Listener, ListenError } from "./http.ts";
import { createHttpHandler } from "./mcp/http.ts";
import { McpServer } from "./mcp/server.ts";
import { processStreams, serveStdio } from "./mcp/stdio.ts";

/** How surfaces are started. */
export interface StartOptions {
  /** Serve MCP over stdin and stdout instead of listening. */
  readonly stdio?: boolean;
  /** Binds another address than the document says. */
  readonly host?: string;
  /** The port of the first surface, instead of the one the document says. 0 lets the system choose. */
  readonly port?: number;
}

/** One surface that runs. */
export interface Listening {
  readonly type: string;
  readonly namespace: string;
  /** Where it is reached; `stdio` for standard input and output. */
  readonly url: string;
  /** It declares authentication, which this release does not ask for: who can reach it all the same. */
  readonly open?: "this machine" | "everybody";
  /** Names that clients would reject, as written and as sent. */
  readonly renamed?: readonly (readonly [string, string])[];
}

/** Surfaces that run. */
export interface Running {
  readonly listening: readonly Listening[];
  /** Surfaces of the document that are not served, each with the reason. */
  readonly notServed: readonly string[];
  /** Resolves when nothing runs any more. */
  readonly finished: Promise<void>;
  /** Stops listening, and waits for the calls in flight. */
  close(): Promise<void>;
}

const isMcp = (surface: Surface): surface is Surface<ExposesMcp> => surface.model.type === "mcp";
const isRest = (surface: Surface): surface is Surface<ExposesRest> => surface.model.type === "rest";

const speaksStdio = (surface: Surface) =>
  isMcp(surface) && surface.model.transport?.toLowerCase() === "stdio";

/** A surface, for people. */
function named({ model }: Surface): string {
  return `the ${model.type} surface${model.namespace === undefined ? "" : ` ${model.namespace}`}`;
}

/** Whether a capability is to be served over stdio: it was asked for, or its only surface says so. */
export function usesStdio(capability: Capability, options: StartOptions): boolean {
  if (options.stdio !== undefined) return options.stdio;
  const served = capability.surfaces.filter((s) => isMcp(s) || isRest(s));
  return served.length > 0 && served.every(speaksStdio);
}

/**
 * Starts the surfaces of a capability.
 *
 * @param capability The compiled capability.
 * @param options Where to listen.
 * @throws {ListenError} When a port cannot be had, or nothing can be served.
 */
export async function startSurfaces(capability: Capability, options: StartOptions = {}): Promise<Running> {
  const later = capability.surfaces.filter((s) => !isMcp(s) && !isRest(s));
  const notServed = later.map((s) => `${named(s)}: this release serves mcp and rest`);
  if (usesStdio(capability, options)) return startStdio(capability, notServed);
  const able = capability.surfaces.filter((s) => isMcp(s) || isRest(s));
  // Beside surfaces that listen, a server for stdio has to be asked for: stdout is one client's.
  const apart = able.filter((s) =>
    speaksStdio(s) && s.model.port === undefined && options.port === undefined
  );
  const served = able.length > apart.length ? able.filter((s) => !apart.includes(s)) : able;
  if (served !== able) {
    notServed.push(...apart.map((s) => `${named(s)}: it speaks stdio; serve it with --stdio`));
  }
  if (served.length === 0) {
    throw new ListenError(
      "the capability exposes nothing that can be served; add exposes with type: mcp or type: rest",
    );
  }
  const listeners: Listener[] = [], listening: Listening[] = [], ports = new Map<number, string>();
  try {
    for (const [i, surface] of served.entries()) {
      const { model } = surface, namespace = model.namespace ?? model.type;
      const port = i === 0 && options.port !== undefined ? options.port : model.port;
      if (port === undefined) {
        throw new ListenError(
          `the ${model.type} surface ${namespace} names no port; add port: to it, or use --port${
            i > 0 ? " for the first surface" : ""
          }`,
        );
      }
      const other = ports.get(port);
      if (other !== undefined && port !== 0) {
        throw new ListenError(
          `the surfaces ${other} and ${namespace} share the port ${port}; give each its own`,
        );
      }
      ports.set(port, namespace);
      let handler: Handler, renamed: Listening["renamed"];
      if (isMcp(surface)) {
        const server = new McpServer(capability, surface);
        handler = createHttpHandler(server);
        renamed = server.toolbox.renamed;
      } else {
        const { createRestHandler } = await import("./rest/mod.ts");
        handler = createRestHandler(capability, surface as Surface<ExposesRest>);
      }
      const hostname = listenAddress(model, options.host);
      if (!isOneHost(hostname.includes(":") ? `[${hostname.replace(/^\[|\]$/g, "")}]` : hostname)) {
        throw new ListenError(
          `${hostname} is no address to listen on; write an IP address such as 127.0.0.1, or a host name`,
        );
      }
      const listener = listen({ hostname, port, handler });
      listeners.push(listener);
      listening.push({
        type: model.type,
        namespace,
        url: listener.url,
        ...(leavesOpen(model) ? { open: isLoopback(hostname) ? "this machine" : "everybody" } : {}),
        ...(renamed?.length ? { renamed } : {}),
      });
    }
  } catch (error) {
    await Promise.allSettled(listeners.map((listener) => listener.close()));
    throw error;
  }
  let end: () => void;
  const finished = new Promise<void>((resolve) => {
    end = resolve;
  });
  return {
    listening,
    notServed,
    finished,
    async close() {
      await Promise.allSettled(listeners.map((listener) => listener.close()));
      end();
    },
  };
}

function startStdio(capability: Capability, later: readonly string[]): Running {
  const surfaces = capability.surfaces.filter(isMcp);
  const surface = surfaces.find(speaksStdio) ?? surfaces[0];
  if (!surface) {
    throw new ListenError("the capability exposes no MCP server, so there is nothing to serve over stdio");
  }
  const others = capability.surfaces.filter((s) => s !== surface && (isMcp(s) || isRest(s)));
  const server = new McpServer(capability, surface), stop = new AbortController();
  const finished = serveStdio(server, processStreams(), { signal: stop.signal });
  return {
    listening: [{
      type: "mcp",
      namespace: surface.model.namespace ?? "mcp",
      url: "stdio",
      ...(server.toolbox.renamed.length > 0 ? { renamed: server.toolbox.renamed } : {}),
    }],
    notServed: [...later, ...others.map((s) => `${named(s)}: over stdio there is one MCP server`)],
    finished,
    close: async () => {
      stop.abort();
      await finished;
    },
  };
}
