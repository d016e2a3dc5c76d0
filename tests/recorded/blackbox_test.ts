/**
 * The recorded cases of the reference engine, where they are there: each passes, or is listed in
 * `departures.yml` with the reason why it does not.
 *
 * @module
 */
import assert from "node:assert/strict";
import { load } from "js-yaml";
import { MADE_BUNDLE, ROOT } from "../testing.ts";

const CORPUS = `${ROOT}../shared/corpus`;

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Whether Python with PyYAML is there to run the corpus's own programs. */
function hasPython(): boolean {
  try {
    return new Deno.Command("python3", { args: ["-c", "import yaml"], stdout: "null", stderr: "null" })
      .outputSync().success;
  } catch {
    return false;
  }
}

/** Says something that is no result: what was skipped, and how much passed. */
function say(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${text}\n`));
}

const present = exists(`${CORPUS}/blackbox/run.py`) && hasPython();
if (!present) say("the recorded cases are skipped: the corpus, or Python with PyYAML, is not here");

interface Departure {
  readonly case?: string;
  readonly area?: string;
  readonly reason: string;
  /** It depends on timing whether the case passes. */
  readonly sometimes?: boolean;
}

/** The command, bundled: it starts several times faster than from source. */
async function bundled(): Promise<string> {
  if (MADE_BUNDLE !== undefined) return `${Deno.execPath()} run -A --no-check ${MADE_BUNDLE}`;
  const folder = Deno.makeTempDirSync({ prefix: "capstan-cases-" });
  const { bundle } = await import("../../tools/bundle.ts");
  return `${Deno.execPath()} run -A --no-check ${await bundle(folder)}`;
}

async function python(args: readonly string[]): Promise<{ code: number; out: string }> {
  const { code, stdout } = await new Deno.Command("python3", {
    args: [...args],
    stdout: "piped",
    stderr: "inherit",
    env: { NO_COLOR: "1" },
  }).output();
  return { code, out: new TextDecoder().decode(stdout) };
}

/** How many cases of each area pass, and how many are departures. */
function table(
  ids: readonly string[],
  areaOf: ReadonlyMap<string, string>,
  failed: ReadonlySet<string>,
): string {
  const counts = new Map<string, [all: number, departures: number]>();
  for (const id of ids) {
    for (const area of [areaOf.get(id)!, "all of them"]) {
      const count = counts.get(area) ?? [0, 0];
      counts.set(area, count);
      count[0]++;
      if (failed.has(id)) count[1]++;
    }
  }
  const total = counts.get("all of them")!;
  counts.delete("all of them");
  const line = (area: string, passed: unknown, listed: unknown, share: string) =>
    `${area.padEnd(18)}${String(passed).padStart(7)}${String(listed).padStart(12)}${share.padStart(8)}`;
  return [
    line("recorded cases of", "pass", "departures", ""),
    ...[...counts, ["all of them", total] as const].map(([area, [all, departures]]) =>
      line(area, all - departures, departures, `${(100 * departures / all).toFixed(1)} %`)
    ),
  ].join("\n");
}

const departures = load(Deno.readTextFileSync(`${ROOT}tests/recorded/departures.yml`)) as Departure[];

Deno.test("departures.yml gives each case or area once, with a reason", () => {
  const names = departures.map((d) => d.case ?? d.area);
  assert.equal(new Set(names).size, names.length);
  for (const departure of departures) {
    assert.ok((departure.case === undefined) !== (departure.area === undefined), JSON.stringify(departure));
    assert.ok(departure.reason.length > 10, JSON.stringify(departure));
  }
});

Deno.test({
  name: "every recorded case passes, or is a departure with a reason",
  ignore: !present,
  async fn() {
    const areas = new Set(departures.flatMap((d) => d.area === undefined ? [] : [d.area]));
    const listed = new Set(departures.flatMap((d) => d.case === undefined ? [] : [d.case]));
    const ids: string[] = [], areaOf = new Map<string, string>();
    const files = [...Deno.readDirSync(`${CORPUS}/blackbox/cases`)].map(({ name }) => name).sort();
    for (const name of files) {
      for (const text of Deno.readTextFileSync(`${CORPUS}/blackbox/cases/${name}`).split(/^---$/m)) {
        const id = /^id: (\S+)/m.exec(text)?.[1], area = /^area: (\S+)/m.exec(text)?.[1];
        if (id !== undefined && area !== undefined && !areas.has(area) && !/^manual: true/m.test(text)) {
          ids.push(id);
          areaOf.set(id, area);
        }
      }
    }
    assert.ok(ids.length > 500, `only ${ids.length} cases found`);
    const unknown = [...listed].filter((id) => !areaOf.has(id));
    assert.deepEqual(
      unknown,
      [],
      "these are listed, and no case or one of an area that is listed as a whole",
    );
    const program = await bundled();
    const results: Record<string, { ok: boolean; out: unknown }> = {};
    const runCases = async (some: readonly string[], jobs: number) => {
      const report = Deno.makeTempFileSync({ suffix: ".json" });
      await python([
        `${CORPUS}/blackbox/run.py`,
        ...["--engine", `${program} serve {spec}`, "--cli", program, "--jobs", `${jobs}`, "--json", report],
        ...some,
      ]);
      Object.assign(results, JSON.parse(Deno.readTextFileSync(report)));
    };
    await runCases(ids, 6);
    const unlisted = () => ids.filter((id) => results[id]?.ok !== true && !listed.has(id));
    // A port that somebody else took between choosing and using it is not the engine's fault, nor is a machine that is so
    // busy that the cases' own patience ends: a few are tried again, at last one by one.
    for (const jobs of [2, 1]) {
      if (unlisted().length > 0 && unlisted().length < 20) await runCases(unlisted(), jobs);
    }
    const failed = ids.filter((id) => results[id]?.ok !== true), unexplained = unlisted();
    const sometimes = new Set(departures.flatMap((d) => d.sometimes ? [d.case!] : []));
    const mended = [...listed].filter((id) => results[id]?.ok === true && !sometimes.has(id));
    const detail = unexplained.slice(0, 5).map((id) =>
      `${id}: ${JSON.stringify(results[id]?.out).slice(0, 1500)}`
    ).join("\n");
    assert.deepEqual(unexplained, [], `these fail and are not listed:\n${detail}`);
    assert.deepEqual(mended, [], "these are listed and pass: take them out of departures.yml");
    say(table(ids, areaOf, new Set(failed)));
  },
});

Deno.test({
  name: "every callable tool of the third-party specifications sends the right request",
  ignore: !present || !exists(`${CORPUS}/wild/run.py`),
  async fn() {
    const engine = `${await bundled()} serve {spec}`, report = Deno.makeTempFileSync({ suffix: ".json" });
    const runFiles = (...args: readonly string[]) =>
      python([
        `${CORPUS}/wild/run.py`,
        ...["--engine", engine, "--start", "120", "--json", report],
        ...args,
      ]);
    let { code, out } = await runFiles("--jobs", "2");
    const summary = out.trim().split("\n").at(-1)!;
    if (code !== 0) {
      // A port that somebody else took, or an answer that took too long on a busy machine: a few are tried again, alone.
      const { specs } = JSON.parse(Deno.readTextFileSync(report)) as {
        specs: { path: string; status: string }[];
      };
      const failed = specs.filter(({ status }) => status !== "PASS").map(({ path }) => path);
      if (failed.length < 5) ({ code, out } = await runFiles("--jobs", "1", ...failed));
    }
    assert.equal(
      code,
      0,
      out.trim().split("\n").filter((line) => !line.startsWith("PASS")).slice(0, 60).join("\n"),
    );
    say(summary);
  },
});
