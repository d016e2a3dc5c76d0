import assert from "node:assert/strict";
import type { ExposesRest } from "../../schemas/mod.ts";
import { createRestHandler } from "../../lib/expose/rest/mod.ts";
import { openApiOf } from "../../lib/expose/rest/openapi.ts";
import { openApi30 } from "../../lib/report/openapi_30.ts";
import { consumedOpenApi } from "../../lib/report/consumed_openapi.ts";
import type { Surface } from "../../lib/plan/capability.ts";
import { compileText } from "../capability.ts";
import { load } from "js-yaml";
import { CAPSTAN, folderWith, ROOT, run } from "../testing.ts";

// deno-lint-ignore no-explicit-any -- the document is looked into, key by key
type Any = any;

const CONTRACT = Deno.readTextFileSync(`${ROOT}tests/schemathesis/capability.yml`);

async function contract(text = CONTRACT) {
  const capability = await compileText(text, { env: { SHOP_URL: "http://127.0.0.1:9/shop" } });
  const surface = capability.surfaces[0] as Surface<ExposesRest>;
  return { capability, surface, document: openApiOf(capability, surface) as Any };
}

const rest = (resources: string, more = "") =>
  `ikanos: "1.0.0-beta5"
capability:
  consumes:
    - type: http
      namespace: up
      baseUri: http://127.0.0.1:9
      resources:
        any: { path: /any, operations: { send: { method: POST, body: { type: json, data: "{{body}}" } }, get: { method: GET } } }
  exposes:
    - type: rest
      namespace: api
      port: 3988
${more}
      resources:
${resources}
`;

Deno.test("openapi: inputs stand where requests carry them", async () => {
  const { document: { paths, security, components, info } } = await contract();
  assert.deepEqual([info.title, info.version], ["Contract", "2.1.0"]);
  assert.deepEqual(
    paths["/orders"].get.parameters.map((p: Any) => [p.name, p.in, p.required, p.schema.type]),
    [["status", "query", undefined, "string"], ["limit", "query", undefined, "integer"], [
      "tags",
      "query",
      undefined,
      "array",
    ]],
  );
  const { requestBody } = paths["/orders"].post, { schema } = requestBody.content["application/json"];
  assert.equal(requestBody.required, true);
  assert.deepEqual([Object.keys(schema.properties), schema.required], [["item", "quantity", "gift"], [
    "item",
    "quantity",
  ]]);
  assert.deepEqual(paths["/orders/{id}"].get.parameters[0].in, "path");
  assert.deepEqual(security, [{ bearer: [] }]);
  assert.deepEqual(components.securitySchemes, { bearer: { type: "http", scheme: "bearer" } });
  assert.ok(!JSON.stringify(components).includes("contract-token"));
});

Deno.test("openapi: results, refusals and what caches keep have their statuses", async () => {
  const { document: { paths } } = await contract();
  const statuses = (path: string, method: string) => Object.keys(paths[path][method].responses).sort();
  assert.deepEqual(statuses("/orders", "get"), ["200", "204", "2XX", "304", "401", "default"]);
  assert.deepEqual(statuses("/hello/{name}", "get"), ["200", "401", "default"]);
  assert.deepEqual(statuses("/picture", "get"), ["200", "304", "401", "default"]);
  assert.deepEqual(Object.keys(paths["/picture"].get.responses["200"].content), ["image/png"]);
  assert.equal(
    paths["/orders"].get.responses.default.content["application/problem+json"].schema.$ref,
    "#/components/schemas/Problem",
  );
});

Deno.test("openapi: a body is its one input, its fields, a form, or places inside of it", async () => {
  const { document: { paths } } = await contract(rest(`        whole:
          path: /whole
          operations:
            whole: { method: POST, call: up.send, inputParameters: { body: { in: body, type: object, required: true } } }
        places:
          path: /places
          operations:
            places:
              method: PUT
              call: up.send
              inputParameters:
                a: { in: body, type: string, value: $.x.a, required: true }
                b: { in: body, type: integer, value: $.x.b }
              with: { body: { a: "{{a}}", b: "{{b}}" } }
        form:
          path: /form
          operations:
            form:
              method: POST
              call: up.send
              inputParameters: { f: { in: formData, type: string } }
              with: { body: { f: "{{f}}" } }`));
  const body = (path: string, method: string) => paths[path][method].requestBody;
  assert.equal(body("/whole", "post").content["application/json"].schema.type, "object");
  const { x } = body("/places", "put").content["application/json"].schema.properties;
  assert.deepEqual([Object.keys(x.properties), x.required], [["a", "b"], ["a"]]);
  assert.deepEqual(Object.keys(body("/form", "post").content), [
    "application/x-www-form-urlencoded",
    "multipart/form-data",
  ]);
});

Deno.test("openapi: keys of callers are told by name, forwards by where they go, names are each given once", async () => {
  const { document: { paths, components, security } } = await contract(rest(
    `        all: { path: "/up/{{path}}", forward: { targetNamespace: up, trustedHeaders: [X-Trace] } }
        one: { path: /one, operations: { get: { method: GET, call: up.get } } }
        two: { path: "/two/{{id}}.json", operations: { get: { method: GET, call: up.get } } }`,
    "      authentication: { type: apikey, key: X-Key, value: secret-of-callers, placement: header }",
  ));
  assert.deepEqual(components.securitySchemes, { "X-Key": { type: "apiKey", in: "header", name: "X-Key" } });
  assert.deepEqual(security, [{ "X-Key": [] }]);
  assert.deepEqual(Object.keys(paths), ["/up/{path}", "/one", "/two/{id}.json"]);
  assert.deepEqual(Object.keys(paths["/up/{path}"]), ["get", "put", "post", "patch", "delete"]);
  assert.deepEqual([paths["/one"].get.operationId, paths["/two/{id}.json"].get.operationId], [
    "get",
    "get-2",
  ]);
});

Deno.test("/openapi.json and /docs are there, run nothing in a browser, and can be taken away", async () => {
  const { capability, surface, document } = await contract(
    CONTRACT.replace("Lists orders", "Lists <script>x</script>"),
  );
  const handler = createRestHandler(capability, surface);
  const ask = async (path: string, method = "GET") =>
    await handler(new Request(`http://127.0.0.1:3988${path}`, { method }));
  const json = await ask("/openapi.json");
  assert.equal(json.headers.get("content-type"), "application/json");
  assert.deepEqual(await json.json(), JSON.parse(JSON.stringify(document)));
  const page = await ask("/docs"), html = await page.text();
  assert.match(page.headers.get("content-security-policy")!, /^default-src 'none'; style-src 'sha256-/);
  assert.ok(!/<script|<link|src=|style=/i.test(html), "nothing is loaded and nothing runs");
  assert.match(html, /Lists &lt;script&gt;x&lt;\/script&gt;/);
  for (const path of Object.keys(document.paths)) assert.ok(html.includes(`<code>${path}</code>`), path);
  const head = await ask("/docs", "HEAD");
  assert.deepEqual([head.status, await head.text()], [200, ""]);
  assert.equal((await ask("/docs", "POST")).status, 404);
  const closed = createRestHandler(capability, surface, { describe: false });
  assert.equal((await closed(new Request("http://127.0.0.1:3988/openapi.json"))).status, 404);
});

Deno.test("a path of the document itself wins over the contract", async () => {
  const { capability, surface } = await contract(rest(
    `        docs: { path: /docs, operations: { docs: { method: GET, outputParameters: { own: { type: string, value: mine } } } } }`,
  ));
  const response = await createRestHandler(capability, surface)(new Request("http://127.0.0.1:3988/docs"));
  assert.deepEqual(await response.json(), { own: "mine" });
});

Deno.test("capstan export openapi writes the document that serve shows, as JSON or YAML, without any variable", async () => {
  await using folder = await folderWith({
    "c.yml": CONTRACT,
    "tools.yml": `ikanos: "1.0.0-beta5"
capability:
  exposes:
    - { type: mcp, namespace: tools, port: 3001, tools: { greet: { description: Greets, outputParameters: { g: { type: string, value: hi } } } } }
`,
  });
  const capstan = (...args: string[]) =>
    run(CAPSTAN, ["export", ...args], {
      cwd: folder.path,
      clearEnv: true,
      env: { PATH: Deno.env.get("PATH") ?? "" },
    });
  const { document } = await contract();
  const expected = JSON.parse(JSON.stringify({ ...document, servers: [{ url: "http://127.0.0.1:8080" }] }));
  const json = await capstan("openapi", "c.yml");
  assert.deepEqual([json.code, JSON.parse(json.out)], [0, expected]);
  const yaml = await capstan("openapi", "c.yml", "-o", "out.yaml");
  assert.deepEqual([yaml.code, yaml.out, yaml.err], [0, "", "exported: out.yaml\n"]);
  assert.deepEqual(load(await Deno.readTextFile(`${folder.path}/out.yaml`)), expected);
  const older = await capstan("openapi", "c.yml", "--spec-version", "3.0");
  assert.equal(older.code, 0, older.err);
  assert.deepEqual(JSON.parse(older.out), openApi30(expected));
  assert.ok(!/"null"|"const"/.test(older.out));
  for (
    const [args, message] of [
      [["openapi", "c.yml", "--spec-version", "2.0"], "3.0"],
      [["openapi", "c.yml", "--surface", "contrct"], "did you mean contract?"],
      [["openapi", "tools.yml"], "exposes no REST surface"],
      [["raml", "c.yml"], "raml cannot be exported"],
      [[], "say what to export"],
      [["openapi", "c.yml", "--consumed", "shp"], "did you mean shop?"],
    ] as const
  ) {
    const { code, err } = await capstan(...args);
    assert.deepEqual([code, err.includes(message)], [2, true], err);
  }
});

Deno.test("capstan export openapi --consumed writes what is known of an API, and no value of the document's own", async () => {
  const { capability } = await contract(
    rest("        one: { path: /one, operations: { get: { method: GET, call: up.get } } }")
      .replace(
        "      resources:",
        `      authentication: { type: apikey, key: X-Key, value: secret-of-the-api, placement: header }
      inputParameters: { Version: { in: header, value: fixed-version }, page: { in: query, type: integer } }
      resources:
        item: { path: "/items/{{id}}", operations: { item: { method: GET, description: One item, inputParameters: { id: { in: path, type: integer } } } } }`,
      ),
  );
  const document = consumedOpenApi(capability, "up") as Any;
  assert.deepEqual(document.servers, [{ url: "http://127.0.0.1:9" }]);
  assert.deepEqual(Object.keys(document.paths).sort(), ["/any", "/items/{id}"]);
  assert.deepEqual(Object.keys(document.paths["/any"]).sort(), ["get", "post"]);
  const { get } = document.paths["/items/{id}"];
  assert.deepEqual(
    get.parameters.map((p: Any) => [p.name, p.in, p.required, p.schema.type]),
    [["id", "path", true, "integer"], ["page", "query", undefined, "integer"]],
  );
  assert.deepEqual([get.operationId, get.description], ["item", "One item"]);
  assert.deepEqual(document.security, [{ "X-Key": [] }]);
  assert.ok(!/secret-of-the-api|fixed-version/.test(JSON.stringify(document)));
  assert.equal(consumedOpenApi(capability, "nope"), undefined);
});

Deno.test("openapi: what the author's contract says of failures and of results that nothing else describes is shown", async () => {
  const { document: { paths } } = await contract(rest(
    `        one:
          path: /one
          operations:
            get:
              method: GET
              call: up.get
              responses:
                "200": { description: One thing, content: { application/json: { schema: { type: object, properties: { id: { type: string } } } } } }
                "404": { description: There is no such thing }`,
  ));
  const { responses } = paths["/one"].get;
  assert.deepEqual(Object.keys(responses), ["200", "304", "404", "default"]);
  assert.equal(responses["200"].description, "One thing");
  assert.deepEqual(responses["200"].content["application/json"].schema, {
    type: "object",
    properties: { id: { type: "string" } },
  });
  assert.deepEqual(responses["404"], { ...responses.default, description: "There is no such thing" });
});
