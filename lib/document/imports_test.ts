import assert from "node:assert/strict";
import { readSpecification } from "./read.ts";
import { renderDiagnostic } from "./diagnostics/render.ts";

/** Reads `main.yml` of a set of files. */
function read(files: Record<string, string>, main = "main.yml") {
  const asked: string[] = [];
  const spec = readSpecification(main, {
    readText(path) {
      asked.push(path);
      if (!Object.hasOwn(files, path)) throw new Error(`no ${path}`);
      return files[path]!;
    },
  });
  return {
    spec,
    asked,
    codes: spec.diagnostics.map((d) => `${d.code} ${d.location.file}:${d.location.line}`),
  };
}

const HEAD = 'ikanos: "1.0.0-beta5"\n';
const api = (namespace: string, more = "") =>
  `- namespace: ${namespace}\n  baseUri: https://${namespace}.example\n${more}`;
const importing = (entry: string, section = "consumes") =>
  `${HEAD}capability:\n  ${section}:\n  - ${entry}\n`;

Deno.test("imports bring in an entry under its own or another name, with the places of its own file", () => {
  const { spec } = read({
    "main.yml": importing("{from: ./shared/apis.yml, import: shop, as: store}"),
    "shared/apis.yml": `${HEAD}consumes:\n${api("bank")}${api("shop")}`,
  });
  const [shop] = spec.document.consumes!;
  assert.deepEqual(shop, { namespace: "store", baseUri: "https://shop.example" });
  const place = spec.origins.locate(shop!, "baseUri")!;
  assert.deepEqual([place.file, place.line, place.column], ["shared/apis.yml", 6, 12]);
  assert.deepEqual(spec.files.map((file) => file.name), ["main.yml", "shared/apis.yml"]);
  assert.deepEqual(spec.diagnostics, []);
});

Deno.test("imports nest, each relative to the file that names it", () => {
  const { spec, asked } = read({
    "/x/main.yml": importing("{location: a/one.yml, import: shop}"),
    "/x/a/one.yml": `${HEAD}consumes:\n- {from: ../b/two.yml, import: shop}\n`,
    "/x/b/two.yml": `\ufeff${HEAD}consumes:\n${api("shop")}`,
  }, "/x/main.yml");
  assert.deepEqual(asked, ["/x/main.yml", "/x/a/one.yml", "/x/b/two.yml"]);
  assert.equal(spec.document.consumes?.[0]?.baseUri, "https://shop.example");
  assert.equal(spec.origins.locate(spec.document.consumes![0]!, "namespace")!.file, "/x/b/two.yml");
});

Deno.test("imports take file:// locations, absolute and relative", () => {
  const shared = `${HEAD}consumes:\n${api("shop")}`;
  for (
    const [from, path] of [["file:///abs/s.yml", "/abs/s.yml"], ["file:///./s.yml", "s.yml"], [
      "file://./s.yml",
      "s.yml",
    ]]
  ) {
    const { spec, codes } = read({
      "main.yml": importing(`{from: "${from}", import: shop}`),
      [path!]: shared,
    });
    assert.deepEqual(codes, [], from);
    assert.equal(spec.document.consumes?.length, 1);
  }
});

Deno.test("imports work in every section", () => {
  const shared = `${HEAD}exposes: [{type: mcp, namespace: desk}]\naggregates: [{namespace: sales}]\n` +
    "binds: [{namespace: keys, keys: {A: B}}]\n";
  for (const [section, name] of [["exposes", "desk"], ["aggregates", "sales"], ["binds", "keys"]] as const) {
    const { spec, codes } = read({
      "main.yml": importing(`{from: s.yml, import: ${name}, as: other}`, section),
      "s.yml": shared,
    });
    assert.deepEqual(codes, [], section);
    assert.equal(spec.document[section]?.[0]?.namespace, "other");
  }
});

Deno.test("an import that fails is told at its own place, each time, and the rest goes on", () => {
  const { spec, codes } = read({
    "main.yml": `${HEAD}capability:
  consumes:
  - {from: none.yml, import: a}
  - {from: none.yml, import: b}
  - {from: apis.yml, import: shopp}
  - {from: apis.yml}
  - {import: shop}
  - {from: "https://a.example/x.yml", import: shop}
  - {from: bad.yml, import: shop}
  - {from: apis.yml, import: shop}
`,
    "apis.yml": `${HEAD}consumes:\n${api("shop")}`,
    "bad.yml": "consumes: [\n",
  });
  assert.deepEqual(
    codes.filter((code) => code.includes("main.yml")),
    [4, 5, 6, 7, 8, 9, 10].map((line) => `import-not-found main.yml:${line}`),
  );
  assert.ok(codes.includes("yaml-syntax bad.yml:1"));
  assert.match(spec.diagnostics.find((d) => d.location.line === 6)!.fix!, /did you mean shop/);
  assert.deepEqual(spec.document.consumes?.map((c) => c.namespace), ["shop"]);
});

Deno.test("imports that go round in a circle end, whatever the main file is called", () => {
  for (const main of ["main.yml", "./main.yml"]) {
    const text = `${HEAD}consumes:\n- {from: other.yml, import: shop}\n`;
    const { codes } = read({
      "main.yml": text,
      "./main.yml": text,
      "other.yml": `${HEAD}consumes:\n- {from: main.yml, import: shop}\n`,
    }, main);
    assert.ok(codes.includes("import-cycle other.yml:3"), codes.join());
  }
});

Deno.test("imports that double at every level are cut off", () => {
  const files: Record<string, string> = { "f30.yml": `${HEAD}consumes:\n${api("shop")}` };
  for (let i = 0; i < 30; i++) {
    const twice = `- {from: f${i + 1}.yml, import: shop, as: shop}\n`;
    files[i === 0 ? "main.yml" : `f${i}.yml`] = `${HEAD}consumes:\n${twice}${twice}`;
  }
  // Followed to the end, these would be a thousand million files.
  const { spec } = read(files);
  assert.ok(spec.diagnostics.some((d) => d.code === "import-cycle"));
  assert.ok((spec.document.consumes?.length ?? 0) <= 20_000);
});

Deno.test("one namespace twice after as is told", () => {
  const { codes } = read({
    "main.yml": `${HEAD}consumes:\n${api("store")}- {from: apis.yml, import: shop, as: store}\n`,
    "apis.yml": `${HEAD}consumes:\n${api("shop")}`,
  });
  assert.equal(codes.length, 1);
  assert.match(codes[0]!, /^namespace-collision /);
});

Deno.test("import keys of the document itself are explained and not followed", () => {
  const { codes, asked } = read({ "main.yml": `${HEAD}import: other.yml\ncapability: {imports: [a.yml]}\n` });
  assert.deepEqual(codes, ["import-not-followed main.yml:2", "import-not-followed main.yml:3"]);
  assert.deepEqual(asked, ["main.yml"]);
});

Deno.test("an import of a file that is not valid YAML says so, beside the error at its own place", () => {
  const { spec } = read({ "main.yml": importing("{from: bad.yml, import: a}"), "bad.yml": "consumes: [\n" });
  assert.deepEqual(spec.diagnostics.map((d) => `${d.code} ${d.location.file}`).sort(), [
    "import-not-found main.yml",
    "yaml-syntax bad.yml",
  ]);
  const told = spec.diagnostics.find((d) => d.code === "import-not-found")!;
  assert.equal(told.message, "the file bad.yml is not valid YAML");
});

Deno.test("an import tells a file that is not there from one that cannot be read", () => {
  const message = (error: Error) =>
    readSpecification("main.yml", {
      readText: () => {
        throw error;
      },
    }, { text: importing("{from: none.yml, import: a}") }).diagnostics[0]?.message;
  assert.equal(message(new Deno.errors.NotFound("No such file")), "the file none.yml was not found");
  assert.equal(message(new Error("Is a directory")), "the file none.yml cannot be read");
});

Deno.test("one import twice is told, and brings its entry in once; under another name it is another", () => {
  const { spec, codes } = read({
    "main.yml": `${HEAD}consumes:
- {from: apis.yml, import: shop}
- {from: ./apis.yml, import: shop}
- {from: apis.yml, import: shop, as: store}
`,
    "apis.yml": `${HEAD}consumes:\n${api("shop")}`,
  });
  assert.deepEqual(codes, ["namespace-collision main.yml:4"]);
  assert.deepEqual(spec.document.consumes?.map((c) => c.namespace), ["shop", "store"]);
});

Deno.test("nothing of a file that is no specification is shown, neither its lines nor its words", () => {
  for (
    const secret of ["TOKEN=s3cret\n", "password: s3cret\n  x: [\n", "s3cret: 1\ns3cret: 2\n", "*s3cret\n"]
  ) {
    const { spec } = read({ "main.yml": importing("{from: ./x.yml, import: a}"), "x.yml": secret });
    const all = spec.diagnostics.map((d) => renderDiagnostic(d, spec.files)).join("\n");
    assert.match(all, /import-not-found/);
    assert.doesNotMatch(all, /s3cret|TOKEN|password/, secret);
    const { spec: itself } = read({ "main.yml": secret });
    assert.ok(itself.diagnostics.length > 0);
    assert.doesNotMatch(
      itself.diagnostics.map((d) => renderDiagnostic(d, itself.files)).join("\n"),
      /s3cret/,
    );
  }
});

Deno.test("an import that names a file takes the only namespace of it, and says so", () => {
  const one = `${HEAD}consumes:\n${api("shop")}`, two = one + api("bank");
  const { spec, codes } = read({
    "main.yml": importing("{import: shared/shop.yml, as: store}"),
    "shared/shop.yml": one,
  });
  assert.deepEqual(codes, ["import-names-file main.yml:4"]);
  assert.equal(spec.document.consumes?.[0]?.namespace, "store");
  assert.match(spec.diagnostics[0]!.fix!, /from: \.\/shared\/shop\.yml and import: shop/);
  const { spec: several } = read({ "main.yml": importing("{import: both.yml}"), "both.yml": two });
  assert.match(several.diagnostics[0]!.fix!, /from: \.\/both\.yml and import: shop or bank/);
});

Deno.test("a circle of imports is told once, where it closes, as the way that leads back", () => {
  const { spec } = read({
    "main.yml": importing("{from: a.yml, import: shop}"),
    "a.yml": `${HEAD}consumes:\n- {from: b.yml, import: shop}\n`,
    "b.yml": `${HEAD}consumes:\n- {from: a.yml, import: shop}\n`,
  });
  assert.deepEqual(spec.diagnostics.map((d) => `${d.location.file}:${d.location.line} ${d.message}`), [
    "b.yml:3 circular import: a.yml → b.yml → a.yml",
  ]);
});
