/**
 * What a document may read, tried with the program as users start it: its own folder, and nothing that leads out of it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { CAPSTAN, run } from "../testing.ts";

const HEAD = 'ikanos: "1.0.0-beta5"\n';
const TOOL = (steps: string) =>
  `  exposes:\n    - type: mcp\n      namespace: t\n      port: 3001\n      tools:\n        look: { description: d, ${steps} }\n`;
const API = `${HEAD}consumes:\n  - { type: http, namespace: shop, baseUri: "https://shop.example", ` +
  `resources: { r: { path: /r, operations: { get: { method: GET } } } } }\n`;
const importing = (from: string) =>
  `${HEAD}capability:\n  consumes:\n    - { from: "${from}", import: shop }\n${TOOL("call: shop.get")}`;
const SECRET = "s3cret-of-the-machine";

/** A folder with a document's folder `own` and another beside it. */
async function folders() {
  const path = await Deno.realPath(await Deno.makeTempDir());
  const write = async (name: string, text: string) => {
    const file = `${path}/${name}`;
    await Deno.mkdir(file.replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.writeTextFile(file, text);
  };
  return {
    path,
    write,
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

const windows = Deno.build.os === "windows";

Deno.test("U3, U4: an import reads no file outside its folder, none that is no specification, and shows nothing of it", async () => {
  await using dir = await folders();
  await dir.write("other/shared.yml", API);
  await dir.write("other/secrets.yml", `password: ${SECRET}\n`);
  await dir.write("own/.env", `TOKEN=${SECRET}\n`);
  await dir.write("own/plain.yml", `password: ${SECRET}\n`);
  await dir.write("own/large.yml", `# ${"x".repeat(16 * 1024 * 1024)}\n${API}`);
  if (!windows) {
    await Deno.symlink("../other/shared.yml", `${dir.path}/own/link.yml`);
    await Deno.symlink(".env", `${dir.path}/own/env.yml`);
    await Deno.symlink("/dev/zero", `${dir.path}/own/zero.yml`);
    await new Deno.Command("mkfifo", { args: [`${dir.path}/own/pipe.yml`] }).output();
  }
  await Deno.mkdir(`${dir.path}/own/folder.yml`);
  const cases: [from: string, told: RegExp][] = [
    ["../other/shared.yml", /file-refused .* is outside .*\n(.*\n)*.*--allow-read \S*other/],
    [`file://${dir.path}/other/shared.yml`, /file-refused .* is outside /],
    ["./.env", /file-refused .* does not end in \.yml/],
    ["./plain.yml", /import-not-found .* holds no specification/],
    ["./folder.yml", /file-refused .* is not a regular file/],
    ["./large.yml", /file-refused .* is larger than 16 MiB/],
    ...(windows ? [] : [
      ["./link.yml", /file-refused .* is outside .*\n(.*\n)*.*--allow-read \S*other/],
      ["./env.yml", /file-refused .* does not end in \.yml/],
      ["./zero.yml", /file-refused .* is (outside|not a regular file)/],
      ["./pipe.yml", /file-refused .* is not a regular file/],
      ["/proc/self/environ", /file-refused .* is outside /],
      ["/etc/shadow", /file-refused .* is outside /],
      ["/dev/zero", /file-refused .* is outside /],
    ] as [string, RegExp][]),
  ];
  await Promise.all(cases.map(async ([from], i) => await dir.write(`own/${i}.yml`, importing(from))));
  const { out, err, code } = await run(
    CAPSTAN,
    ["validate", ...cases.map((_, i) => `${i}.yml`)],
    { cwd: `${dir.path}/own`, env: { OF_THE_ENVIRONMENT: SECRET } },
  );
  assert.equal(code, 1);
  assert.doesNotMatch(out + err, new RegExp(`${SECRET}|password|OF_THE_ENVIRONMENT`));
  const parts = out.split(/^\d+\.yml: not valid.*\n/m);
  cases.forEach(([from, told], i) => assert.match(parts[i]!, told, from));
  const allowed = await run(CAPSTAN, ["validate", "--allow-read", "../other", "0.yml"], {
    cwd: `${dir.path}/own`,
  });
  assert.match(allowed.out, /0\.yml: valid/);
});

Deno.test("U3: a script, what it depends on and a schema are read from the folder of the document alone", async () => {
  await using dir = await folders();
  await dir.write("other/steps.js", "result = { got: 1 }");
  await dir.write("own/steps.js", "result = { got: typeof SECRET === 'undefined' ? 'nothing' : SECRET }");
  await dir.write("own/.env", `SECRET="${SECRET}"\n`);
  await dir.write("own/value.yml", `SECRET: "${SECRET}"\n`);
  const script = (location: string, file: string, dependency?: string) =>
    `${HEAD}capability:\n${
      TOOL(
        `steps: { s: { type: script, language: javascript, location: "${location}", file: ${file}${
          dependency === undefined ? "" : `, dependencies: ["${dependency}"]`
        } } }`,
      )
    }`;
  const schema = (path: string) =>
    `${HEAD}capability:\n  consumes:\n    - { type: http, namespace: shop, baseUri: "https://shop.example", resources: { r: { path: /r, ` +
    `operations: { get: { method: GET, outputRawFormat: avro, outputSchema: "${path}" } } } } }\n${
      TOOL("call: shop.get")
    }`;
  const cases: [text: string, told: RegExp][] = [
    [script("file:///./../other", "steps.js"), /file-refused .*outside/],
    [script(`file://${dir.path}/other`, "steps.js"), /file-refused .*outside/],
    [script("file:///./", "steps.js", ".env"), /file-refused .*does not end in \.js/],
    [script("file:///./", "steps.js", "value.yml"), /file-refused .*does not end in \.js/],
    [schema("/etc/passwd"), /file-refused .*is outside/],
    [schema("./.env"), /file-refused .*does not end in \.avsc/],
    [schema("../other/none.avsc"), /file-not-found .*was not found/],
  ];
  for (const [i, [text, told]] of cases.entries()) {
    await dir.write(`own/${i}.yml`, text);
    const options = { cwd: `${dir.path}/own` };
    const validated = await run(CAPSTAN, ["validate", `${i}.yml`], options);
    assert.match(validated.out, told, text);
    assert.doesNotMatch(validated.out + validated.err, new RegExp(SECRET));
    const called = await run(CAPSTAN, ["call", `${i}.yml`, "look"], options);
    assert.match(called.err, told, text);
    assert.equal(called.code, 1);
    const granted = await run(CAPSTAN, ["permissions", `${i}.yml`], options);
    if (/file-refused/.test(told.source)) {
      assert.doesNotMatch(granted.out, /--allow-read=\S*(other|env|yml|etc)/, text);
    }
  }
  const options = { cwd: `${dir.path}/own` };
  await dir.write("own/good.yml", script("file:///./", "steps.js"));
  assert.deepEqual(JSON.parse((await run(CAPSTAN, ["call", "good.yml", "look"], options)).out), {
    got: "nothing",
  });
  const allowed = await run(CAPSTAN, ["call", "--allow-read", `${dir.path}/other`, "0.yml", "look"], options);
  assert.deepEqual(JSON.parse(allowed.out), { got: 1 });
});

Deno.test("U4: a bind reads no file outside its folder, and its file is never shown", async () => {
  await using dir = await folders();
  await dir.write("other/keys.env", `KEY=${SECRET}\n`);
  const bound = (location: string) =>
    `${HEAD}binds:\n  - { namespace: k, location: "${location}", keys: { KEY: KEY } }\ncapability:\n  consumes:\n` +
    `    - { type: http, namespace: shop, baseUri: "https://shop.example", authentication: { type: bearer, token: "{{KEY}}" }, ` +
    `resources: { r: { path: /r, operations: { get: { method: GET } } } } }\n${TOOL("call: shop.get")}`;
  await dir.write("own/broken.json", `{"KEY": "${SECRET}" [`);
  await dir.write("own/a.yml", bound("file:///./../other/keys.env"));
  await dir.write("own/b.yml", bound("file:///./broken.json"));
  const options = { cwd: `${dir.path}/own` };
  const outside = await run(CAPSTAN, ["validate", "a.yml", "b.yml"], options);
  assert.match(outside.out, /warning file-refused the bind k names the file .* is outside/);
  assert.match(outside.out, /--allow-read \S*other/);
  assert.match(outside.out, /it is not valid JSON \(line 1\)/);
  assert.doesNotMatch(outside.out + outside.err, new RegExp(SECRET));
  const missing = await run(CAPSTAN, ["call", "a.yml", "look", "--dry-run"], options);
  assert.match(missing.err, /the variable KEY has no value/);
  const allowed = await run(
    CAPSTAN,
    ["call", "a.yml", "look", "--dry-run", "--allow-read=../other"],
    options,
  );
  assert.match(allowed.out, /Authorization: Bearer \*\*\*/);
});
