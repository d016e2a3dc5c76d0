import assert from "node:assert/strict";
import { packReport, readReport } from "./crossing.ts";
import type { WorkerMessage } from "./messages.ts";

Deno.test("what a worker says is read as it was said", () => {
  const reports: WorkerMessage[] = [
    { type: "finished" },
    { type: "lines", lines: ["one"] },
    { type: "lines", lines: ["", 'two "lines" {}', "spans 1 {}"] },
    { type: "lines", lines: ["broken\nin two", "\r\t\u2028"] },
    { type: "spans", text: '{"name":"a"},{"name":"b\\n"}', count: 2 },
    { type: "records", text: "", count: 0 },
    { type: "metrics", text: '{"name":"spans 1 "}' },
    { type: "script", script: "spans 3 ", lines: ["lines "] },
  ];
  for (const report of reports) assert.deepEqual(readReport(packReport(report)), report);
});
