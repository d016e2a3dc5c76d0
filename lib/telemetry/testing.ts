/**
 * Reading the Prometheus text format, as strictly as its description is, to check what is written in it.
 *
 * @module
 */
import assert from "node:assert/strict";

/** One sample. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\+Inf|-Inf|NaN|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/gy;

function labelsOf(text: string): Record<string, string> {
  const out: Record<string, string> = {};
  let end = 0;
  for (const [whole, name, value] of text.matchAll(LABEL)) {
    assert.ok(!(name! in out), `the label ${name} is there twice`);
    out[name!] = value!.replace(/\\(["\\n])/g, (_, c) => c === "n" ? "\n" : c);
    end += whole.length;
  }
  assert.equal(end, text.length, `labels that cannot be read: ${text}`);
  return out;
}

/**
 * Reads a text, and asserts that it holds to the format: each family is described once and before its samples, no
 * series is there twice, histograms grow up to infinity and agree with their count.
 */
export function readPrometheus(text: string): Sample[] {
  assert.ok(text.endsWith("\n"));
  const types = new Map<string, string>(), seen = new Set<string>(), samples: Sample[] = [];
  let family = "";
  for (const line of text.slice(0, -1).split("\n")) {
    const comment = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line);
    if (comment) {
      const [, kind, name, rest] = comment;
      if (kind === "HELP") continue;
      assert.ok(!types.has(name!), `${name} is described twice`);
      types.set(name!, rest!);
      family = name!;
      continue;
    }
    const [, name, labels = "", value] = SAMPLE.exec(line) ?? assert.fail(`no sample: ${line}`);
    const base = types.get(family) === "histogram" ? name!.replace(/_(bucket|sum|count)$/, "") : name!;
    assert.equal(base, family, `${name} stands in the family ${family}`);
    if (types.get(family) === "counter") assert.match(name!, /_total$/);
    const key = `${name}{${labels}}`;
    assert.ok(!seen.has(key), `${key} is there twice`);
    seen.add(key);
    samples.push({
      name: name!,
      labels: labelsOf(labels),
      value: Number(value!.replace("+Inf", "Infinity")),
    });
  }
  for (const { name, labels, value } of samples.filter(({ name }) => name.endsWith("_count"))) {
    const of = JSON.stringify(labels), histogram = name.slice(0, -"_count".length);
    const buckets = samples.filter((sample) => {
      const { le: _, ...rest } = sample.labels;
      return sample.name === `${histogram}_bucket` && JSON.stringify(rest) === of;
    });
    assert.equal(buckets.at(-1)?.labels["le"], "+Inf");
    assert.equal(buckets.at(-1)?.value, value);
    for (const [i, bucket] of buckets.slice(1).entries()) assert.ok(bucket.value >= buckets[i]!.value);
  }
  return samples;
}

/** Whether the linter of Prometheus is on this machine. */
export function hasPromtool(): boolean {
  try {
    return new Deno.Command("promtool", { args: ["--version"], stdout: "null", stderr: "null" }).outputSync()
      .success;
  } catch {
    return false;
  }
}

/** What the linter of Prometheus makes of metrics: its exit code, and all it has to say. */
export async function promtool(metrics: string): Promise<{ readonly code: number; readonly said: string }> {
  const child = new Deno.Command("promtool", {
    args: ["check", "metrics"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(metrics));
  await writer.close();
  const { code, stdout, stderr } = await child.output(), decoder = new TextDecoder();
  return { code, said: decoder.decode(stdout) + decoder.decode(stderr) };
}
