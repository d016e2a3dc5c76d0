import assert from "node:assert/strict";
import { folderWith } from "../../tests/testing.ts";
import { denoHost } from "./deno.ts";
import { nodeHost } from "./node.ts";

Deno.test("Host.readBytes() reads a regular file, and none that its path leads to only now", async () => {
  await using folder = await folderWith({ "a.txt": "ours", "secret.txt": "the secret" });
  const path = `${folder.path}/a.txt`, text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  const hosts = [denoHost(() => {}), nodeHost(() => {})];
  const real = (await hosts[0]!.resolve(path))!.name;
  for (const host of hosts) {
    assert.equal(text(await host.readBytes(path, 4)), "ours");
    assert.equal(text(await host.readBytes(path, 4, real)), "ours");
    await assert.rejects(host.readBytes(path, 3, real), /has 4 bytes, more than 3/);
    await assert.rejects(host.readBytes(folder.path, 100), /is not a file/);
  }
  await Deno.remove(path);
  await Deno.symlink(`${folder.path}/secret.txt`, path);
  for (const host of hosts) {
    assert.equal(text(await host.readBytes(path, 100)), "the secret");
    await assert.rejects(host.readBytes(path, 100, real), /leads to another file than it did/);
  }
});
