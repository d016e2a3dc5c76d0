/**
 * Bytes with the type they are of, as a value among others: what a step gives that downloads a picture.
 *
 * @module
 */
import { encodeBase64 } from "./base64.ts";

/** Bytes that know their media type. In JSON and in text they are base64. */
export class MediaBytes extends Uint8Array<ArrayBuffer> {
  /** The media type; undefined where nobody named one. */
  readonly mediaType: string | undefined;

  /**
   * Takes bytes as they are; nothing is copied.
   *
   * @param bytes The bytes.
   * @param mediaType Their media type.
   */
  constructor(bytes: Uint8Array<ArrayBuffer>, mediaType: string | undefined) {
    super(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.mediaType = mediaType;
  }

  /** What a part of the bytes is made by: bytes without a type. */
  static get [Symbol.species](): Uint8ArrayConstructor {
    return Uint8Array;
  }

  /** Base64, for JSON. */
  toJSON(): string {
    return encodeBase64(this);
  }
}
