/**
 * The host: everything that the outside gives to Capstan. Deno's own stands in `deno.ts`, one in memory in `memory.ts`.
 *
 * @module
 */

/** A line of the log. */
export interface LogEntry {
  /** How much it matters. */
  readonly level: "debug" | "info" | "warning" | "error";
  /** One line for a person, without secrets. */
  readonly message: string;
  /** What a caller was given to find this entry again. */
  readonly reference?: string | undefined;
  /** The stack of a fault of Capstan's own, without secrets. */
  readonly stack?: string | undefined;
  /** More, for a machine. */
  readonly data?: Readonly<Record<string, unknown>> | undefined;
}

/** A connection as the runtime gives it: bytes in, bytes out, and where it leads. */
export interface Connection {
  /** The address that was reached, known before anything is sent. */
  readonly address: string;
  /** The protocol that TLS agreed on, such as `http/1.1`; undefined without TLS or without an agreement. */
  readonly protocol?: string | undefined;
  /**
   * Reads what has come into a buffer; null at the end. Reading and writing may go on at the same time.
   *
   * @param into Takes the bytes.
   * @returns How many came, in bytes; null at the end.
   */
  read(into: Uint8Array): Promise<number | null>;
  /**
   * Writes from a buffer; gives how much was taken.
   *
   * @param from The bytes.
   * @returns How many were taken, in bytes.
   */
  write(from: Uint8Array): Promise<number>;
  /** Ends the connection; a read or write that is waiting fails. */
  close(): void;
  /**
   * Whether a read that is waiting keeps the program alive; it does at first.
   *
   * @param keeps Whether it does from now on.
   */
  keepAlive(keeps: boolean): void;
  /**
   * Speaks TLS from here on. This object is of no use afterwards.
   *
   * @param options Whose certificate is expected, and which protocols are offered.
   * @returns The connection to use from now on.
   */
  secure(options: SecureOptions): Promise<Connection>;
}

/** A name may be called, and the address it leads to may not. */
export class AddressDenied extends Error {
  override readonly name = "AddressDenied";
}

/** How a connection is opened. */
export interface ConnectOptions {
  /** A name, or an address without brackets. */
  readonly hostname: string;
  /** The port. */
  readonly port: number;
  /** Gives up. */
  readonly signal?: AbortSignal | undefined;
}

/** How TLS is spoken. */
export interface SecureOptions {
  /** The name the certificate must be made out to. */
  readonly hostname: string;
  /** The protocols to offer. */
  readonly alpn: readonly string[];
  /** Certificates of authorities to trust beside the usual ones, as PEM. */
  readonly caCerts?: readonly string[] | undefined;
  /** Ends the connection while TLS is still being agreed on. */
  readonly signal?: AbortSignal | undefined;
}

/** A connection that a client has opened: bytes in, bytes out. */
export interface AcceptedConnection {
  /** Where the client is. */
  readonly remoteAddr: { readonly hostname: string };
  /**
   * Reads what has come into a buffer. Reading and writing may go on at the same time.
   *
   * @param into Takes the bytes.
   * @returns How many came, in bytes; null at the end.
   */
  read(into: Uint8Array): Promise<number | null>;
  /**
   * Writes from a buffer, which must not change meanwhile.
   *
   * @param from The bytes.
   * @returns How many were taken, in bytes.
   */
  write(from: Uint8Array): Promise<number>;
  /**
   * Tells the client that nothing follows; what it sends can still be read.
   *
   * @returns Resolves when it is passed on.
   */
  closeWrite(): Promise<void>;
  /** Ends the connection; a read or write that is waiting fails. */
  close(): void;
}

/** Where to listen. */
export interface ListenPlace {
  /** A name or an address without brackets. */
  readonly hostname: string;
  /** The port; 0 for any that is free. */
  readonly port: number;
  /** Whether other workers listen on the same port. */
  readonly shared?: boolean;
}

/** What takes connections. */
export interface Acceptor {
  /** The port. */
  readonly port: number;
  /**
   * Waits for the next connection; it fails when the acceptor is closed, or when none can be taken now.
   *
   * @returns The connection.
   */
  accept(): Promise<AcceptedConnection>;
  /** Takes no more. */
  close(): void;
}

/** A file or a folder. */
export interface Entry {
  /** Its own name in `entries`, its real path in `resolve`. */
  readonly name: string;
  /** What it is. */
  readonly kind: "file" | "folder" | "other";
  /** In bytes; 0 where it is not known. */
  readonly size: number;
}

/** What the outside gives. */
export interface Host {
  /**
   * Sends a request the way the runtime does it. Only the door calls it (architecture, law 3).
   *
   * @param request The request, or its address.
   * @param init As `fetch` of the platform takes it.
   * @returns The response, its body unread.
   */
  fetch(request: Request | string, init?: RequestInit): Promise<Response>;
  /**
   * The addresses of a name; none where it cannot be found, `denied` where the name may be called and what it leads to
   * may not.
   *
   * @param port The port that is going to be called: where a name may be reached on one port only, the answer is the
   *   address of a connection that is opened there.
   * @param hostname The name.
   */
  lookup(hostname: string, port: number): Promise<readonly string[] | "denied">;
  /**
   * Opens a connection over TCP; undefined where the runtime has none to give. It fails with an `AddressDenied` where
   * the name may be called and the address it leads to may not.
   */
  readonly connect?: ((options: ConnectOptions) => Promise<Connection>) | undefined;
  /** Listens over TCP; undefined where the runtime cannot. It fails with the runtime's error where it may not. */
  readonly listen?: ((place: ListenPlace) => Acceptor) | undefined;
  /**
   * The text of a file.
   *
   * @param path Where it is.
   * @returns The text.
   */
  readText(path: string): Promise<string>;
  /**
   * The bytes of a regular file.
   *
   * @param most How many there may be; more is an error.
   * @param path Where it is.
   * @param real What the path led to when it was looked at: where it leads elsewhere by now, nothing is read.
   */
  readBytes(path: string, most: number, real?: string): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * What a path leads to once links are followed; undefined where there is nothing.
   *
   * @param path Any path.
   * @returns The real path, what it is, and its size in bytes.
   */
  resolve(path: string): Promise<Entry | undefined>;
  /**
   * What is in a folder, in no order.
   *
   * @param path The folder.
   * @returns Each with its own name.
   */
  entries(path: string): Promise<readonly Entry[]>;
  /**
   * A variable of the environment; undefined where there is none, or where it may not be read.
   *
   * @param name The name of the variable.
   * @returns Its value.
   */
  env(name: string): string | undefined;
  /**
   * Takes a line for the operator.
   *
   * @param entry The line, without secrets.
   */
  log(entry: LogEntry): void;
  /** The time of day, in milliseconds since 1970. */
  now(): number;
}
