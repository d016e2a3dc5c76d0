/**
 * Looking before calling.
 *
 * @module
 */
import type { Preview } from "../plan/flow.ts";
import type { Capability } from "./capability.ts";

/**
 * The request a call would send, secrets as `***`. Nothing is sent.
 *
 * @param capability The capability.
 * @param name What would be called.
 * @param args Its arguments by name.
 * @returns The request.
 * @throws {CallError} Where the call would refuse the arguments, and for what is more than one request.
 * @see docs/semantics.md §4 (building the request).
 *
 * @example Looking before calling
 * ```ts
 * import { compileCapability, preview, readSpecification } from "@capstan/capstan";
 * import assert from "node:assert/strict";
 *
 * const spec = readSpecification("shop.yml", {
 *   text: `
 * ikanos: "1.0.0-beta5"
 * capability:
 *   consumes:
 *     - type: http
 *       namespace: shop
 *       baseUri: https://api.example.com/v1
 *       authentication: { type: bearer, token: "{{SHOP_TOKEN}}" }
 *       resources:
 *         orders:
 *           path: /orders/{{id}}
 *           operations:
 *             get-order: { method: GET }
 * `,
 * });
 * const capability = await compileCapability(spec, { env: () => "s3cret" });
 * const { method, url, headers } = preview(capability, "shop.get-order", { id: "a/b" });
 * assert.equal(`${method} ${url}`, "GET https://api.example.com/v1/orders/a%2Fb");
 * assert.deepEqual(headers, [["Authorization", "Bearer ***"]]);
 * ```
 */
export function preview(
  capability: Capability,
  name: string,
  args: Readonly<Record<string, unknown>> = {},
): Preview {
  return capability.preview(name, args);
}
