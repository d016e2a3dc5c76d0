/**
 * Listening over TCP, as Deno does it.
 *
 * @module
 */
import type { Acceptor, ListenPlace } from "./host.ts";

/**
 * Listens.
 *
 * @param place The address and the port.
 * @throws {Deno.errors.AddrInUse} When the port is taken; other errors of the runtime when it cannot be had.
 */
export function listenTcp({ hostname, port, shared = false }: ListenPlace): Acceptor {
  const listener = Deno.listen({ hostname, port, ...(shared ? { reusePort: true } : {}) });
  return {
    port: listener.addr.port,
    async accept() {
      const connection = await listener.accept();
      try {
        // An answer goes out at once.
        connection.setNoDelay(true);
      } catch {
        // It has left already; reading shows that.
      }
      return connection;
    },
    close() {
      try {
        listener.close();
      } catch {
        // It is closed already.
      }
    },
  };
}
