/**
 * The words of the specification: what a key usually says, where its schema takes any text.
 *
 * Reading takes more than these, so an editor offers them and refuses no other.
 *
 * @module
 */
import { Authentication } from "./authentication.ts";
import { ConsumedOperation, Consumes, RequestBody } from "./consumes.ts";
import { ExposesMcp, McpPromptArgument, RestOperation } from "./exposes.ts";
import { AggregateFlow, Step } from "./flow.ts";
import { FORMATS } from "./formats.ts";

/** Words by key. */
export type Words = Readonly<Record<string, readonly string[]>>;

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/** The words of each schema's keys. */
export const WORDS: ReadonlyMap<object, Words> = new Map<object, Words>([
  [Consumes, { type: ["http"] }],
  [ConsumedOperation, { method: METHODS, outputRawFormat: FORMATS }],
  [RestOperation, { method: METHODS, outputRawFormat: FORMATS }],
  [AggregateFlow, { outputRawFormat: FORMATS }],
  [RequestBody, {
    type: ["json", "text", "xml", "yaml", "sparql", "formUrlEncoded", "multipartForm", "binary", "raw"],
  }],
  [Authentication, {
    type: ["basic", "bearer", "apikey", "digest", "oauth2", "none"],
    placement: ["header", "query", "cookie", "body"],
    grantType: ["client_credentials", "refresh_token"],
  }],
  [Step, { type: ["call", "lookup", "script"], language: ["javascript"] }],
  [ExposesMcp, { transport: ["http", "stdio"], cacheScope: ["public", "private"] }],
  [McpPromptArgument, { type: ["string", "number", "integer", "boolean", "array", "object"] }],
]);
