/**
 * The exporter is loaded before this thread gives up the permissions that it is loaded with.
 *
 * @module
 */
import assert from "node:assert/strict";

Deno.test("spans leave though the permissions are given up as soon as the exporter is ready", async () => {
  const asked = Promise.withResolvers<string>();
  await using sink = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    asked.resolve(new URL(request.url).pathname);
    return new Response("{}");
  });
  const program = `
    import { startExporter } from ${
    JSON.stringify(new URL("../../lib/sandbox/telemetry/exporter.ts", import.meta.url).href)
  };
    import { giveUpPermissions } from ${
    JSON.stringify(new URL("../../lib/sandbox/run.ts", import.meta.url).href)
  };
    const settings = { url: "http://127.0.0.1:${sink.addr.port}/v1/traces", headers: {}, resource: {}, version: "1" };
    const exporter = startExporter(settings, (message) => console.log(message));
    await exporter.ready;
    await giveUpPermissions();
    exporter.send({ type: "spans", text: "{}", count: 1 });
    await exporter.close();
  `;
  const config = new URL("../../deno.json", import.meta.url).pathname,
    file = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(file, program);
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", "--no-check", "--config", config, file],
    }).output();
    const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    assert.equal(code, 0, said);
    assert.equal(said, "");
    assert.equal(await asked.promise, "/v1/traces");
  } finally {
    await Deno.remove(file);
  }
});
