/**
 * What both lanes are asked in tests: messages of every kind, well and badly formed, and the headers they come with.
 *
 * @module
 */

const META = (version = "2026-07-28") => ({
  "io.modelcontextprotocol/protocolVersion": version,
  "io.modelcontextprotocol/clientCapabilities": {},
  "io.modelcontextprotocol/clientInfo": { name: "c", version: "1" },
});
/** The message that opens a session. */
export const init = (protocolVersion: unknown, more: object = {}): Record<string, unknown> => ({
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { protocolVersion, capabilities: {}, clientInfo: { name: "c", version: "1" }, ...more },
});
/** A message of JSON-RPC. */
export const rpc = (method: unknown, params?: unknown, id: unknown = 7): Record<string, unknown> => ({
  jsonrpc: "2.0",
  id,
  method,
  ...(params === undefined ? {} : { params }),
});
/** A message of a revision without a handshake. */
export const modern = (
  method: string,
  params: object = {},
  id: unknown = 7,
  version?: string,
): Record<string, unknown> => rpc(method, { ...params, _meta: META(version) }, id);

/** Handshakes with something missing or of another type. */
export const MALFORMED_HANDSHAKES: readonly unknown[] = [
  init(5),
  init(undefined),
  init("2025-06-18", { clientInfo: { name: "c" } }),
  init("2025-06-18", { clientInfo: null }),
  init("2025-06-18", { capabilities: undefined }),
  init("2025-06-18", { capabilities: null }),
  init("2025-06-18", { capabilities: [] }),
  rpc("initialize"),
  rpc("initialize", {}),
];

/** The messages both lanes get: good ones and malformed ones. */
export const MESSAGES: readonly unknown[] = [
  ...["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "1999-01-01", "2026-07-28"].map((v) => init(v)),
  ...MALFORMED_HANDSHAKES,
  rpc("ping"),
  rpc("ping", {}, "text-id"),
  rpc("ping", { _meta: { progressToken: 1 } }),
  rpc("ping", [], 8),
  rpc("ping", "x", 8),
  rpc("tools/list"),
  rpc("tools/list", {}),
  rpc("tools/list", { cursor: "x" }),
  rpc("tools/call", { name: "list" }),
  rpc("tools/call", { name: "list", arguments: {} }),
  rpc("tools/call", { name: "one", arguments: { id: "5" } }),
  rpc("tools/call", { name: "one", arguments: {} }),
  rpc("tools/call", { name: "one", arguments: { id: "missing" } }),
  rpc("tools/call", { name: "one", arguments: { idd: "5" } }),
  rpc("tools/call", { name: "one", arguments: null }),
  rpc("tools/call", { name: "one", arguments: [] }),
  rpc("tools/call", { name: "one", arguments: "x" }),
  rpc("tools/call", { name: "one", arguments: 5 }),
  rpc("tools/call", { name: "one", arguments: "" }),
  rpc("tools/call", { name: "one", arguments: '{"id": "5"}' }),
  rpc("tools/call", { name: "one", arguments: "[1]" }),
  rpc("tools/call", { name: "one", arguments: { id: null } }),
  rpc("tools/call", { name: "one", arguments: { id: ["a"], __proto__x: 1 } }),
  rpc("tools/call", { name: "raw", task: { ttl: 1 } }),
  rpc("tools/call", { name: "raw", _meta: null }),
  rpc("tools/call", { name: "raw", _meta: [] }),
  rpc("tools/call", { name: "raw", extra: true }),
  rpc("tools/call", { name: "" }),
  rpc("tools/call", { name: "__proto__" }),
  rpc("tools/call", { name: 5 }),
  rpc("tools/call", {}),
  rpc("tools/call"),
  rpc("tools/call", null),
  rpc("tools/call", { name: "nope" }),
  rpc("tools/call", { name: "raw", _meta: { progressToken: "p" } }),
  rpc("tools/call", { name: "count" }, 'id with "quotes"'),
  rpc("resources/list"),
  rpc("resources/templates/list"),
  rpc("resources/read", { uri: "x:y" }),
  rpc("prompts/list"),
  rpc("prompts/get", { name: "x" }),
  rpc("tasks/list"),
  rpc("subscriptions/listen"),
  rpc("completion/complete", {}),
  rpc("logging/setLevel", { level: "info" }),
  rpc("no/such/method"),
  rpc("server/discover"),
  rpc(""),
  rpc(5),
  rpc("ping", undefined, 0),
  rpc("ping", undefined, ""),
  rpc("ping", undefined, -1),
  rpc("ping", undefined, Number.MAX_SAFE_INTEGER),
  rpc("ping", undefined, true),
  rpc("ping", undefined, null),
  rpc("ping", undefined, 1.5),
  rpc("ping", undefined, { a: 1 }),
  { jsonrpc: "1.0", id: 1, method: "ping" },
  { id: 1, method: "ping" },
  { jsonrpc: "2.0", id: 1 },
  { jsonrpc: "2.0", method: "notifications/initialized" },
  { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 99 } },
  { jsonrpc: "2.0", method: "notifications/unknown" },
  { jsonrpc: "2.0", method: "notifications/progress", params: { progressToken: 1, progress: 1 } },
  { jsonrpc: "2.0", method: "notifications/roots/list_changed" },
  { jsonrpc: "2.0", method: "notifications/cancelled", params: [] },
  { jsonrpc: "2.0", method: "tools/call", params: { name: "raw" } },
  { jsonrpc: "2.0", id: 4, result: {} },
  {},
  [rpc("ping"), rpc("tools/list", {}, 8)],
  [],
  "text",
  5,
  null,
  modern("server/discover"),
  modern("tools/list"),
  modern("tools/list", { cursor: "x" }),
  modern("tools/call", { name: "list", arguments: {} }),
  modern("tools/call", { name: "one", arguments: { id: "5" } }),
  modern("tools/call", { name: "one", arguments: { id: "missing" } }),
  modern("tools/call", { name: "one", arguments: { x: 1 } }),
  modern("tools/call", { name: "count" }, "seven"),
  modern("tools/call", { name: "nope" }),
  modern("tools/call", { name: "one", arguments: 5 }),
  modern("tools/call", { name: "one", arguments: null }),
  modern("tools/call", { name: "one", arguments: '{"id":"5"}' }),
  modern("tools/call", { name: "raw", task: {} }),
  modern("tools/call", {}),
  modern("ping"),
  modern("initialize", { protocolVersion: "2025-06-18" }),
  modern("resources/list"),
  modern("resources/templates/list"),
  modern("prompts/list"),
  modern("no/such"),
  modern("tools/list", {}, 7, "2027-01-01"),
  modern("tools/list", {}, 7, "2025-06-18"),
  modern("tools/list", {}, null),
  { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 1, _meta: META() } },
];

/** Headers a client sends with a message, and some that disagree with it. */
export const HEADERS: readonly [string, (message: Record<string, unknown>) => Record<string, string>][] = [
  ["as the revision wants", (message) => {
    const params = message?.["params"] as { _meta?: object; name?: string } | undefined;
    if (!params?._meta || !("io.modelcontextprotocol/protocolVersion" in params._meta)) {
      return { "mcp-protocol-version": "2025-06-18" };
    }
    return {
      "mcp-protocol-version": String(
        (params._meta as Record<string, unknown>)["io.modelcontextprotocol/protocolVersion"],
      ),
      "mcp-method": String(message["method"]),
      ...(typeof params.name === "string" ? { "mcp-name": params.name } : {}),
    };
  }],
  ["none", () => ({})],
  [
    "of another method",
    () => ({ "mcp-protocol-version": "2026-07-28", "mcp-method": "ping", "mcp-name": "other" }),
  ],
];
