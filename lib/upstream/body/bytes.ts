/**
 * A body of bytes, which come as base64.
 *
 * @module
 */
import type { Body } from "../operation.ts";
import { type Show, withSecretsShown } from "../value.ts";
import type { MakeBody } from "./content.ts";
import { bytesOf } from "./file.ts";

/**
 * Compiles a body of bytes. A body that is one absent value is not sent.
 *
 * @param body What the operation says.
 * @param show What stands for a secret.
 */
export function compileBytes(body: Extract<Body, { type: "bytes" }>, show: Show): MakeBody {
  const { name, get, contentType } = body;
  return (scope) => {
    const value = get(scope);
    if (value === undefined || value === null) return undefined;
    return { data: bytesOf(name, withSecretsShown(value, show)), contentType };
  };
}
