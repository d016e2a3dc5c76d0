import assert from "node:assert/strict";
import type { ExposesRest } from "../../schemas/mod.ts";
import { createRestHandler } from "../../lib/expose/rest/mod.ts";
import type { Surface } from "../../lib/plan/capability.ts";
import { compileText, startUpstream } from "../capability.ts";

/** A REST surface over an API that echoes, or does what its path says. */
async function rest(resources: string, more = "") {
  const api = startUpstream(async (request, body) => {
    const { pathname, search } = new URL(request.url), status = /^\/status\/(\d+)/.exec(pathname)?.[1];
    if (status === "204") return new Response(null, { status: 204 });
    if (status !== undefined) {
      return Response.json({ message: `status ${status}` }, {
        status: Number(status),
        // A 403 that asks for patience would be a limit.
        headers: status === "403" ? {} : { "retry-after": "7" },
      });
    }
    if (pathname === "/slow") await new Promise((resolve) => setTimeout(resolve, 50));
    if (pathname === "/bytes") {
      return new Response(new Uint8Array([1, 2, 250]), { headers: { "content-type": "image/png" } });
    }
    if (pathname === "/text") {
      return new Response("plain words", { headers: { "content-type": "text/plain" } });
    }
    return Response.json({ path: pathname, search, body });
  });
  const capability = await compileText(`ikanos: "1.0.0-beta5"
capability:
  consumes:
    - type: http
      namespace: api
      baseUri: ${api.origin}
      resources:
        echo:
          path: /echo
          operations:
            get: { method: GET, inputParameters: { q: { in: query, type: string }, list: { in: query, type: array }, n: { in: query, type: integer } } }
            make: { method: POST, body: { type: json, data: { a: "{{a}}", b: "{{b}}" } } }
        item: { path: "/item/{id}", operations: { item: { method: GET } } }
        status: { path: "/status/{code}", operations: { status: { method: GET } } }
        bytes: { path: /bytes, operations: { bytes: { method: GET, outputRawFormat: binary } } }
        text: { path: /text, operations: { text: { method: GET } } }
  exposes:
    - type: rest
      namespace: shop
      port: 3988
      resources:
${resources.split("\n").map((line) => `        ${line}`).join("\n")}
${more}`);
  const handler = createRestHandler(capability, capability.surfaces[0] as Surface<ExposesRest>);
  const ask = async (method: string, path: string, init: RequestInit = {}) =>
    await handler(new Request(`http://127.0.0.1:3988${path}`, { method, ...init }));
  return { api, ask, capability, [Symbol.asyncDispose]: () => api[Symbol.asyncDispose]() };
}

const search = (response: { search: string }) => Object.fromEntries(new URLSearchParams(response.search));

Deno.test("REST: path, query, header, cookie and constant inputs reach the call", async () => {
  await using shop = await rest(`r:
  path: "/things/{kind}"
  operations:
    get:
      method: GET
      call: api.get
      inputParameters:
        kind: { in: path, type: string }
        count: { in: query, type: integer }
        X-Tag: { in: header, type: string }
        mood: { in: cookie, type: string }
        fixed: { in: query, type: string, value: "const" }
      with: { q: "{{kind}}/{{X-Tag}}/{{mood}}/{{fixed}}", n: "{{count}}" }`);
  const response = await shop.ask("GET", "/things/a%20b?count=5&fixed=mine&unknown=1", {
    headers: { "x-tag": "t", cookie: "x=1; mood=good%21" },
  });
  assert.equal(response.status, 200);
  assert.deepEqual(search(await response.json()), { q: "a b/t/good!/const", n: "5" });
});

Deno.test("REST: a placeholder that differs from the API's in case or punctuation alone is the same", async () => {
  await using shop = await rest(`r:
  path: "/a/{Order_Code}"
  operations:
    get: { method: GET, call: api.status }
s:
  path: "/b/{ordercode}"
  operations:
    get: { method: GET, call: api.status, with: { code: rest.orderCode } }
t:
  path: "/c/{order-code}"
  operations:
    get: { method: GET, call: api.status, with: { code: "2{{orderCode}}" } }
u:
  path: "/d/{CODE}"
  operations:
    get: { method: GET, call: api.status }`);
  for (const [path, status] of [["/b/201", 201], ["/c/02", 202], ["/d/201", 201]] as const) {
    const response = await shop.ask("GET", path);
    await response.body?.cancel();
    assert.equal(response.status, status, path);
  }
  const other = await shop.ask("GET", "/a/201");
  assert.equal(other.status, 400, "another name is another input");
  await other.body?.cancel();
});

Deno.test("REST: arrays repeat, are listed with commas, or written as JSON", async () => {
  await using shop = await rest(`r:
  path: /l
  operations:
    get: { method: GET, call: api.get, inputParameters: { list: { in: query, type: array } } }`);
  for (const query of ["list=a&list=b", "list=a,b", "list=[%22a%22,%22b%22]"]) {
    const { search } = await (await shop.ask("GET", `/l?${query}`)).json();
    assert.deepEqual(new URLSearchParams(search).getAll("list"), ["a", "b"], query);
  }
});

Deno.test("REST: body inputs are fields, places in the body, or the body itself", async () => {
  await using shop = await rest(`fields:
  path: /fields
  operations: { make: { method: POST, call: api.make, inputParameters: { a: { in: body, type: string }, b: { in: body, type: integer } } } }
paths:
  path: /paths
  operations: { make: { method: POST, call: api.make, inputParameters: { a: { in: body, type: string, value: "$.deep.a" }, b: { in: body, type: array, value: "$.list" } } } }
form:
  path: /form
  operations: { make: { method: POST, call: api.make, inputParameters: { a: { in: formData, type: string }, b: { in: formData, type: integer } } } }`);
  const json = { "content-type": "application/json" };
  const body = async (response: Response) => JSON.parse((await response.json()).body);
  assert.deepEqual(
    await body(await shop.ask("POST", "/fields", { headers: json, body: '{"a":"x","b":2,"other":1}' })),
    { a: "x", b: 2 },
  );
  assert.deepEqual(
    await body(await shop.ask("POST", "/paths", { headers: json, body: '{"deep":{"a":"y"},"list":[1]}' })),
    { a: "y", b: [1] },
  );
  assert.deepEqual(
    await body(await shop.ask("POST", "/form", { body: new URLSearchParams({ a: "z", b: "3" }) })),
    { a: "z", b: 3 },
  );
  const form = new FormData();
  form.set("a", "m");
  form.set("b", "4");
  assert.deepEqual(await body(await shop.ask("POST", "/form", { body: form })), { a: "m", b: 4 });
  const utf16 = new Uint8Array([...'{"a":"ü"}'].flatMap((c) => [c.charCodeAt(0), 0]));
  assert.deepEqual(
    await body(
      await shop.ask("POST", "/fields", {
        headers: { "content-type": "application/json; charset=utf-16le" },
        body: utf16,
      }),
    ),
    { a: "ü" },
  );
  // A body that holds no field would be dropped without a word.
  for (
    const [type, text, status, detail] of [
      [
        "text/csv",
        "a,b",
        415,
        /fields of the body, and none can be found in text\/csv; send application\/json/,
      ],
      ["application/json", '["x", 2]', 400, /not a JSON object/],
      ["application/json", '"x"', 400, /not a JSON object/],
      ["application/json; charset=klingon", '{"a":"x"}', 415, /charset klingon/],
    ] as const
  ) {
    const response = await shop.ask("POST", "/fields", { headers: { "content-type": type }, body: text });
    const problem = await response.json();
    assert.deepEqual([response.status, detail.test(problem.detail)], [status, true], JSON.stringify(problem));
  }
});

Deno.test("REST: literal paths win, segments may hold several placeholders, a trailing slash is the same", async () => {
  await using shop = await rest(`t:
  path: "/s/{id}"
  operations: { o: { method: GET, outputParameters: { w: { type: string, value: "template {{id}}" } } } }
l:
  path: /s/fixed
  operations: { o: { method: GET, outputParameters: { w: { type: string, value: literal } } } }
two:
  path: "/p/{a}-{b}.json"
  operations: { o: { method: GET, outputParameters: { w: { type: string, value: "{{a}}|{{b}}" } } } }`);
  const w = async (path: string) => (await (await shop.ask("GET", path)).json()).w;
  assert.equal(await w("/s/fixed"), "literal");
  assert.equal(await w("/s/fixed/"), "literal");
  assert.equal(await w("/s/x%2Fy"), "template x/y");
  assert.equal(await w("/p/1-2.json"), "1|2");
});

Deno.test("REST: HEAD, OPTIONS, 404 and 405 say what there is", async () => {
  await using shop = await rest(`r:
  path: /r
  operations:
    get: { method: get, outputParameters: { a: { type: string, value: x } } }
    put: { method: PUT, outputParameters: { a: { type: string, value: y } } }`);
  const head = await shop.ask("HEAD", "/r");
  assert.deepEqual([head.status, await head.text(), head.headers.get("content-type")], [
    200,
    "",
    "application/json",
  ]);
  const options = await shop.ask("OPTIONS", "/r");
  assert.deepEqual([options.status, options.headers.get("allow")], [204, "GET, HEAD, OPTIONS, PUT"]);
  const wrong = await shop.ask("DELETE", "/r");
  assert.deepEqual([wrong.status, wrong.headers.get("allow")], [405, "GET, HEAD, OPTIONS, PUT"]);
  assert.equal(wrong.headers.get("content-type"), "application/problem+json");
  const missing = await shop.ask("GET", "/elsewhere");
  assert.deepEqual([missing.status, (await missing.json()).code], [404, "not_found"]);
});

Deno.test("REST: answers keep the API's 2xx, text stays text, bytes stay bytes", async () => {
  await using shop = await rest(
    `s: { path: "/s/{code}", operations: { o: { method: GET, call: api.status } } }
t: { path: /t, operations: { o: { method: GET, call: api.text } } }
b: { path: /b, operations: { o: { method: GET, call: api.bytes, responseBinary: { mediaType: image/webp } } } }
c: { path: /c, operations: { o: { method: POST, outputParameters: { a: { type: string, value: x } }, responses: { "201": { description: made } } } } }`,
  );
  assert.equal((await shop.ask("GET", "/s/201")).status, 201);
  const empty = await shop.ask("GET", "/s/204");
  assert.deepEqual([empty.status, await empty.text()], [204, ""]);
  const text = await shop.ask("GET", "/t");
  assert.deepEqual([text.headers.get("content-type"), await text.text()], [
    "text/plain;charset=UTF-8",
    "plain words",
  ]);
  const bytes = await shop.ask("GET", "/b");
  assert.deepEqual([bytes.headers.get("content-type"), [...await bytes.bytes()]], ["image/webp", [
    1,
    2,
    250,
  ]]);
  assert.equal((await shop.ask("POST", "/c")).status, 201);
});

Deno.test("REST: every failure is problem+json with its own status", async () => {
  await using shop = await rest(
    `s: { path: "/s/{code}", operations: { o: { method: GET, call: api.status } } }
g: { path: /g, operations: { o: { method: GET, call: api.get, inputParameters: { n: { in: query, type: integer, required: true } } } } }
m: { path: /m, operations: { o: { method: POST, call: api.make, inputParameters: { a: { in: body, type: string } } } } }`,
  );
  for (
    const [code, status, kind] of [
      [400, 400, "upstream_error"],
      [401, 401, "unauthorized"],
      [403, 403, "forbidden"],
      [404, 404, "not_found"],
      [409, 409, "conflict"],
      [500, 502, "upstream_error"],
    ] as const
  ) {
    const response = await shop.ask("GET", `/s/${code}`), problem = await response.json();
    assert.deepEqual([response.status, response.headers.get("content-type"), problem.code, problem.status], [
      status,
      "application/problem+json",
      kind,
      status,
    ]);
    assert.equal(typeof problem.hint, "string");
    assert.match(problem.source, /^spec\.yml:\d+:\d+$/);
  }
  const invalid = await shop.ask("GET", "/g?n=x"), problem = await invalid.json();
  assert.deepEqual([invalid.status, problem.fields[0].name], [400, "n"]);
  assert.equal((await shop.ask("GET", "/g")).status, 400);
  const twice = await (await shop.ask("GET", "/g?n=1&n=2")).json();
  assert.deepEqual([twice.status, twice.detail, twice.hint], [
    400,
    "The query has n 2 times.",
    "Send n once.",
  ]);
  const json = { "content-type": "application/json" };
  for (
    const [init, status] of [
      [{ headers: json, body: "{" }, 400],
      [{ headers: json, body: JSON.stringify({ a: "x".repeat(1 << 20) }) }, 413],
      [{ headers: { "content-type": "application/zip" }, body: "x" }, 415],
    ] as const
  ) {
    const response = await shop.ask("POST", "/m", init);
    assert.equal(response.status, status);
    assert.equal(response.headers.get("content-type"), "application/problem+json");
    await response.body?.cancel();
  }
  const percent = await shop.ask("GET", "/s/%E0%A4%A");
  assert.equal(percent.status, 400);
  await percent.body?.cancel();
});

Deno.test("REST: an API that cannot be reached is 502", async () => {
  const shop = await rest(`r: { path: /r, operations: { o: { method: GET, call: api.get } } }`);
  await shop.api[Symbol.asyncDispose]();
  const response = await shop.ask("GET", "/r"), problem = await response.json();
  assert.deepEqual([response.status, problem.code, problem.retryable], [502, "unreachable", true]);
});

Deno.test("REST: a secret that is a word of JSON does not take a problem apart", async () => {
  await using api = startUpstream(() => Response.json({ message: "no false token" }, { status: 403 }));
  const capability = await compileText(
    `ikanos: "1.0.0-beta5"
binds: [{ namespace: env, keys: { TOKEN: TOKEN } }]
capability:
  consumes:
    - type: http
      namespace: api
      baseUri: ${api.origin}
      authentication: { type: bearer, token: "{{TOKEN}}" }
      resources: { r: { path: /r, operations: { get: { method: GET } } } }
  exposes:
    - type: rest
      namespace: shop
      port: 3988
      resources: { r: { path: /r, operations: { o: { method: GET, call: api.get } } } }
`,
    { env: { TOKEN: "false" } },
  );
  const handler = createRestHandler(capability, capability.surfaces[0] as Surface<ExposesRest>);
  const response = await handler(new Request("http://127.0.0.1:3988/r")), problem = await response.json();
  assert.deepEqual([response.status, problem.code, problem.retryable], [403, "forbidden", false]);
  assert.doesNotMatch(JSON.stringify([problem.detail, problem.upstream]), /false token/);
});

Deno.test("REST: an object is the whole body of the one input that takes it, also where it may be null", async () => {
  await using shop = await rest(`r:
  path: /orders
  operations:
    make:
      method: POST
      call: api.make
      inputParameters:
        order: { in: body, type: object, nullable: true }
      with: { a: "{{order}}", b: given }`);
  const response = await shop.ask("POST", "/orders", {
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ sku: "tea" }),
  });
  assert.equal(response.status, 200, await response.clone().text());
  assert.equal((await response.json()).body, '{"a":{"sku":"tea"},"b":"given"}');
});

Deno.test("REST: an input that is said to stand in the path and does not sets the operation aside", async () => {
  await using shop = await rest(`r:
  path: /things
  inputParameters: { other: { in: path, type: string, required: false } }
  operations:
    drop: { method: DELETE, call: api.item, inputParameters: { id: { in: path, type: string } } }
    get: { method: GET, call: api.get }
s:
  path: "/items/{itemId}"
  operations:
    get: { method: GET, call: api.item, inputParameters: { itemId: { in: path, type: string } }, with: { id: itemId } }`);
  const [lost] = shop.capability.disabled;
  assert.equal(lost!.diagnostic.code, "path-parameter-without-place");
  assert.match(lost!.diagnostic.message, /id has no place in the path \/things/);
  assert.equal((await shop.ask("DELETE", "/things")).status, 405);
  assert.equal((await shop.ask("GET", "/things")).status, 200);
  assert.equal((await shop.ask("GET", "/items/7")).status, 200);
  assert.equal(shop.capability.disabled.length, 1);
});
