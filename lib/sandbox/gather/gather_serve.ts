/**
 * Serving a gathered endpoint, in a worker that reaches the servers behind it and nothing else.
 *
 * @module
 */
import { CONNECTION_HEADERS } from "../../data/http/header_names.ts";
import { DEFAULT_REQUEST_BYTES, listen, ListenError, readText } from "../../expose/http.ts";
import { Gathered } from "../../expose/gather/gather.ts";
import type { Peer, PeerAnswer } from "../../expose/gather/peer.ts";
import { serveGatheredStdio } from "../../expose/gather/stdio.ts";
import { processStreams } from "../../expose/mcp/transports/process_streams.ts";
import { denoHost } from "../../host/deno.ts";
import { CALL_MS } from "../../plan/deadline.ts";
import { Deadline } from "../../upstream/time/deadline.ts";
import { FetchedResponse } from "../../upstream/response/fetched_response.ts";
import { openDoor } from "../../upstream/door.ts";
import type { GatherReport, GatherSettings } from "./gather.ts";

/** The most an answer of a server may hold, in bytes. */
const ANSWER_BYTES = 64 * (1 << 20);
/** How much longer than a call this waits, in milliseconds: the server words what is late. */
const MORE_MS = 2_000;

/** Headers that are about one connection, or about a page: they go no further. */
const LEFT = new Set([
  ...CONNECTION_HEADERS,
  ...[
    "host",
    "content-length",
    "accept",
    "accept-encoding",
    "origin",
    "referer",
    "cookie",
    "mcp-session-id",
    "expect",
  ],
]);

/** Headers of an answer that the caller gets. */
const PASSED = new Set(["content-type", "www-authenticate", "retry-after"]);

/** The headers of an answer that go on. */
const passed = (headers: Iterable<[string, string]>) =>
  [...headers].filter(([name]) => PASSED.has(name.toLowerCase()));

function peerAt(namespace: string, origin: string): Peer {
  const door = openDoor(denoHost(() => {})), home = { origin, path: "/mcp", namespace };
  return {
    namespace,
    async send({ body, headers, query, signal, takesEvents = false }) {
      const deadline = new Deadline({ deadline: performance.now() + CALL_MS + MORE_MS, signal });
      try {
        const request = {
          method: "POST",
          url: `${origin}/mcp${query}`,
          headers: [
            ...headers.filter(([name]) => !LEFT.has(name) && !name.startsWith("sec-")).map(([n, v]) =>
              [n, v] as [string, string]
            ),
            ["accept", takesEvents ? "application/json, text/event-stream" : "application/json"] as [
              string,
              string,
            ],
          ],
        };
        const sending = { home, reach: [home], repeatable: false };
        if (takesEvents) {
          const bytes = new TextEncoder().encode(body);
          return await answerOf(
            await door.stream({ ...request, body: bytes }, sending, deadline, signal ?? deadline.signal),
          );
        }
        const response = await door.send({ ...request, body }, sending, deadline);
        const text = new TextDecoder().decode(await response.bytes(ANSWER_BYTES));
        return {
          status: response.status,
          headers: passed(response.headers),
          text,
        };
      } finally {
        deadline.stop();
      }
    },
  };
}

/** An answer that may be a stream of events. */
async function answerOf(response: Response): Promise<PeerAnswer> {
  const { status, body } = response, headers = passed(response.headers);
  if (body && response.headers.get("content-type")?.startsWith("text/event-stream")) {
    return { status, headers, text: "", body };
  }
  const bytes = await new FetchedResponse(response).bytes(ANSWER_BYTES);
  return { status, headers, text: new TextDecoder().decode(bytes) };
}

const toResponse = ({ status, headers, text, body }: PeerAnswer) =>
  new Response(body ?? (text === "" ? null : text), { status, headers: headers.map(([n, v]) => [n, v]) });

const textResponse = (status: number, text: string) =>
  new Response(JSON.stringify({ jsonrpc: "2.0", id: null, error: { code: -32600, message: text } }), {
    status,
    headers: { "content-type": "application/json" },
  });

async function answerHttp(gathered: Gathered, request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  if (pathname !== "/" && pathname !== "/mcp" && pathname !== "/mcp/") {
    return textResponse(404, `No MCP endpoint at ${pathname}. It is at / and /mcp.`);
  }
  if (request.method !== "POST") {
    const response = textResponse(405, `${request.method} is not supported here. Send JSON-RPC with POST.`);
    response.headers.set("allow", "POST");
    return response;
  }
  if (!/^application\/json\b/i.test(request.headers.get("content-type") ?? "")) {
    return textResponse(415, "Send JSON: the Content-Type must be application/json.");
  }
  const body = await readText(request, DEFAULT_REQUEST_BYTES);
  if (body === undefined) {
    return textResponse(413, `The request is larger than ${DEFAULT_REQUEST_BYTES} bytes.`);
  }
  if (body === null) return textResponse(400, "Parse error: the body is not UTF-8 text");
  return toResponse(
    await gathered.answer({
      body,
      headers: [...request.headers],
      query: search,
      signal: request.signal,
      takesEvents: request.headers.get("accept")?.includes("text/event-stream") === true,
    }),
  );
}

/**
 * Serves a gathered endpoint.
 *
 * @param settings Where, and the servers behind it.
 * @param say Takes what the main thread is to know.
 * @returns Stops it.
 */
export function serveGathered(settings: GatherSettings, say: (report: GatherReport) => void): () => void {
  const gathered = new Gathered(settings.peers.map(({ namespace, url }) => peerAt(namespace, url)));
  if (settings.stdio) {
    say({ type: "ready", url: "stdio" });
    void serveGatheredStdio(gathered, processStreams()).then(() => say({ type: "finished" }));
    return () => say({ type: "finished" });
  }
  try {
    const { hostname, port } = settings;
    const listener = listen({ hostname, port, handler: (request) => answerHttp(gathered, request) });
    say({ type: "ready", url: listener.url });
    return () => void listener.close().then(() => say({ type: "finished" }));
  } catch (error) {
    if (!(error instanceof ListenError)) throw error;
    say({ type: "refused", message: error.message });
    return () => {};
  }
}
