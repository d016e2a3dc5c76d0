import assert from "node:assert/strict";
import { explain } from "./binary.ts";
import { baseEnvironment, BuildError, execute, TARGETS } from "./toolchain.ts";

Deno.test("execute() ends a program that does not end, and says so before", async () => {
  let slow = 0;
  const { success, tooLate } = await execute(Deno.execPath(), [
    "eval",
    "await new Promise((r) => setTimeout(r, 1e9))",
  ], {
    limit: 1500,
    slowAfter: 10,
    onSlow: () => slow++,
  });
  assert.deepEqual([success, tooLate, slow], [false, true, 1]);
});

Deno.test("execute() says when there is no such program", async () => {
  await assert.rejects(execute("/nothing/deno", []), BuildError);
});

Deno.test("explain() tells a download that failed in one line, with what to do", () => {
  const text = `error: Writing deno compile executable to temporary file 'x.tmp'

Caused by:
    0: Setting up base binary.
    1: error sending request for url (https://dl.deno.land/x.zip): client error (Connect): dns error
    2: client error (Connect)`;
  const told = explain(text, "x86_64-unknown-linux-gnu");
  assert.match(
    told,
    /set DENORT_BIN .*Deno said: error sending request for url \(https:\/\/dl.deno.land\/x.zip\)/,
  );
  assert.doesNotMatch(told, /\n/);
});

Deno.test("baseEnvironment() takes a base binary for no other platform than its own", async () => {
  const folder = await Deno.makeTempDir({ prefix: "capstan-test-" }), before = Deno.env.get("DENORT_BIN");
  try {
    const heads: Record<string, string> = {
      "x86_64-unknown-linux-gnu": "7f454c46020101000000000000000000" + "03003e0001000000",
      "aarch64-unknown-linux-gnu": "7f454c46020101000000000000000000" + "0300b70001000000",
      "x86_64-apple-darwin": "cffaedfe0700000103000000020000001800000000000000",
      "aarch64-apple-darwin": "cffaedfe0c00000100000000020000001900000000000000",
      "x86_64-pc-windows-msvc": "4d5a90000300000004000000ffff0000b800000000000000",
    };
    for (const target of TARGETS) {
      await Deno.mkdir(`${folder}/${target}`);
      const file = `${folder}/${target}/denort${target.includes("windows") ? ".exe" : ""}`;
      await Deno.writeFile(file, Uint8Array.fromHex(heads[target]!));
    }
    Deno.env.set("DENORT_BIN", `${folder}/{target}/denort`);
    for (const target of TARGETS) {
      assert.match(baseEnvironment(target)["DENORT_BIN"]!, new RegExp(`/${target}/denort(\\.exe)?$`));
    }
    Deno.env.set("DENORT_BIN", `${folder}/x86_64-unknown-linux-gnu/denort`);
    assert.throws(
      () => baseEnvironment("aarch64-apple-darwin"),
      /for x86_64-unknown-linux-gnu, not for aarch64/,
    );
  } finally {
    if (before === undefined) Deno.env.delete("DENORT_BIN");
    else Deno.env.set("DENORT_BIN", before);
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a binary is never made with the runtime's own telemetry, whatever the environment says", async () => {
  const program = `await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--quiet", ${
    JSON.stringify(`
      const { execute } = await import(${JSON.stringify(new URL("toolchain.ts", import.meta.url).href)});
      const shown = await execute("sh", ["-c", "echo OTEL_DENO=$OTEL_DENO >&2; exit 1"]);
      console.log(shown.text);
    `)
  }],
    env: { OTEL_DENO: "true", NO_COLOR: "1" },
    stdout: "inherit",
  }).output();`;
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["eval", "--quiet", program] }).output();
  assert.match(new TextDecoder().decode(stdout), /OTEL_DENO=false/);
});
