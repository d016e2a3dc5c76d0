import assert from "node:assert/strict";
import { CAPSTAN, folderWith, run, startServer, upstream } from "../testing.ts";
import { serveShop, shopText, statusOf, untilSaid } from "./servers.ts";

/** Runs curl, as people do; gives the status. */
async function curl(...args: string[]): Promise<number> {
  const { out } = await run(["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}"], args);
  return Number(out);
}

/** What callers show of each kind, and the declaration that asks for it. */
const KINDS: Readonly<Record<string, { declared: string; headers: Record<string, string>; query?: string }>> =
  {
    basic: {
      declared: `{ type: basic, username: ada, password: "{{SHOP_SECRET}}" }`,
      headers: { authorization: `Basic ${btoa("ada:caller-secret")}` },
    },
    bearer: {
      declared: `{ type: bearer, token: "{{SHOP_SECRET}}" }`,
      headers: { authorization: "Bearer caller-secret" },
    },
    "apikey in a header": {
      declared: `{ type: apikey, key: X-Api-Key, value: "{{SHOP_SECRET}}", placement: header }`,
      headers: { "x-api-key": "caller-secret" },
    },
    "apikey in the query": {
      declared: `{ type: apikey, key: api_key, value: "{{SHOP_SECRET}}", placement: query }`,
      headers: {},
      query: "?api_key=caller-secret",
    },
    "apikey in a cookie": {
      declared: `{ type: apikey, key: session, value: "{{SHOP_SECRET}}", placement: cookie }`,
      headers: { cookie: "session=caller-secret" },
    },
  };

for (const [kind, { declared, headers, query = "" }] of Object.entries(KINDS)) {
  Deno.test(`${kind}: who shows it is let in, others are not, and it travels no further`, async () => {
    await using shop = await serveShop(declared, { SHOP_SECRET: "caller-secret" });
    const rest = `${shop.rest}/orders${query || "?"}`;
    assert.equal(await statusOf(shop.callTool()), 401);
    assert.equal(await statusOf(fetch(`${shop.rest}/orders`)), 401);
    assert.equal(await statusOf(fetch(`${shop.rest}/nothing-here`)), 401, "not even which paths there are");
    assert.equal(shop.api.requests.length, 0);
    assert.equal(await statusOf(shop.callTool(headers, query)), 200);
    // The document has an input for every place where the credential could stand.
    assert.equal(await statusOf(fetch(`${rest}&q=caller`, { headers })), 200);
    assert.equal(shop.api.requests.length, 2);
    assert.equal(shop.api.requests[1]!.url.searchParams.get("q"), "caller");
    for (const request of shop.api.requests) {
      const seen = `${request.url} ${JSON.stringify([...request.headers])} ${request.body}`;
      assert.doesNotMatch(seen, /caller-secret|authorization|x-api-key|api_key|session=/i);
    }
    assert.doesNotMatch(shop.server.err(), /caller-secret/);
  });
}

Deno.test("digest: curl logs in, counts one nonce up, and is refused with a wrong password", async () => {
  await using shop = await serveShop(`{ type: digest, username: "ada", password: "{{SHOP_SECRET}}" }`, {
    SHOP_SECRET: "sé€cret",
  });
  const url = `${shop.rest}/orders?q=a%20b`;
  assert.equal(await curl(url), 401);
  assert.equal(await curl("--digest", "-u", "ada:sé€cret", url), 200);
  assert.equal(await curl("--digest", "-u", "ada:wrong", url), 401);
  assert.equal(await curl("--digest", "-u", "eve:sé€cret", url), 401);
  assert.equal(await curl("-u", "ada:sé€cret", url), 401, "a password in clear is not taken");
  // curl uses one nonce for all requests of a run, and counts.
  assert.equal(
    (await run(["curl", "-s"], ["--digest", "-u", "ada:sé€cret", url, url, url])).out,
    '[{"id":1}]'.repeat(3),
  );
  assert.equal(shop.api.requests.length, 4);
  for (const { headers } of shop.api.requests) assert.equal(headers.get("authorization"), null);
});

Deno.test("basic: curl logs in with names and passwords beyond ASCII", async () => {
  await using shop = await serveShop(
    `{ type: basic, username: "{{SHOP_USER}}", password: "{{SHOP_SECRET}}" }`,
    {
      SHOP_USER: "Jürgen",
      SHOP_SECRET: "pä:ss €",
    },
  );
  assert.equal(await curl("-u", "Jürgen:pä:ss €", `${shop.rest}/orders`), 200);
  assert.equal(await curl("-u", "Jurgen:pä:ss €", `${shop.rest}/orders`), 401);
});

Deno.test("guessing is answered more and more slowly, and the right password at once all the while", async () => {
  await using shop = await serveShop(`{ type: bearer, token: "{{SHOP_SECRET}}" }`, { SHOP_SECRET: "t" });
  const ask = (token: string) =>
    statusOf(fetch(`${shop.rest}/orders`, { headers: { authorization: `Bearer ${token}` } }));
  const wrong: Promise<number>[] = [];
  const order: string[] = [];
  for (let i = 0; i < 8; i++) wrong.push(ask(`wrong-${i}`).finally(() => order.push("wrong")));
  const right = ask("t").finally(() => order.push("right"));
  assert.equal(await right, 200);
  assert.deepEqual(await Promise.all(wrong), Array(8).fill(401));
  assert.equal(order.at(-1), "wrong", "who guessed last waited longer than who knew");
  await untilSaid(shop.server, /wrong credentials keep coming, now from 127\.0\.0\.1/);
});

Deno.test("what nobody can be asked for is not served: an unknown type, a missing or an empty secret", async () => {
  await using api = upstream(() => Response.json([]));
  const text = shopText(api.origin, "{ type: hmac, key: x }").replace(
    /(namespace: shop-api\n\s+port: 0\n\s+authentication: ).*/,
    "$1{ type: bearer, token: t }",
  );
  await using folder = await folderWith({
    "half.yml": text,
    "none.yml": shopText(api.origin, "{ type: hmac, key: x }"),
    "missing.yml": shopText(api.origin, `{ type: bearer, token: "{{SHOP_SECRET}}" }`),
  });
  {
    await using server = await startServer(CAPSTAN, ["serve", `${folder.path}/half.yml`]);
    assert.equal(server.urls.length, 1);
    await server.end();
    assert.match(
      server.err(),
      /error unknown-authentication Capstan does not know the authentication type hmac/,
    );
    assert.match(server.err(), /not served: the mcp surface shop-tools: Capstan does not know/);
  }
  const none = await run(CAPSTAN, ["serve", `${folder.path}/none.yml`]);
  assert.equal(none.code, 1);
  for (
    const [env, expected] of [[{}, /the variable SHOP_SECRET has no value/], [
      { SHOP_SECRET: "" },
      /every caller would be let in/,
    ]] as const
  ) {
    const { code, err } = await run(CAPSTAN, ["serve", `${folder.path}/missing.yml`], { env });
    assert.equal(code, 1, err);
    assert.match(err, expected);
  }
  const call = await run(CAPSTAN, ["call", `${folder.path}/missing.yml`, "shop-tools.list-orders"]);
  assert.equal(call.code, 0, `a call asks nobody: ${call.err}`);
});

Deno.test("over stdio nobody is asked, and the secret is not missed", async () => {
  await using api = upstream(() => Response.json([]));
  await using folder = await folderWith({
    "shop.yml": shopText(api.origin, `{ type: bearer, token: "{{SHOP_SECRET}}" }`),
  });
  const list = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" });
  const { code, out, err } = await run(CAPSTAN, ["serve", "--stdio", `${folder.path}/shop.yml`], {
    stdin: `${list}\n`,
  });
  assert.equal(code, 0, err);
  assert.match(out, /list-orders/);
});

Deno.test("the sandbox may reach the authorization server where something listens, and only there", async () => {
  await using login = upstream(() => Response.json({}));
  await using api = upstream(() => Response.json([]));
  const declared =
    `{ type: oauth2, authorizationServerUri: "${login.origin}/realm", resource: "https://a.example.com", jwksUri: "https://keys.example.com/k" }`;
  await using folder = await folderWith({ "shop.yml": shopText(api.origin, declared) });
  const { out } = await run(CAPSTAN, ["permissions", `${folder.path}/shop.yml`]);
  assert.match(out, new RegExp(`127\\.0\\.0\\.1:${login.port}\\b`));
  assert.match(out, /keys\.example\.com:443/);
  const { out: inspected } = await run(CAPSTAN, ["inspect", "--format", "json", `${folder.path}/shop.yml`]);
  const { reach, authorizationServers, surfaces } = JSON.parse(inspected);
  assert.deepEqual(reach, [`127.0.0.1:${api.port}`], "operations cannot call it");
  assert.deepEqual(authorizationServers, [`127.0.0.1:${login.port}`, "keys.example.com:443"]);
  assert.equal(surfaces[0].authentication, "oauth2");
});

Deno.test("no answer of an API leads an operation to the authorization server", async () => {
  await using login = upstream(() => Response.json({ secret: "of the login" }));
  await using api = upstream(() =>
    new Response(null, { status: 302, headers: { location: `${login.origin}/admin` } })
  );
  const declared =
    `{ type: oauth2, authorizationServerUri: "${login.origin}", resource: "https://a.example.com" }`;
  // The MCP surface asks nobody, so that the operation can be called at all.
  const text = shopText(api.origin, declared).replace(
    /(shop-tools\n\s+port: 0\n)\s+authentication: .*\n/,
    "$1",
  );
  await using folder = await folderWith({ "shop.yml": text });
  await using server = await startServer(CAPSTAN, ["serve", `${folder.path}/shop.yml`], { surfaces: 2 });
  const response = await fetch(`${server.urls[0]}/mcp`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method: "tools/call",
      params: { name: "list-orders", arguments: {} },
    }),
  });
  assert.match(await response.text(), /"isError":true/);
  assert.equal(api.requests.length, 1);
  assert.equal(login.requests.length, 0);
});

Deno.test("every surface that listens asks, whatever its type", async () => {
  await using api = upstream(() => Response.json([]));
  const text = shopText(
    api.origin,
    `{ type: bearer, token: "{{SHOP_SECRET}}" }`,
    `    - type: skill
      namespace: shop-skills
      port: 0
      description: Skills of the shop
      authentication: { type: bearer, token: "{{SHOP_SECRET}}" }
      skills: { orders: { description: Orders } }
`,
  );
  await using folder = await folderWith({ "shop.yml": text });
  const env = { SHOP_SECRET: "t" };
  await using server = await startServer(CAPSTAN, ["serve", `${folder.path}/shop.yml`], { env, surfaces: 3 });
  assert.equal(server.urls.length, 3, server.err());
  for (const url of server.urls) {
    for (const path of ["/", "/mcp", "/orders", "/skills", "/nothing"]) {
      assert.equal(await statusOf(fetch(url + path)), 401, url + path);
      assert.notEqual(
        await statusOf(fetch(url + path, { headers: { authorization: "Bearer t" } })),
        401,
        url + path,
      );
    }
  }
});
