/**
 * The API behind the capability of the matrix, and the specification that serves it.
 *
 * @module
 */
import { LARGE, TRIALS } from "./trials.ts";

const MANY = 1000;

/** The tools of the specification: those of the trials, the slow one, and a thousand more. */
export const TOOLS: number = MANY + 1 + new Set(TRIALS.map(({ tool }) => tool)).size;

const PICTURE =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/** How long the slow route takes, and how long is waited to see whether its caller goes away, in milliseconds. */
const SLOW_MS = 60_000, PATIENCE_MS = 15_000;

/**
 * Starts the API. `GET /asked/KEY` answers once `GET /slow/KEY` has come, and `GET /left/KEY` whether its caller went away.
 */
export function startApi(): Deno.HttpServer<Deno.NetAddr> {
  const left = new Map<string, PromiseWithResolvers<boolean>>(), asked = new Map<string, () => void>();
  const leaving = (key: string) => {
    const known = left.get(key) ?? Promise.withResolvers<boolean>();
    left.set(key, known);
    return known;
  };
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const { pathname, searchParams } = new URL(request.url), last = pathname.split("/").at(-1)!;
    if (pathname.startsWith("/slow/")) {
      const { promise, resolve } = leaving(last);
      asked.get(last)?.();
      asked.set(last, () => {});
      const late = setTimeout(() => resolve(false), SLOW_MS);
      request.signal.addEventListener("abort", () => resolve(true));
      await promise;
      clearTimeout(late);
      return Response.json({ slow: true });
    }
    if (pathname.startsWith("/asked/")) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      await new Promise<void>((resolve) => {
        if (asked.has(last)) return resolve();
        asked.set(last, resolve);
        timer = setTimeout(resolve, PATIENCE_MS);
      });
      clearTimeout(timer);
      return new Response("asked");
    }
    if (pathname.startsWith("/left/")) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const patience = new Promise<boolean>((resolve) => timer = setTimeout(resolve, PATIENCE_MS, false));
      const gone = await Promise.race([leaving(last).promise, patience]);
      clearTimeout(timer);
      leaving(last).resolve(false);
      return Response.json({ left: gone });
    }
    if (pathname === "/picture") {
      return new Response(Uint8Array.from(atob(PICTURE), (c) => c.charCodeAt(0)), {
        headers: { "content-type": "image/png" },
      });
    }
    if (pathname === "/large") return Response.json({ text: "x".repeat(LARGE) });
    if (pathname.endsWith("gone")) return Response.json({ message: "no such item" }, { status: 404 });
    if (request.method === "DELETE") return new Response(null, { status: 204 });
    if (request.method === "POST") return Response.json(await request.json());
    return Response.json({ id: last, size: searchParams.get("größe") ?? "" });
  });
}

/** The specification, as the author of a capability writes it. */
export function specification(port: number): string {
  const many = Array.from(
    { length: MANY },
    (_, i) => `        many-${i}: { description: Number ${i}, call: api.get }`,
  );
  return `ikanos: "1.0.0-beta5"
info: { display: Matrix, description: Tools that try clients }
capability:
  consumes:
    - type: http
      namespace: api
      baseUri: http://127.0.0.1:${port}
      resources:
        item: { path: "/items/{id}", operations: { get: { method: GET }, drop: { method: DELETE } } }
        slow: { path: "/slow/{key}", operations: { slow: { method: GET } } }
        picture: { path: /picture, operations: { picture: { method: GET, outputRawFormat: binary } } }
        cafe: { path: /cafe, operations: { cafe: { method: GET, inputParameters: { "größe": { in: query, type: string } } } } }
        large: { path: /large, operations: { large: { method: GET } } }
        settings:
          path: /settings
          operations: { put: { method: POST, inputParameters: { settings: { in: body, type: object, required: true } } } }
        subscriptions:
          path: /subscriptions
          operations:
            subscribe:
              method: POST
              inputParameters:
                mail: { in: body, type: string, format: email, required: true }
                since: { in: body, type: string, format: date }
                lines:
                  in: body
                  type: array
                  items: { type: object, properties: { sku: { type: string, required: true }, note: { type: string, nullable: true } } }
                certification.gte: { in: query, type: string }
                mode: { in: query, type: string, enum: [a, b], nullable: true }
                anything: { in: body }
                flags: { in: body, type: array }
                grid: { in: body, type: array, items: { type: array, items: { type: number } } }
                address:
                  in: body
                  type: object
                  properties: { city: { type: string, required: true }, zip: { type: string, nullable: true, maxLength: 9 } }
                labels: { in: body, type: object, additionalProperties: true }
                limit: { in: query, type: integer, minimum: 1, maximum: 50 }
  exposes:
    - type: mcp
      namespace: matrix
      port: 3999
      tools:
        get-item: { description: One item, call: api.get, outputParameters: [{ type: object, properties: { id: { type: string, mapping: $.id } } }] }
        lose-item: { description: An item that is not there, call: api.get, outputParameters: [{ type: object, properties: { id: { type: string, mapping: $.id } } }] }
        drop-item: { description: Drops an item, call: api.drop }
        put-settings: { description: Sets anything, call: api.put }
        subscribe: { description: Subscribes, call: api.subscribe }
        picture: { description: A picture, call: api.picture }
        cafés.list: { description: Cafés, call: api.cafe }
        large: { description: A large answer, call: api.large }
        slow: { description: Takes long, call: api.slow }
${many.join("\n")}
`;
}
