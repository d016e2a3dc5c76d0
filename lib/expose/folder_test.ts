/**
 * @module
 */
import assert from "node:assert/strict";
import type { Host, LogEntry } from "../host/host.ts";
import { Folder } from "./folder.ts";

/** A folder with so many files, and nothing else of a machine. */
function folderOf(count: number) {
  const said: LogEntry[] = [], names = Array.from({ length: count }, (_, i) => `f${i}.txt`);
  const host = {
    resolve: (path: string) =>
      Promise.resolve({ name: path, kind: path === "/docs" ? "folder" : "file", size: 1 } as const),
    entries: () => Promise.resolve(names.map((name) => ({ name, kind: "file" as const }))),
    log: (entry: LogEntry) => said.push(entry),
  } as unknown as Host;
  return { folder: new Folder(host, "/docs"), said };
}

Deno.test("Folder.files() says once that it does not give them all", async () => {
  const large = folderOf(10_001);
  assert.equal((await large.folder.files()).length, 10_000);
  await large.folder.files();
  assert.deepEqual(large.said.map(({ level }) => level), ["warning"]);
  assert.match(large.said[0]!.message, /^\/docs has more than 10000 files.*the rest is not published$/);
  const full = folderOf(10_000);
  assert.equal((await full.folder.files()).length, 10_000);
  assert.deepEqual(full.said, []);
});
