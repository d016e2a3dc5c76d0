/**
 * The Prometheus text format, version 0.0.4.
 *
 * @module
 */

/** What identifies one series of a metric. */
export type Labels = Readonly<Record<string, string>>;

/** Upper bounds of the buckets of a duration, in seconds, as OpenTelemetry advises. */
export const DURATION_BOUNDS: readonly number[] = [
  ...[0.005, 0.01, 0.025, 0.05, 0.075],
  ...[0.1, 0.25, 0.5, 0.75],
  ...[1, 2.5, 5, 7.5, 10],
];

/** How long things took. */
export class Histogram {
  readonly #counts: Float64Array = new Float64Array(DURATION_BOUNDS.length + 1);
  #sum = 0;

  /** Adds a duration in seconds. */
  observe(seconds: number): void {
    let i = 0;
    while (i < DURATION_BOUNDS.length && seconds > DURATION_BOUNDS[i]!) i++;
    this.#counts[i]!++;
    this.#sum += seconds;
  }

  /** How many there are up to each bound, and up to infinity. */
  cumulative(): number[] {
    let sum = 0;
    return Array.from(this.#counts, (count) => sum += count);
  }

  /** How many there are in each bucket. */
  get counts(): readonly number[] {
    return [...this.#counts];
  }

  /** Adds what another one counted. */
  absorb(counts: readonly number[], sum: number): void {
    counts.forEach((count, i) => this.#counts[i]! += count);
    this.#sum += sum;
  }

  /** The sum of all durations, in seconds. */
  get sum(): number {
    return this.#sum;
  }
}

const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", '"': '\\"' };

function labelsText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) =>
    `${name}="${value.replace(/[\\\n"]/g, (c) => ESCAPES[c]!)}"`
  );
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function numberText(value: number): string {
  return value === Infinity ? "+Inf" : value === -Infinity ? "-Inf" : String(value);
}

/** Writes metrics, one family after the other. */
export class PrometheusText {
  #text = "";

  #family(name: string, type: string, help: string): void {
    this.#text += `# HELP ${name} ${help.replace(/[\\\n]/g, (c) => ESCAPES[c]!)}\n# TYPE ${name} ${type}\n`;
  }

  /** Adds a counter or a gauge; nothing where it has no series. */
  add(
    name: string,
    type: "counter" | "gauge",
    help: string,
    samples: Iterable<readonly [Labels, number]>,
  ): void {
    const lines = [...samples].map(([labels, value]) =>
      `${name}${labelsText(labels)} ${numberText(value)}\n`
    );
    if (lines.length === 0) return;
    this.#family(name, type, help);
    this.#text += lines.join("");
  }

  /** Adds histograms; nothing where there are none. */
  addHistograms(name: string, help: string, series: Iterable<readonly [Labels, Histogram]>): void {
    let text = "";
    for (const [labels, histogram] of series) {
      const counts = histogram.cumulative(), total = counts.at(-1)!;
      for (const [i, count] of counts.entries()) {
        const le = numberText(DURATION_BOUNDS[i] ?? Infinity);
        text += `${name}_bucket${labelsText({ ...labels, le })} ${count}\n`;
      }
      text += `${name}_sum${labelsText(labels)} ${histogram.sum}\n${name}_count${
        labelsText(labels)
      } ${total}\n`;
    }
    if (text === "") return;
    this.#family(name, "histogram", help);
    this.#text += text;
  }

  toString(): string {
    return this.#text;
  }
}
