/**
 * One consumed operation, compiled: everything a call needs but the values.
 *
 * @module
 */
import type { Getter } from "../expression/scope.ts";
import type { Secret } from "../expression/secret.ts";
import type { ResponseHeaders } from "./upstream_response.ts";
import type { Format } from "./format.ts";
import type { Offload } from "./offload.ts";

export type { Format } from "./format.ts";

/** A piece of a path or text: literal text, or a value that comes with the call. */
export type Part = string | PlaceholderPart;

/** A value that comes with the call. */
export interface PlaceholderPart {
  /** The name the author gave it, for messages. */
  readonly name: string;
  readonly get: Getter;
  /** In a path: the slashes of the value stay, each segment is encoded. */
  readonly segments?: boolean | undefined;
  /** In a path: how the value is written; as text, and a list with commas, when left out. */
  readonly pathStyle?: PathStyle | undefined;
}

/** How a value is written into a path, as OpenAPI names it. */
export interface PathStyle {
  readonly style: "simple" | "label" | "matrix";
  /** Whether each element of a list, or field of an object, is written on its own. */
  readonly explode: boolean;
}

/** A text that is fixed once binds are resolved: pieces of author's text and secrets. */
export type FixedText = string | Secret | readonly (string | Secret)[];

/** How a list or an object is written into a query or a form. Without a word a list repeats its key. */
export interface ListStyle {
  /** A list becomes one value, its elements parted by this text, which is sent as it stands. */
  readonly separator?: string | undefined;
  /** `pairs`: each key of an object is a field of its own; `flat`: one value of keys and values; `brackets`: `a[key]`. */
  readonly object?: "pairs" | "flat" | "brackets" | undefined;
}

/** A named value that comes with the call; absent means left out. */
export interface Field {
  readonly name: string;
  readonly get: Getter;
  readonly style?: ListStyle | undefined;
}

/** A part of a multipart body. */
export interface FormPart extends Field {
  /** Set when the part is a file. */
  readonly filename?: Getter | undefined;
  readonly contentType?: Getter | undefined;
  /** The part is a file, even when the author set no file name. */
  readonly file?: boolean | undefined;
  /** The value is base64 of bytes; without this it is sent as the text it is. */
  readonly base64?: boolean | undefined;
}

/** How the body is made. Values land as values: none can change the structure (architecture, law 4). */
export type Body =
  /** The value is the JSON document; a string value is sent raw when `rawText` is set and it is JSON text. */
  | {
    readonly type: "json";
    readonly get: Getter;
    readonly rawText?: boolean | undefined;
    readonly contentType?: string | undefined;
  }
  /** JSON text with placeholders: each lands JSON-encoded, inside a string literal as its characters. */
  | { readonly type: "jsonText"; readonly parts: readonly Part[]; readonly contentType?: string | undefined }
  /** Plain text: placeholders land as text. */
  | { readonly type: "text"; readonly parts: readonly Part[]; readonly contentType: string }
  /** SPARQL with placeholders: each lands escaped for the text or IRI it stands in, elsewhere as a single word. */
  | { readonly type: "sparql"; readonly parts: readonly Part[]; readonly contentType: string }
  /** XML with placeholders: each lands escaped for element content or attribute. */
  | { readonly type: "xml"; readonly parts: readonly Part[]; readonly contentType?: string | undefined }
  /** XML made from an object of one key, the root element. */
  | { readonly type: "xmlTree"; readonly get: Getter; readonly contentType?: string | undefined }
  /** YAML text with placeholders: each lands as a YAML value, inside a string literal as its characters. */
  | { readonly type: "yamlText"; readonly parts: readonly Part[]; readonly contentType?: string | undefined }
  /** Bytes, given as base64. */
  | { readonly type: "bytes"; readonly name: string; readonly get: Getter; readonly contentType: string }
  /** application/x-www-form-urlencoded. Objects as `a[b]=`, arrays as repeated keys. */
  | {
    readonly type: "form";
    readonly fields: readonly Field[] | Getter;
    readonly contentType?: string | undefined;
  }
  /** A form written as text with placeholders (`a={{x}}&b=1`): each lands percent-encoded. */
  | { readonly type: "formText"; readonly parts: readonly Part[]; readonly contentType?: string | undefined }
  | { readonly type: "multipart"; readonly parts: readonly FormPart[] | Getter };

/** A credential to present to the API. */
export type Credential =
  | { readonly type: "bearer"; readonly token: FixedText }
  | { readonly type: "basic" | "digest"; readonly username: FixedText; readonly password: FixedText }
  | {
    readonly type: "apikey";
    readonly placement: "header" | "query" | "cookie" | "body";
    readonly name: string;
    readonly value: FixedText;
  }
  | {
    readonly type: "oauth2";
    /** Where tokens are had; undefined has it found by the metadata of `authorizationServer`. */
    readonly tokenEndpoint?: string | undefined;
    /** The issuer: its metadata says where the token endpoint is. */
    readonly authorizationServer?: string | undefined;
    readonly grant: "client_credentials" | "refresh_token";
    readonly clientId: FixedText;
    readonly clientSecret?: FixedText | undefined;
    readonly refreshToken?: FixedText | undefined;
    /** How the client shows itself; undefined follows the metadata, else `basic`. */
    readonly clientAuthentication?: "basic" | "post" | undefined;
    readonly scopes: readonly string[];
    readonly audience?: string | undefined;
    readonly resource?: string | undefined;
  };

/** How the response is read (semantics §5). */
export interface ResponsePlan {
  /** The declared format; undefined lets the Content-Type decide, then JSON, then text. */
  readonly format?: Format | undefined;
  /** Avro or Protobuf: the text of the schema file. HTML: a CSS selector. Markdown: a heading prefix. */
  readonly outputSchema?: string | undefined;
  readonly mediaType?: string | undefined;
  /** Where formats are decoded that take long or much; undefined decodes them here. */
  readonly offload?: Offload | undefined;
  /** Bytes after which reading stops with `response_too_large`. */
  readonly maxBytes: number;
  /** The same for an answer that turns out to be bytes, where no format is declared. */
  readonly maxBinaryBytes?: number | undefined;
}

/** One pair of the query of a base address. */
export interface BaseQuery {
  readonly name: string;
  readonly value: FixedText;
  /** It proves who calls, so nothing of the call replaces it, and it never follows to another host. */
  readonly credential: boolean;
}

/** Where an API is. */
export interface Base {
  /** Scheme, host and port. */
  readonly origin: string;
  /** The base path without a trailing slash. */
  readonly path: string;
  /** The base path as people may see it, where variables put something into it. */
  readonly shown?: string | undefined;
  /** What variables put into the base path or the query, and what proves who calls in it. */
  readonly secrets?: readonly string[] | undefined;
  /** The query of the base address, which is sent with every call. */
  readonly query?: readonly BaseQuery[] | undefined;
}

/** One consumed operation, compiled. `compileOperation` of the plan makes it, `callOperation` runs it. */
export interface Operation {
  /** `namespace.operation`, for messages. */
  readonly name: string;
  readonly method: string;
  readonly base: Base;
  readonly path: readonly Part[];
  readonly query: readonly Field[];
  readonly headers: readonly Field[];
  readonly cookies: readonly Field[];
  /** Headers of the document itself; they may hold secrets. */
  readonly fixedHeaders: readonly { readonly name: string; readonly value: FixedText }[];
  readonly body?: Body | undefined;
  readonly credentials: readonly Credential[];
  readonly response: ResponsePlan;
  /** The author's text, as file:line:column, for errors. */
  readonly source?: string | undefined;
  /** Every origin this capability declared, each with the base paths declared on it: redirects may go there. */
  readonly reach: readonly { readonly origin: string; readonly path: string }[];
  /** Retry is allowed: the method is safe or idempotent, or the flow says so. */
  readonly repeatable: boolean;
}

/** A response, decoded. */
export interface DecodedResponse {
  readonly status: number;
  readonly headers: ResponseHeaders;
  /** The decoded body: JSON-like data, a string, or undefined where there was none. */
  readonly value: unknown;
  /** What the body was read as, where it is neither JSON nor text. */
  readonly format?: Format | undefined;
  /** The bytes, for `binary`. */
  readonly bytes?: Uint8Array<ArrayBuffer> | undefined;
  readonly mediaType?: string | undefined;
}
