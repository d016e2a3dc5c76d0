/**
 * A gathered endpoint as the main thread sees it: a worker that may reach the servers behind it, and nothing else.
 *
 * @module
 */
import { parseJson, writeJson } from "../../data/json.ts";
import { startWorker } from "../start_worker.ts";

/** Where a gathered endpoint is, and what is behind it. */
export interface GatherSettings {
  /** The servers: a namespace, and where its surface listens. */
  readonly peers: readonly { readonly namespace: string; readonly url: string }[];
  /** Whether it speaks over standard input and output; else it listens. */
  readonly stdio: boolean;
  readonly hostname: string;
  readonly port: number;
}

/** What its worker says. */
export type GatherReport =
  | { readonly type: "ready"; readonly url: string }
  | { readonly type: "refused"; readonly message: string }
  | { readonly type: "finished" };

/** A gathered endpoint. */
export interface GatheredEndpoint {
  /** Where it is reached; rejects where it cannot be served. */
  readonly ready: Promise<string>;
  /** Resolves when it serves nobody any more. */
  readonly finished: Promise<void>;
  /** Stops listening, and waits for the calls in flight. */
  stop(): Promise<void>;
}

/** Starts a gathered endpoint. */
export function startGathered(settings: GatherSettings): GatheredEndpoint {
  const { peers, stdio, hostname, port } = settings;
  const own = `${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
  const worker = startWorker({
    net: [...peers.map(({ url }) => new URL(url).host), ...(stdio ? [] : [own])],
  });
  const ready = Promise.withResolvers<string>(), finished = Promise.withResolvers<void>();
  const over = () => {
    finished.resolve();
    worker.terminate();
  };
  worker.onmessage = ({ data }: MessageEvent<string>) => {
    const report = parseJson(data) as GatherReport;
    if (report.type === "ready") ready.resolve(report.url);
    else if (report.type === "refused") {
      ready.reject(new Error(report.message));
      over();
    } else over();
  };
  worker.onerror = (event) => {
    event.preventDefault();
    ready.reject(new Error(`the gathered endpoint stopped: ${event.message}`));
    over();
  };
  worker.postMessage(["gather", writeJson(settings)]);
  return {
    ready: ready.promise,
    finished: finished.promise,
    stop() {
      worker.postMessage("stop");
      return finished.promise;
    },
  };
}
