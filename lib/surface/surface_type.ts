/**
 * A type of surface: what its section of a document means, and how it is served.
 *
 * A new surface is one schema, one file here, one folder in `lib/expose/`, and one line in
 * `lib/expose/surface_types.ts`. Nothing else asks for the type of a surface.
 *
 * @module
 */
import type { Exposes } from "../../schemas/mod.ts";
import type { Caller } from "../telemetry/call.ts";
import type { Diagnostic } from "../document/diagnostics/diagnostic.ts";
import type { Host } from "../host/host.ts";
import type { Section } from "../plan/callable.ts";
import type { Capability, Surface } from "../plan/capability.ts";
import type { PreparedAnswers } from "./prepared_answers.ts";

/** A file or folder that a section reads while it is served. */
export interface ServedFile {
  /** The node that names it. */
  readonly node: object;
  /** The location as the author wrote it. */
  readonly location: string;
}

/** What a surface is made of. */
export interface SurfaceParts<T extends Exposes = Exposes> {
  readonly capability: Capability;
  readonly surface: Surface<T>;
  readonly host: Host;
  readonly options?: SurfaceOptions | undefined;
  /** The service that the surface is a part of; undefined where it is mounted alone. */
  readonly service?: Service | undefined;
}

/** How a surface of a service fares. */
export interface SurfaceState {
  readonly type: string;
  readonly namespace?: string | undefined;
  /** Undefined where it does not listen. */
  readonly port?: number | undefined;
  readonly state: "started" | "stopped";
}

/** What came of reading the document again. */
export interface ReloadOutcome {
  /** Whether the new document runs now, or would. */
  readonly ok: boolean;
  /** Why it does not, in one sentence. */
  readonly message?: string | undefined;
  /** What was found in it. */
  readonly diagnostics: readonly Diagnostic[];
}

/** What all surfaces of a capability are together: what the control port looks after. */
export interface Service {
  /** When it was started, in milliseconds since 1970. */
  readonly startedAt: number;
  /** Every surface of the document. */
  surfaces(): readonly SurfaceState[];
  /** Reads the document again and serves the new one; undefined where that cannot be. */
  readonly reload?: (() => Promise<ReloadOutcome>) | undefined;
  /** Reads the document again and says what would come of it. */
  readonly validate?: (() => Promise<ReloadOutcome>) | undefined;
}

/** What the operator decides about every surface. */
export interface SurfaceOptions {
  /** Whether callers can read the document and its contract, `/openapi.json` included; they can when left out. */
  readonly describe?: boolean | undefined;
  /** The only tools that MCP surfaces offer: names, names with `*`, `tag:T`, or `safe`. */
  readonly only?: readonly string[] | undefined;
  /** Origins whose pages may call REST surfaces from a browser; `*` for any. None when left out. */
  readonly cors?: readonly string[] | undefined;
  /** Several workers serve the surface: what one request leaves behind, the next one may not find. */
  readonly isShared?: boolean | undefined;
  /** Tools that MCP surfaces do not offer, said in the same way. */
  readonly without?: readonly string[] | undefined;
}

/** What a surface tells of itself once it runs. */
export interface SurfaceDescription {
  /** Names that clients would reject, as written and as sent. */
  readonly renamed?: readonly (readonly [written: string, sent: string])[];
  /** How many of its tools it offers, where the operator has selected them. */
  readonly selected?:
    | { readonly offered: number; readonly of: number; readonly idle: readonly string[] }
    | undefined;
  /** A path, with its method and body, that a person can try. */
  readonly example?: { readonly path: string; readonly body?: string } | undefined;
}

/** The first answers of a connection, given by a thread that runs nothing, before the one that does is ready. */
export interface EarlyAnswers {
  /**
   * Answers a line.
   *
   * @param line The bytes of one message, without its end.
   * @returns What is written, without the end of the line; empty for nothing; undefined for a message that is not
   * answered here.
   */
  answer(line: Uint8Array): string | undefined | Promise<string>;
  /** The message that opened the connection, once it was answered. */
  readonly opening: string | undefined;
  /** Whether the client has what most clients wait for. */
  readonly listed: boolean;
}

/** What was read: bytes, or the end. */
export type InputRead =
  | { readonly done: false; readonly value: Uint8Array }
  | { readonly done: true; readonly value?: Uint8Array | undefined };

/** Reads what a client sends. */
export interface InputReader {
  read(): Promise<InputRead>;
  /** Reads no more; a reading that waits ends. */
  cancel(): Promise<void>;
}

/** A connection that another thread began to serve. */
export interface BegunConnection {
  /** What the client sends from here on. */
  readonly input: { getReader(): InputReader };
  /** The message that opened it, where it was answered. */
  opening(): string | undefined;
  /** Resolves when every answer given so far is written. */
  readonly written: Promise<void>;
}

/** A surface that is ready to serve. */
export interface SurfaceServer {
  /**
   * Answers one HTTP request; mounts into any server. Undefined for a surface without HTTP. Whoever mounts it has found
   * out who calls, where that is asked for.
   */
  readonly fetch?: (request: Request, caller?: Caller) => Response | Promise<Response>;
  /**
   * Serves one client over standard input and output until it leaves; `begun` is a connection that another thread began
   * to serve. Undefined for a surface that cannot.
   */
  readonly stdio?: (signal: AbortSignal, begun?: BegunConnection) => Promise<void>;
  /** What a person should know. */
  describe(): SurfaceDescription;
  /** Ends what would go on as long as a client likes, such as streams: the service stops. */
  leave?(): void;
  /** Another server has taken its place: a chance to tell clients that stay. */
  replaced?(by: SurfaceServer): void;
  /** Lets go of what it holds; calls in flight have ended by then. */
  close?(): void | Promise<void>;
}

/** A type of surface. */
export interface SurfaceType<T extends Exposes = Exposes> extends Section<T> {
  /** Whether a client may be served over standard input and output: never, when asked to, or as the document says. */
  stdio?(model: T): boolean;
  /** Only this machine may reach it, unless callers are asked who they are. */
  readonly guarded?: boolean;
  /** Pages of the origins that the operator names may call it. */
  readonly takesPages?: boolean;
  /** Files and folders that it reads while it is served. */
  files?(model: T): readonly ServedFile[];
  /**
   * Answers the first messages over standard input, in a thread that runs nothing; undefined for a type whose server has
   * to see them all.
   */
  early?(parts: SurfaceParts<T>): Promise<EarlyAnswers>;
  /** The same answers as data, for a program that is made of the surface; undefined where they are not fixed. */
  prepare?(parts: SurfaceParts<T>): Promise<PreparedAnswers | undefined>;
  /** The OpenAPI document of a surface that is served at an address; undefined for a type that has none. */
  openApi?(capability: Capability, surface: Surface<T>, server: string): Promise<object>;
  /** Makes the server; undefined for a type that is read and not served. */
  create?(parts: SurfaceParts<T>): Promise<SurfaceServer>;
}
