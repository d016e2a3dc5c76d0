/**
 * llhttp, the parser of Node.js, as a reference: what it makes of an answer.
 *
 * @module
 */
import wasm from "undici/lib/llhttp/llhttp-wasm.js";

/** What a parser makes of the bytes of a connection. */
export interface Parsed {
  /** `whole`: an answer was read to its end; `unfinished`: it was not; `refused`: it is no HTTP. */
  readonly outcome: "whole" | "unfinished" | "refused";
  /** Why it was refused. */
  readonly reason?: string;
  readonly status?: number;
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string;
  /** The target of a request. */
  readonly url?: string;
  /** Whether bytes came behind the end. */
  readonly surplus?: boolean;
}

interface Exports {
  memory: WebAssembly.Memory;
  _initialize?: () => void;
  malloc(size: number): number;
  free(at: number): void;
  llhttp_alloc(type: number): number;
  llhttp_free(parser: number): void;
  llhttp_execute(parser: number, at: number, length: number): number;
  llhttp_finish(parser: number): number;
  llhttp_resume(parser: number): void;
  llhttp_get_error_pos(parser: number): number;
  llhttp_get_error_reason(parser: number): number;
}

const REQUEST = 1, RESPONSE = 2, OK = 0, PAUSED = 21;

const latin1 = (bytes: Uint8Array) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");

/** Reads the packets of one connection. */
export type Llhttp = (method: string, packets: readonly Uint8Array[]) => Parsed;

/**
 * Loads the parser.
 *
 * @param reads Whether it reads answers, or requests: of these the target takes the place of the status.
 */
export async function loadLlhttp(reads: "answers" | "requests" = "answers"): Promise<Llhttp> {
  let field = "", value = "", status = 0, body = "", headers: [string, string][] = [], method = "GET";
  let url = "", inValue = false, whole = false, complete = false;
  const text = (at: number, length: number) => latin1(new Uint8Array(exports.memory.buffer, at, length));
  const endField = () => {
    // Trailers are no headers.
    if (inValue && !complete) headers.push([field.toLowerCase(), value.replace(/^[ \t]+|[ \t]+$/g, "")]);
    if (inValue) field = value = "";
    inValue = false;
  };
  const env = {
    wasm_on_url: (_: number, at: number, length: number) => {
      url += text(at, length);
      return 0;
    },
    wasm_on_status: () => 0,
    wasm_on_message_begin: () => 0,
    wasm_on_header_field: (_: number, at: number, length: number) => {
      endField();
      field += text(at, length);
      return 0;
    },
    wasm_on_header_value: (_: number, at: number, length: number) => {
      inValue = true;
      value += text(at, length);
      return 0;
    },
    wasm_on_headers_complete: (_: number, code: number) => {
      // A header without a value has no event of its own.
      if (field !== "") inValue = true;
      endField();
      status = reads === "answers" ? code : 200;
      complete = status >= 200;
      // Interim answers have no body and are followed by the real one.
      return reads === "answers" && method === "HEAD" && code >= 200 ? 1 : 0;
    },
    wasm_on_body: (_: number, at: number, length: number) => {
      body += text(at, length);
      return 0;
    },
    wasm_on_message_complete: () => {
      if (status >= 200) {
        whole = true;
        return PAUSED;
      }
      headers = [];
      return 0;
    },
  };
  const instance = await WebAssembly.instantiate(await WebAssembly.compile(wasm), { env });
  const exports = instance.exports as unknown as Exports;
  exports._initialize?.();
  return (of, packets) => {
    method = of;
    field =
      value =
      body =
      url =
        "";
    headers = [];
    status = 0;
    inValue = whole = complete = false;
    const parser = exports.llhttp_alloc(reads === "answers" ? RESPONSE : REQUEST);
    try {
      for (let i = 0; i < packets.length; i++) {
        const packet = packets[i]!, at = exports.malloc(packet.length);
        new Uint8Array(exports.memory.buffer, at, packet.length).set(packet);
        const code = exports.llhttp_execute(parser, at, packet.length);
        exports.free(at);
        if (code === PAUSED && whole) {
          return {
            outcome: "whole",
            status,
            headers,
            body,
            url,
            surplus: surplus(parser, at, packet) || i + 1 < packets.length,
          };
        }
        if (code !== OK) return { outcome: "refused", reason: reasonOf(parser) };
      }
      if (exports.llhttp_finish(parser) !== OK && !whole) return { outcome: "unfinished" };
      return whole ? { outcome: "whole", status, headers, body } : { outcome: "unfinished" };
    } finally {
      exports.llhttp_free(parser);
    }
  };
  /** Whether some of a packet is left behind the end. */
  function surplus(parser: number, at: number, packet: Uint8Array): boolean {
    return exports.llhttp_get_error_pos(parser) - at < packet.length;
  }
  function reasonOf(parser: number): string {
    const at = exports.llhttp_get_error_reason(parser), bytes = new Uint8Array(exports.memory.buffer, at);
    return at === 0 ? "" : latin1(bytes.subarray(0, bytes.indexOf(0)));
  }
}
