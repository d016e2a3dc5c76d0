// deno-lint-ignore-file no-console
/**
 * The measure: a plain program that does the same work, without MCP, without a specification.
 *
 * @module
 */
const upstream = Deno.args[0]!;

interface Item {
  id: string;
  amount: { value: number; currency: string };
  status: string;
}

Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: ({ port }) => console.log(port) }, async (request) => {
  // The same work for a plain resource, which is asked for without a message.
  const id = request.method === "GET" ? undefined : (await request.json() as { id: number }).id;
  const response = await fetch(upstream, { headers: { authorization: "Bearer bench-token" } });
  const { data } = await response.json() as { data: Item[] };
  const result = data.map((item) => ({
    id: item.id,
    amount: item.amount.value,
    currency: item.amount.currency,
    status: item.status,
  }));
  return Response.json(id === undefined ? result : { jsonrpc: "2.0", id, result });
});
