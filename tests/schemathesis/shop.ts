/**
 * The API behind the capability of contract testing: it keeps orders, and answers as real ones do.
 *
 * @module
 */

/** A shop that listens. */
export interface Shop extends AsyncDisposable {
  readonly url: string;
}

/** Starts the shop. */
export function startShop(): Shop {
  const orders = new Map<number, { id: number; item: string }>([[1, { id: 1, item: "tea" }]]);
  let last = 1;
  const missing = () => Response.json({ message: "no such order" }, { status: 404 });
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const { pathname } = new URL(request.url), id = Number(/^\/orders\/(\d+)$/.exec(pathname)?.[1]);
    switch (
      `${request.method} ${
        pathname.replace(/\/[^/]+$/, (end) => pathname.startsWith("/orders/") ? "/*" : end)
      }`
    ) {
      case "GET /orders":
        return Response.json({ total: orders.size, orders: [...orders.values()].slice(0, 20) });
      case "POST /orders": {
        const { item } = await request.json();
        orders.set(++last, { id: last, item });
        return Response.json({ id: last }, { status: 201 });
      }
      case "GET /orders/*": {
        const order = orders.get(id);
        return order ? Response.json(order, { headers: { etag: `"${id}"` } }) : missing();
      }
      case "DELETE /orders/*":
        return orders.delete(id) ? new Response(null, { status: 204 }) : missing();
      case "GET /note":
        return new Response("a note", { headers: { "content-type": "text/plain" } });
      case "GET /picture":
        return new Response(new Uint8Array([137, 80, 78, 71]), { headers: { "content-type": "image/png" } });
      default:
        return missing();
    }
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
