/**
 * The specifications of the benchmarks.
 *
 * @module
 */

/** What is made of an answer, the same on every surface. */
export const SHAPE: string = "{ type: array, mapping: $.data, items: { type: object, properties: { " +
  "id: { type: string, mapping: $.id }, amount: { type: number, mapping: $.amount.value }, " +
  "currency: { type: string, mapping: $.amount.currency }, status: { type: string, mapping: $.status } } } }";

/** The beginning of a capability: the API of the shop, with operations of one resource. */
function consuming(upstream: string, operations: string): string {
  return `ikanos: "1.0.0-beta5"
capability:
  consumes:
    - type: http
      namespace: shop
      baseUri: ${upstream}
      authentication: { type: bearer, token: "{{BENCH_TOKEN}}" }
      resources:
        items:
          path: /items
          operations:
${operations}`;
}

/** A capability with a number of tools that do the same, each through an operation of its own. */
export function capability(upstream: string, tools: number, port: number): string {
  const operations = Array.from({ length: tools }, (_, i) => `            list-items-${i}: { method: GET }`)
    .join("\n");
  const exposed = Array.from({ length: tools }, (_, i) => `
        list-items-${i}:
          description: Lists the items of shelf ${i}
          call: shop.list-items-${i}
          outputParameters:
            - ${SHAPE}`).join("");
  return `${consuming(upstream, operations)}
  exposes:
    - type: mcp
      namespace: bench
      port: ${port}
      tools:${exposed}
`;
}

/** A capability whose one tool takes three arguments: two go into the query, one into the path. */
export function searching(upstream: string, port: number): string {
  return `${consuming(upstream, "            list-items: { method: GET }")}
        shelf:
          path: "/items/{{shelf}}?limit={{limit}}&status={{status}}"
          operations:
            search-items: { method: GET }
  exposes:
    - type: mcp
      namespace: bench
      port: ${port}
      tools:
        search-items:
          description: Lists some items of a shelf
          call: shop.search-items
          inputParameters:
            - { name: shelf, type: integer, description: The shelf }
            - { name: limit, type: integer, description: How many at most }
            - { name: status, type: string, description: Their status }
          outputParameters:
            - ${SHAPE}
`;
}

/** A capability with one REST resource that gives what the tools of the others give. */
export function restCapability(upstream: string, port: number): string {
  return `${consuming(upstream, "            list-items: { method: GET }")}
  exposes:
    - type: rest
      namespace: bench
      port: ${port}
      resources:
        items:
          path: /items
          operations:
            list-items:
              method: GET
              call: shop.list-items
              outputParameters:
                - ${SHAPE}
`;
}

/** A capability whose one tool reads a list of a thousand and answers with two values: most of the work is its own. */
export function reading(upstream: string): string {
  return `${consuming(upstream, "            list-items: { method: GET }")}
        list: { path: /list, operations: { read-list: { method: GET } } }
  exposes:
    - type: mcp
      namespace: bench
      port: 0
      tools:
        read-list:
          description: Reads a list of a thousand items
          call: shop.read-list
          outputParameters:
            total: { type: integer, mapping: $.total }
            first: { type: string, mapping: "$.data[0].id" }
`;
}

/** A capability whose one tool makes four independent reads, each of which takes a while. */
export function fourReads(upstream: string, delay: number, port: number): string {
  const operations = [1, 2, 3, 4].map((i) => `
        slow${i}:
          path: /slow/${i}?delay=${delay}
          operations:
            read${i}: { method: GET }`).join("");
  const steps = [1, 2, 3, 4].map((i) => `
            s${i}: { type: call, call: shop.read${i} }`).join("");
  return `ikanos: "1.0.0-beta5"
capability:
  consumes:
    - type: http
      namespace: shop
      baseUri: ${upstream}
      resources:${operations}
  exposes:
    - type: mcp
      namespace: bench
      port: ${port}
      tools:
        four:
          description: Reads four things
          steps:${steps}
          mappings:
            - { target: a, value: $.s1.total }
            - { target: d, value: $.s4.total }
`;
}
