/**
 * The command line, run as a process.
 *
 * @module
 */
import assert from "node:assert/strict";
import {
  CAPSTAN,
  folderWith,
  freePort,
  type Outcome,
  ROOT,
  rpc,
  run,
  startServer,
  upstream,
} from "../testing.ts";

const PAYMENTS = `${ROOT}examples/payments/payments.yml`;

/** A capability of one API with one tool. */
function capability(origin: string, port = 0): string {
  return `ikanos: "1.0.0-beta5"
info: { display: Shop, version: "2.0" }
binds:
  - { namespace: env, keys: { SHOP_TOKEN: SHOP_TOKEN } }
capability:
  consumes:
    - type: http
      namespace: shop
      baseUri: ${origin}/v1
      authentication: { type: bearer, token: "{{SHOP_TOKEN}}" }
      resources:
        orders:
          path: /orders/{id}
          operations:
            get-order:
              method: GET
              inputParameters:
                id: { in: path, type: integer }
                expand: { in: query, type: boolean }
  exposes:
    - type: mcp
      namespace: shop-tools
      port: ${port}
      tools:
        get-order:
          description: Looks up an order
          inputParameters:
            id: { type: integer, description: The number, required: true }
            expand: { type: boolean, required: false }
          call: shop.get-order
          outputParameters:
            - { type: object, properties: { total: { type: number, mapping: $.sum } } }
    - type: rest
      namespace: shop-api
      port: ${port}
      resources:
        orders:
          path: /orders/{id}
          operations:
            read: { method: GET, call: shop.get-order, inputParameters: { id: { in: path, type: integer } } }
`;
}

async function capstan(...args: string[]): Promise<Outcome> {
  return await run(CAPSTAN, args, { env: { SHOP_TOKEN: "t0ken" } });
}

function noStackTrace({ out, err }: Outcome): void {
  assert.doesNotMatch(out + err, /\n\s+at .*:\d+:\d+/);
  assert.doesNotMatch(out + err, /file:\/\/\/.*\.ts/);
}

Deno.test("help, a verb's help and the version go to stdout, with exit code 0", async () => {
  for (const args of [[], ["help"], ["--help"], ["-h"]]) {
    const { code, out, err } = await capstan(...args);
    assert.equal(code, 0);
    assert.equal(err, "");
    for (const verb of ["serve", "call", "inspect", "permissions", "validate", "compile", "schema"]) {
      assert.match(out, new RegExp(`^  ${verb} `, "m"));
    }
  }
  for (const args of [["help", "serve"], ["serve", "--help"], ["serve", "-h"]]) {
    const { code, out } = await capstan(...args);
    assert.equal(code, 0);
    assert.match(out, /--stdio/);
  }
  for (
    const verb of ["serve", "call", "inspect", "permissions", "validate", "compile", "schema", "completions"]
  ) {
    assert.match((await capstan("help", verb)).out, new RegExp(`\nExamples:\n {2}capstan ${verb} `));
  }
  const { version } = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`)) as { version: string };
  for (const flag of ["--version", "-v"]) assert.equal((await capstan(flag)).out, `capstan ${version}\n`);
});

const WRONG: readonly (readonly [args: string[], message: RegExp])[] = [
  [["srve"], /no command srve; did you mean serve\?/],
  [["help", "vallidate"], /did you mean validate\?/],
  [["serve", "--stdoi", "x.yml"], /no flag --stdoi; did you mean --stdio\?/],
  [["serve", "--port", "99999", "x.yml"], /--port takes a number/],
  [["serve", "--port"], /--port needs a value/],
  [["serve", "--stdio=yes", "x.yml"], /--stdio takes no value/],
  [["validate", "--format", "jsn", "x.yml"], /did you mean json\?/],
  [["call"], /say what to call/],
  [["call", PAYMENTS, "get-transaction", "id"], /write name=value/],
  [["call", PAYMENTS, "get-transaction", "--json", "[1]"], /must hold an object/],
  [["compile", "x.yml"], /say where the binary goes/],
  [["compile", "x.yml", "-o", "y", "--target", "z80"], /--target takes/],
  [["completions"], /name a shell/],
  [["completions", "dos"], /there are completions for bash/],
  [["completions", "bsh"], /did you mean bash\?/],
  [["schema", "x.yml"], /takes no file/],
  [["serve", "--stdio", "-"], /name a file/],
  [["serve", "--stdio", "--port", "3001", "x.yml"], /nothing listens/],
  [["permissions", PAYMENTS, "--base-uri", "payment=http://127.0.0.1"], /nothing consumed has the namespace/],
  [["permissions", PAYMENTS, "--base-uri", "payments=ftp://x"], /http or https/],
  [["validate", PAYMENTS, "--env-file", "/nowhere/.env"], /cannot be read/],
  [["--stdio", "serve"], /the command comes first/],
];

for (const [args, message] of WRONG) {
  Deno.test(`a wrong command line ends with 2 and says what is right: capstan ${args.join(" ").replaceAll(ROOT, "")}`, async () => {
    const outcome = await capstan(...args);
    assert.equal(outcome.code, 2, outcome.err);
    assert.equal(outcome.out, "");
    assert.match(outcome.err, message);
    assert.equal(outcome.err.trim().split("\n").length, 1);
  });
}

Deno.test("a file that cannot be read is told with the reason, and a name that is empty as well", async () => {
  await using folder = await folderWith({ "locked.yml": "ikanos: 1.0.0-beta5\n", "sub/x.yml": "" });
  const locked = `${folder.path}/locked.yml`;
  await Deno.chmod(locked, 0o000);
  const cases: [string, RegExp][] = [
    [`${folder.path}/none.yml`, /none\.yml is not there\n {2}fix: check its name/],
    [`${folder.path}/sub`, /sub is a directory\n/],
  ];
  // Whoever may read everything, as in a container, is not refused.
  if (Deno.uid() !== 0) cases.push([locked, /locked\.yml may not be read\n {2}fix: check the permissions/]);
  for (const [file, message] of cases) assert.match((await capstan("validate", file)).out, message);
  const empty = await capstan("serve", "");
  assert.deepEqual([empty.code, /name of the specification is empty/.test(empty.err)], [2, true]);
});

const BAD: readonly (readonly [name: string, text: string | undefined, message: RegExp])[] = [
  ["a file that is not there", undefined, /missing\.yml/],
  ["a file that is not YAML", "a: [b\nc: }", /error \S+ /],
  ["an empty file", "", /error \S+ /],
  ["a file of something else", "hello: world\n", /error \S+ /],
  ["a list", "- 1\n- 2\n", /error \S+ /],
];

for (const [name, text, message] of BAD) {
  Deno.test(`${name} is refused with one clear message by every verb`, async () => {
    await using folder = await folderWith(text === undefined ? {} : { "missing.yml": text });
    const file = `${folder.path}/missing.yml`;
    for (const args of [["validate", file], ["serve", file], ["call", file, "x"], ["permissions", file]]) {
      const outcome = await capstan(...args);
      noStackTrace(outcome);
      if (args[0] === "permissions" && outcome.code === 0) continue;
      assert.equal(outcome.code, 1, `${args[0]}: ${outcome.out}${outcome.err}`);
      assert.match(outcome.out + outcome.err, message);
    }
  });
}

Deno.test("a surface listens on loopback unless told otherwise; without authentication that is said loudly", async () => {
  const whole = capability("http://127.0.0.1:1", freePort()),
    text = whole.slice(0, whole.indexOf("    - type: rest"))
      .replace(
        "namespace: shop-tools",
        'namespace: shop-tools\n      address: 0.0.0.0\n      authentication: { type: bearer, token: "{{SHOP_TOKEN}}" }',
      );
  await using folder = await folderWith({ "shop.yml": text });
  const file = `${folder.path}/shop.yml`, env = { SHOP_TOKEN: "t" };
  {
    await using server = await startServer(CAPSTAN, ["serve", file], { env });
    assert.match(server.urls[0]!, /^http:\/\/(localhost|127\.0\.0\.1):/, server.err());
    assert.match(server.err(), /callers authenticate: bearer\n.*asks for the address 0\.0\.0\.0/);
  }
  assert.doesNotMatch((await run(CAPSTAN, ["permissions", file], { env })).out, /0\.0\.0\.0/);
  await using open = await startServer(CAPSTAN, ["serve", file, "--host", "0.0.0.0"], { env });
  assert.doesNotMatch(open.err(), /WARNING/);
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" });
  const list = (headers: Record<string, string>) =>
    fetch(`${open.urls[0]}/mcp`, {
      method: "POST",
      body,
      headers: { "content-type": "application/json", ...headers },
    });
  const refused = await list({});
  assert.equal(refused.status, 401);
  await refused.body?.cancel();
  const answered = await list({ authorization: "Bearer t" });
  assert.equal((await answered.json()).result.tools.length, 1);
  await Deno.writeTextFile(
    file,
    text.replace(/(0\.0\.0\.0\n +authentication: ).*/, "$1{ type: none }"),
  );
  await using wide = await startServer(CAPSTAN, ["serve", file, "--host", "0.0.0.0", "--port", "0"], { env });
  assert.match(wide.err(), /WARNING: everybody who can reach this machine/);
});

Deno.test("an unknown version is named, and a capability with nothing in it serves nothing", async () => {
  await using folder = await folderWith({ "next.yml": 'ikanos: "99.0"\n' });
  assert.match((await capstan("validate", `${folder.path}/next.yml`)).out, /unknown-version .*99\.0/);
  const outcome = await capstan("serve", `${folder.path}/next.yml`);
  assert.equal(outcome.code, 1);
  noStackTrace(outcome);
});

Deno.test("a folder instead of a file is refused", async () => {
  await using folder = await folderWith({});
  const outcome = await capstan("validate", folder.path);
  assert.equal(outcome.code, 1);
  noStackTrace(outcome);
});

Deno.test("validate reports for people, programs and workflows", async () => {
  await using folder = await folderWith({
    "bad.yml": capability("http://127.0.0.1:1").replace("method: GET", "methd: GET"),
    "good.yml": capability("http://127.0.0.1:1"),
  });
  const good = await capstan("validate", `${folder.path}/good.yml`);
  assert.equal(good.code, 0, good.out);
  assert.match(good.out, /good\.yml: valid/);
  const text = await capstan("validate", `${folder.path}/bad.yml`);
  assert.match(text.out, /bad\.yml:\d+:\d+: (error|warning) \S+ .*method/);
  assert.match(text.out, /\n +\^+\n/);
  const json = JSON.parse((await capstan("validate", `${folder.path}/bad.yml`, "--format", "json")).out);
  assert.equal(json.length, 1);
  assert.equal(typeof json[0].diagnostics[0].location.line, "number");
  const sarif = JSON.parse((await capstan("validate", `${folder.path}/bad.yml`, "--format=sarif")).out);
  assert.equal(sarif.version, "2.1.0");
  assert.ok(sarif.runs[0].results.length > 0);
  assert.deepEqual(
    [...new Set(sarif.runs[0].results.map((r: { ruleId: string }) => r.ruleId))].sort(),
    sarif.runs[0].tool.driver.rules.map((r: { id: string }) => r.id).sort(),
  );
  const github = await capstan("validate", `${folder.path}/bad.yml`, "--format", "github");
  assert.match(github.out, /^::(error|warning) file=.*bad\.yml,line=\d+,col=\d+,title=[\w-]+::/m);
  const strict = await capstan("validate", "--strict", `${folder.path}/bad.yml`);
  assert.equal(strict.code, 1, strict.out);
});

Deno.test("validate and inspect ask for no variable's value, wherever it is used", async () => {
  const base = (uri: string, binds = "") =>
    capability("http://127.0.0.1:1").replace("http://127.0.0.1:1/v1", uri).replace(
      "binds:\n",
      `binds:\n${binds}`,
    );
  await using folder = await folderWith({
    "undeclared.yml": base("https://{{host}}/v1"),
    "oauth2.yml": base("https://shop.example").replace(
      /authentication: .*/,
      'authentication: { type: oauth2, tokenEndpoint: "{{ISSUER}}/token", clientId: a, clientSecret: b }',
    ),
    "declared.yml": base(
      "https://{{SHOP_HOST}}/v1",
      "  - { namespace: host, keys: { SHOP_HOST: SHOP_HOST } }\n",
    ),
  });
  const undeclared = await capstan("validate", `${folder.path}/undeclared.yml`);
  assert.equal(undeclared.code, 0, undeclared.out);
  assert.match(undeclared.out, /undeclared\.yml:\d+:\d+: warning missing-variable .*needs a value for host/);
  const declared = await capstan("validate", `${folder.path}/declared.yml`);
  assert.equal(declared.code, 0, declared.out);
  assert.doesNotMatch(declared.out, /missing-variable/);
  const oauth2 = await capstan("validate", `${folder.path}/oauth2.yml`);
  assert.equal(oauth2.code, 0, oauth2.out);
  assert.match(
    (await capstan("serve", `${folder.path}/oauth2.yml`)).err,
    /missing-variable .*variable ISSUER has no value/,
  );
  const inspected = await capstan("inspect", `${folder.path}/undeclared.yml`);
  assert.match(inspected.out, /get-order\(/);
  assert.match(inspected.out, /variable host from environment \(not set\)/);
  const served = await capstan("serve", `${folder.path}/undeclared.yml`);
  assert.equal(served.code, 1);
  assert.match(served.err, /error missing-variable .*needs a value for host/);
});

Deno.test("call runs a tool, a route, an operation, and types its arguments", async () => {
  await using shop = upstream((request) =>
    new URL(request.url).pathname.endsWith("/7")
      ? Response.json({ sum: 12.5 })
      : Response.json({ error: "no such order" }, { status: 404 })
  );
  await using folder = await folderWith({ "shop.yml": capability(shop.origin) });
  const file = `${folder.path}/shop.yml`;
  for (const name of ["get-order", "shop-tools.get-order"]) {
    const { code, out, err } = await capstan("call", file, name, "id=7", "expand=true");
    assert.equal(code, 0, err);
    assert.deepEqual(JSON.parse(out), { total: 12.5 });
  }
  for (const name of ["GET /orders/{id}", "read", "shop.get-order"]) {
    const { code, out, err } = await capstan("call", file, name, "--json", '{"id": 7}');
    assert.equal(code, 0, err);
    assert.deepEqual(JSON.parse(out), { sum: 12.5 });
  }
  assert.equal(shop.requests[0]!.headers.get("authorization"), "Bearer t0ken");
  assert.equal(shop.requests[0]!.url.search, "?expand=true");
  const wrong = await capstan("call", file, "get-order", "id=seven");
  assert.equal(wrong.code, 1);
  assert.match(wrong.err, /invalid_arguments/);
  const missing = await capstan("call", file, "get-order", "id=8", "--format", "json");
  assert.equal(missing.code, 1);
  assert.equal(JSON.parse(missing.out).error.code, "not_found");
  const unknown = await capstan("call", file, "get-ordr", "id=7");
  assert.equal(unknown.code, 1);
  assert.match(unknown.err, /did you mean (get-order|shop\.get-order)\?/);
  for (const outcome of [wrong, missing, unknown]) noStackTrace(outcome);
});

Deno.test("call --dry-run prints the request with secrets hidden, and sends nothing", async () => {
  await using shop = upstream(() => Response.json({}));
  await using folder = await folderWith({ "shop.yml": capability(shop.origin) });
  const args = ["call", `${folder.path}/shop.yml`, "get-order", "id=7", "--dry-run"];
  const { code, out } = await capstan(...args);
  assert.equal(code, 0);
  assert.match(out, new RegExp(`^GET ${shop.origin}/v1/orders/7\n`));
  assert.match(out, /^authorization: Bearer \*\*\*$/im);
  const json = JSON.parse((await capstan(...args, "--format", "json")).out);
  assert.equal(json.method, "GET");
  assert.ok(!out.includes("t0ken"));
  assert.equal(shop.requests.length, 0);
});

Deno.test("variables come from --env-file, and a missing one is named", async () => {
  await using shop = upstream(() => Response.json({ sum: 1 }));
  await using folder = await folderWith({
    "shop.yml": capability(shop.origin),
    ".env": "SHOP_TOKEN='from file' # comment\n",
  });
  const file = `${folder.path}/shop.yml`;
  const given = await run(CAPSTAN, ["call", file, "get-order", "id=7", "--env-file", `${folder.path}/.env`]);
  assert.equal(given.code, 0, given.err);
  assert.equal(shop.requests[0]!.headers.get("authorization"), "Bearer from file");
  const missing = await run(CAPSTAN, ["call", file, "get-order", "id=7"]);
  assert.equal(missing.code, 1);
  assert.match(missing.err, /SHOP_TOKEN/);
  assert.equal(shop.requests.length, 1);
  const serving = await run(CAPSTAN, ["serve", file, "--port", "0"]);
  assert.equal(serving.code, 1);
  assert.match(serving.err, /SHOP_TOKEN/);
});

Deno.test("--base-uri moves a namespace, and its reach with it", async () => {
  await using shop = upstream(() => Response.json({ sum: 3 }));
  await using folder = await folderWith({ "shop.yml": capability("https://shop.example.com") });
  const file = `${folder.path}/shop.yml`, flag = `--base-uri=shop=${shop.origin}/moved`;
  const { code, out, err } = await capstan("call", file, "get-order", "id=7", flag);
  assert.equal(code, 0, err);
  assert.deepEqual(JSON.parse(out), { total: 3 });
  assert.equal(shop.requests[0]!.url.pathname, "/moved/orders/7");
  assert.match(
    (await capstan("permissions", file, flag)).out,
    new RegExp(`--allow-net=127.0.0.1:${shop.port}`),
  );
  assert.match((await capstan("permissions", file)).out, /--allow-net=shop\.example\.com:443/);
});

Deno.test("--base-uri is for those of several specifications that consume the namespace", async () => {
  const one = capability("https://shop.example.com");
  await using folder = await folderWith({ "one.yml": one, "two.yml": one.replaceAll("shop", "store") });
  const files = [`${folder.path}/one.yml`, `${folder.path}/two.yml`];
  const { code, out, err } = await capstan("validate", ...files, "--base-uri=store=http://127.0.0.1:9");
  assert.deepEqual([code, err], [0, ""], out);
  const none = await capstan("validate", ...files, "--base-uri=stor=http://127.0.0.1:9");
  assert.equal(none.code, 2);
  // A file that is not there is told first.
  const missing = await capstan("validate", `${folder.path}/none.yml`, "--base-uri=shop=http://127.0.0.1:9");
  assert.deepEqual([missing.code, /none\.yml is not there/.test(missing.out)], [1, true]);
});

Deno.test("inspect tells what is offered, needed and reached", async () => {
  await using folder = await folderWith({ "shop.yml": capability("https://shop.example.com", 3001) });
  const file = `${folder.path}/shop.yml`;
  const { code, out } = await capstan("inspect", file);
  assert.equal(code, 0);
  for (
    const part of [
      /Shop 2\.0/,
      /get-order\(id: integer, expand\?: boolean\)/,
      /GET \/orders\/\{id\}/,
      /SHOP_TOKEN/,
    ]
  ) {
    assert.match(out, part);
  }
  assert.match(out, /about \d+ tokens/);
  assert.match(out, /shop\.example\.com:443/);
  const json = JSON.parse((await capstan("inspect", file, "--format", "json")).out);
  assert.equal(json.surfaces[0].tools[0].inputs[0].required, true);
  assert.ok(!JSON.stringify(json).includes("t0ken"));
});

Deno.test("schema prints a JSON Schema, completions a script of each shell", async () => {
  const schema = JSON.parse((await capstan("schema")).out);
  assert.equal(schema.type, "object");
  assert.ok(schema.properties.capability);
  for (const shell of ["bash", "zsh", "fish", "powershell"]) {
    const { code, out } = await capstan("completions", shell);
    assert.equal(code, 0);
    assert.match(out, /permissions/);
  }
});

Deno.test("bash completes verbs, flags, and the values of flags, once it has read the script", async () => {
  const { out: script } = await capstan("completions", "bash");
  const complete = async (...words: string[]) => {
    const line = ["capstan", ...words].map((word) => `'${word}'`).join(" ");
    const { code, out, err } = await run(["bash"], [], {
      stdin:
        `${script}\nCOMP_WORDS=(${line}); COMP_CWORD=${words.length}; _capstan; echo "\${COMPREPLY[*]}"\n`,
    });
    assert.equal(code + err, "0");
    return out.trim();
  };
  assert.equal(await complete("va"), "validate");
  assert.equal(await complete("validate", "--fo"), "--format");
  assert.equal(await complete("validate", "--format", "s"), "sarif");
  assert.equal(await complete("validate", "--format", "=", "g"), "github");
  assert.equal(await complete("validate", "--format", "="), "text json sarif github");
  assert.equal(await complete("help", "ins"), "inspect");
  assert.equal(await complete("completions", "p"), "powershell");
  // Files are bash's own affair.
  assert.equal(await complete("validate", "pay"), "");
});

Deno.test("without SPEC the one capability file of the folder is taken", async () => {
  const text = capability("https://shop.example.com");
  await using one = await folderWith({ "ikanos.yaml": text });
  assert.equal((await run(CAPSTAN, ["inspect"], { cwd: one.path })).code, 0);
  await using two = await folderWith({ "ikanos.yaml": text, "capstan.yml": text });
  const several = await run(CAPSTAN, ["inspect"], { cwd: two.path });
  assert.equal(several.code, 2);
  assert.match(several.err, /capstan\.yml and ikanos\.yaml/);
  await using none = await folderWith({});
  const nothing = await run(CAPSTAN, ["serve"], { cwd: none.path });
  assert.equal(nothing.code, 2);
  assert.match(nothing.err, /name a specification/);
});

Deno.test("serve says on stderr what runs where, answers, and ends with 0 on SIGTERM and SIGINT", async () => {
  await using shop = upstream(() => Response.json({ sum: 5 }));
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    const port = freePort(), rest = freePort();
    await using folder = await folderWith({
      "shop.yml": capability(shop.origin, port).replace(
        `namespace: shop-api\n      port: ${port}`,
        `namespace: shop-api\n      port: ${rest}`,
      ),
    });
    await using server = await startServer(CAPSTAN, ["serve", `${folder.path}/shop.yml`], {
      env: { SHOP_TOKEN: "t0ken" },
      surfaces: 2,
    });
    assert.match(server.err(), /mcp shop-tools on http:/);
    assert.match(server.err(), /rest shop-api on http:/);
    assert.match(server.err(), /try: curl /);
    const answer = await rpc(`http://127.0.0.1:${port}`, "tools/call", {
      name: "get-order",
      arguments: { id: 7 },
    });
    assert.deepEqual((answer["result"] as Record<string, unknown>)["structuredContent"], { total: 5 });
    assert.deepEqual(await (await fetch(`http://127.0.0.1:${rest}/orders/7`)).json(), { sum: 5 });
    assert.equal(await server.end(signal), 0);
  }
});

Deno.test("serve runs several specifications, and names both files that want one port", async () => {
  await using shop = upstream(() => Response.json({ sum: 5 }));
  const mcpOnly = (port: number) => {
    const text = capability(shop.origin, port);
    return text.slice(0, text.indexOf("    - type: rest"));
  };
  const [one, two] = [freePort(), freePort()];
  await using folder = await folderWith({ "one.yml": mcpOnly(one), "two.yml": mcpOnly(two) });
  const files = [`${folder.path}/one.yml`, `${folder.path}/two.yml`], env = { SHOP_TOKEN: "t0ken" };
  {
    await using server = await startServer(CAPSTAN, ["serve", ...files], { env, surfaces: 2 });
    for (const port of [one, two]) {
      const answer = await rpc(`http://127.0.0.1:${port}`, "tools/call", {
        name: "get-order",
        arguments: { id: 7 },
      });
      assert.deepEqual((answer["result"] as Record<string, unknown>)["structuredContent"], { total: 5 });
    }
    assert.equal(await server.end("SIGTERM"), 0);
  }
  await Deno.writeTextFile(files[1]!, mcpOnly(one));
  const clash = await run(CAPSTAN, ["serve", ...files], { env });
  assert.equal(clash.code, 1);
  assert.match(clash.err, /one\.yml:\d+ and \S+two\.yml:\d+ both listen on port \d+; give each its own/);
  assert.doesNotMatch(clash.err, /on http/);
  // A folder means the capabilities in it; one that is broken does not stop the others, unless strictness is asked for.
  await Deno.writeTextFile(files[1]!, "ikanos: [\nexposes:\n");
  await using server = await startServer(CAPSTAN, ["serve", folder.path], { env });
  assert.match(server.err(), /two\.yml cannot be served/);
  assert.ok((await rpc(`http://127.0.0.1:${one}`, "tools/list", {}))["result"]);
  assert.equal(await server.end("SIGTERM"), 1);
  assert.equal((await run(CAPSTAN, ["serve", folder.path, "--strict"], { env })).code, 1);
  assert.equal((await run(CAPSTAN, ["serve", ...files, "--stdio"], { env })).code, 2);
});

Deno.test("serve finishes the calls in flight when it is told to stop", async () => {
  const arrived = Promise.withResolvers<void>();
  await using shop = upstream(async () => {
    arrived.resolve();
    await new Promise((resolve) => setTimeout(resolve, 500));
    return Response.json({ sum: 9 });
  });
  const text = capability(shop.origin);
  await using folder = await folderWith({ "shop.yml": text.slice(0, text.indexOf("    - type: rest")) });
  await using server = await startServer(CAPSTAN, ["serve", `${folder.path}/shop.yml`, "--port", "0"], {
    env: { SHOP_TOKEN: "t0ken" },
  });
  const call = rpc(server.urls[0]!, "tools/call", { name: "get-order", arguments: { id: 7 } });
  await arrived.promise;
  const [answer, code] = await Promise.all([call, server.end("SIGTERM")]);
  assert.deepEqual((answer["result"] as Record<string, unknown>)["structuredContent"], { total: 9 });
  assert.equal(code, 0);
});

Deno.test("who interrupts twice does not wait: serve and call end with 130", async () => {
  const arrived: (() => void)[] = [];
  await using shop = upstream((request) =>
    new Promise((resolve) => {
      arrived.shift()?.();
      request.signal.addEventListener("abort", () => resolve(new Response()));
    })
  );
  const text = capability(shop.origin), env = { SHOP_TOKEN: "t0ken" };
  await using folder = await folderWith({ "shop.yml": text.slice(0, text.indexOf("    - type: rest")) });
  const file = `${folder.path}/shop.yml`;
  {
    await using server = await startServer(CAPSTAN, ["serve", file, "--port", "0"], { env });
    const waiting = new Promise<void>((resolve) => arrived.push(resolve));
    const call = rpc(server.urls[0]!, "tools/call", { name: "get-order", arguments: { id: 7 } });
    call.catch(() => {});
    await waiting;
    // Two signals that come before the first is seen are one: it is interrupted until it ends.
    let code: number | undefined;
    const ended = server.end("SIGINT").then((given) => code = given);
    while (code === undefined) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      void server.end("SIGINT");
    }
    assert.equal(await ended, 130);
    await assert.rejects(call);
  }
  const waiting = new Promise<void>((resolve) => arrived.push(resolve));
  const [program, ...first] = CAPSTAN;
  const child = new Deno.Command(program, {
    args: [...first, "call", file, "get-order", "id=7"],
    env,
    stdout: "null",
    stderr: "null",
  }).spawn();
  await waiting;
  child.kill("SIGINT");
  assert.equal((await child.status).code, 130);
});

Deno.test("a port in use is an error that names --port", async () => {
  const taken = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  try {
    await using folder = await folderWith({
      "shop.yml": capability("http://127.0.0.1:1", taken.addr.port).replace(
        "tools\n      port: " + taken.addr.port,
        "tools\n      port: 0",
      ),
    });
    const outcome = await capstan("serve", `${folder.path}/shop.yml`);
    assert.equal(outcome.code, 1);
    assert.match(outcome.err, new RegExp(`port ${taken.addr.port} is already in use.*--port`));
    noStackTrace(outcome);
  } finally {
    taken.close();
  }
});

Deno.test("serve --stdio speaks only protocol on stdout, and ends with its input", async () => {
  await using shop = upstream(() => Response.json({ sum: 2 }));
  await using folder = await folderWith({ "shop.yml": capability(shop.origin) });
  const requests = [
    { jsonrpc: "2.0", id: 1, method: "tools/list" },
    { jsonrpc: "2.0", id: 2, method: "tools/call", params: { name: "get-order", arguments: { id: 7 } } },
  ];
  const { code, out, err } = await run(CAPSTAN, ["serve", "--stdio", `${folder.path}/shop.yml`], {
    env: { SHOP_TOKEN: "t0ken" },
    stdin: requests.map((request) => JSON.stringify(request) + "\n").join(""),
  });
  assert.equal(code, 0, err);
  const answers = out.trim().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(answers.map((answer) => answer.id).sort(), [1, 2]);
  assert.deepEqual(answers.find((answer) => answer.id === 2).result.structuredContent, { total: 2 });
  assert.match(err, /stdin and stdout/);
  const quiet = await run(CAPSTAN, ["serve", "--stdio", "-q", `${folder.path}/shop.yml`], {
    env: { SHOP_TOKEN: "t0ken" },
    stdin: "",
  });
  assert.equal(quiet.err, "");
  await Deno.writeTextFile(
    `${folder.path}/broken.yml`,
    capability(shop.origin).replace(
      "      tools:\n",
      "      tools:\n        broken: { description: b, call: shop.none }\n",
    ),
  );
  const broken = await run(CAPSTAN, ["serve", "--stdio", "-q", `${folder.path}/broken.yml`], {
    env: { SHOP_TOKEN: "t0ken" },
    stdin: "",
  });
  assert.match(broken.err, /^\S+broken\.yml:\d+:\d+: error unknown-operation tool broken: /);
  assert.doesNotMatch(broken.err, /stdin and stdout/);
});

Deno.test("serve tells which surfaces it does not serve, and why", async () => {
  const rest = freePort();
  const text = capability("http://127.0.0.1:1", rest);
  const env = { SHOP_TOKEN: "t0ken" };
  await using folder = await folderWith({
    "both.yml": `${text}    - { type: control, port: 1 }\n`,
    "mixed.yml": text.replace(
      `namespace: shop-tools\n      port: ${rest}`,
      "namespace: shop-tools\n      transport: stdio",
    ),
  });
  const stdio = await run(CAPSTAN, ["serve", "--stdio", `${folder.path}/both.yml`], { env, stdin: "" });
  assert.match(stdio.err, /^not served: the rest surface shop-api: over stdio there is one MCP server$/m);
  assert.match(stdio.err, /^not served: the control surface: over stdio there is one MCP server$/m);
  await using server = await startServer(CAPSTAN, ["serve", `${folder.path}/mixed.yml`], { env });
  assert.equal(await server.end("SIGTERM"), 0);
  assert.match(server.err(), /^rest shop-api on http:/m);
  assert.match(
    server.err(),
    /^not served: the mcp surface shop-tools: it speaks stdio; serve it with --stdio$/m,
  );
});

Deno.test("colours appear on no pipe", async () => {
  await using folder = await folderWith({ "bad.yml": "ikanos: [" });
  const { out, err } = await run(CAPSTAN, ["validate", `${folder.path}/bad.yml`], { env: { NO_COLOR: "" } });
  assert.ok(!(out + err).includes("\u001b["));
});

Deno.test("call lists what can be called, and says what one of it takes", async () => {
  await using folder = await folderWith({ "shop.yml": capability("http://127.0.0.1:1", 3999) });
  const file = `${folder.path}/shop.yml`;
  const list = await run(CAPSTAN, ["call", file]);
  assert.equal(list.code, 0, list.err);
  assert.match(list.out, /^tools\n {2}get-order\(id, expand\?\)\n/);
  assert.match(list.out, /consumed operations\n {2}shop\.get-order\(/);
  const help = await run(CAPSTAN, ["call", file, "get-order", "--help"]);
  assert.equal(help.code, 0, help.err);
  assert.match(help.out, /^Looks up an order\n\ntakes\n {2}id: integer \(required\)\n {4}The number\n/);
  assert.match(help.out, /such as\n {2}capstan call \S+shop\.yml get-order id=1\n$/);
  const lost = await run(CAPSTAN, ["call", file, "get-ordr", "--help"]);
  assert.deepEqual([lost.code, /did you mean get-order\?/.test(lost.err)], [1, true]);
});

Deno.test("call takes lists by repetition, and JSON from a file or standard input", async () => {
  const text = `ikanos: "1.0.0-beta5"
capability:
  exposes:
    - type: mcp
      namespace: lists
      port: 3999
      tools:
        say:
          description: Says
          inputParameters: { labels: { type: array, items: { type: string }, required: true, description: Labels } }
          outputParameters: [{ name: labels, type: array, items: { type: string }, value: "{{labels}}" }]
`;
  await using folder = await folderWith({
    "l.yml": text,
    "a.json": '{"labels":["x"]}',
    "b.json": '{"labels":,}',
  });
  const file = `${folder.path}/l.yml`;
  const said = async (words: readonly string[], stdin?: string) => {
    const { out, err } = await run(
      CAPSTAN,
      ["call", file, "say", ...words],
      stdin === undefined ? {} : { stdin },
    );
    return out === "" ? err : JSON.stringify(JSON.parse(out));
  };
  assert.equal(await said(["labels=a", "labels=b"]), '{"labels":["a","b"]}');
  assert.equal(await said([`--json`, `@${folder.path}/a.json`]), '{"labels":["x"]}');
  assert.equal(await said(["--json", "@-"], '{"labels":["y"]}'), '{"labels":["y"]}');
  assert.match(
    await said(["--json", `@${folder.path}/b.json`]),
    /b\.json is not valid JSON at line 1, column 11/,
  );
  assert.match(await said(["--json", `@${folder.path}/c.json`]), /c\.json cannot be read/);
  assert.match(
    await said(["labels=a,b"]),
    /a list: give the name several times \(labels=a labels=b\), or JSON/,
  );
});

/** The environment without what a task adds to it. */
function withoutTask(): Record<string, string> {
  const { INIT_CWD: _, CAPSTAN_FOLDER: __, ...rest } = Deno.env.toObject();
  return rest;
}

Deno.test("the task works from the folder the user is in", async () => {
  await using folder = await folderWith({ "here.yml": capability("http://127.0.0.1:1") });
  const { code, out, err } = await run([Deno.execPath()], [
    "task",
    "--config",
    `${ROOT}deno.json`,
    "capstan",
    "validate",
    "here.yml",
  ], {
    cwd: folder.path,
    // A task that started these tests would have set the folder already.
    clearEnv: true,
    env: { ...withoutTask(), SHOP_TOKEN: "t" },
  });
  assert.equal(code, 0, err);
  assert.match(out, /^here\.yml: valid/m);
});
