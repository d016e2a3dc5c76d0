/**
 * Base64 and hexadecimal digits of bytes, by the runtime where it knows them: Node.js before 25 does not.
 *
 * @module
 */

/** The base64 text of bytes. */
export function encodeBase64(bytes: Uint8Array): string {
  if ("toBase64" in bytes) return bytes.toBase64();
  let text = "";
  for (let i = 0; i < (bytes as Uint8Array).length; i += 0x8000) {
    text += String.fromCharCode(...(bytes as Uint8Array).subarray(i, i + 0x8000));
  }
  return btoa(text);
}

/** The bytes of base64 text; undefined for other text. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return "fromBase64" in Uint8Array
      ? Uint8Array.fromBase64(text)
      : (Uint8Array as Uint8ArrayConstructor).from(atob(text), (char) => char.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/** Bytes as hexadecimal digits, two for each. */
export function encodeHex(bytes: Uint8Array): string {
  return "toHex" in bytes
    ? bytes.toHex()
    : Array.from(bytes as Iterable<number>, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
