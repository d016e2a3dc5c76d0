/**
 * A shop that several tests call: an API behind a token, and what a promise that must fail failed with.
 *
 * @module
 */
import assert from "node:assert/strict";
import { CallError } from "../../mod.ts";

/**
 * What a capability consumes of the shop: items, and their photos.
 *
 * @param baseUri Where the shop is.
 */
export function consumedShop(baseUri = "https://shop.example.com/v1"): string {
  return `  consumes:
    - type: http
      namespace: shop
      baseUri: ${baseUri}
      authentication: { type: bearer, token: "{{SHOP_TOKEN}}" }
      resources:
        items:
          path: /items/{{id}}
          operations:
            get-item: { method: GET, inputParameters: { id: { in: path, type: integer } } }
            get-photo: { method: GET, path: /photo, outputRawFormat: binary }`;
}

/** Variables of the shop. */
export function shopEnv(name: string): string | undefined {
  return name === "SHOP_TOKEN" ? "s3cret-token" : undefined;
}

/** The error of a call that must fail. */
export async function failing(promise: Promise<unknown>): Promise<CallError> {
  const error = await promise.then(() => assert.fail("it did not fail"), (error) => error);
  assert.ok(error instanceof CallError, String(error));
  return error;
}
