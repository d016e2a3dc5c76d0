/**
 * What every type of body is made into.
 *
 * @module
 */
import type { Scope } from "../../expression/scope.ts";

/** A body ready to be sent. */
export interface Content {
  readonly data: string | Uint8Array<ArrayBuffer> | Blob;
  readonly contentType: string;
  /** The Content-Type holds something the body depends on, such as a boundary: nobody may replace it. */
  readonly forced?: boolean | undefined;
}

/** Makes a body for a scope; undefined when none is sent. */
export type MakeBody = (scope: Scope) => Content | undefined;

/** A field that a credential adds to the body. */
export type BodyKey = readonly [name: string, value: string];
