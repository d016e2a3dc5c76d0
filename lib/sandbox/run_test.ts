import assert from "node:assert/strict";
import { readSpecification } from "../document/read.ts";
import type { WorkerMessage } from "./messages.ts";
import { type ProgramThread, runSandboxed } from "./run.ts";

Deno.test("runSandboxed() tells reports in order, however long giving up permissions takes", async () => {
  const spec = readSpecification("s.yml", { readText: () => "" }, { text: 'ikanos: "1.0.0-beta5"\n' });
  const thread: ProgramThread = { onmessage: null, onerror: null, postMessage() {}, terminate() {} };
  const { reports } = runSandboxed({
    spec,
    binds: {},
    manifest: { net: [], listen: [], read: [] },
    job: { do: "serve", options: { stdio: true } },
    thread,
    onceReady: () => new Promise((resolve) => setTimeout(resolve, 20)),
  });
  const say = (report: object) => thread.onmessage!({ data: JSON.stringify(report) });
  say({ type: "ready", listening: [], notServed: [], diagnostics: [], disabled: [] });
  say({ type: "finished" });
  const told: WorkerMessage["type"][] = [];
  for await (const report of reports) told.push(report.type);
  assert.deepEqual(told, ["ready", "finished"]);
});
