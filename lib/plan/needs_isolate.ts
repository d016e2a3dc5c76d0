/**
 * Whether a capability needs the isolate: one that does not pays nothing for it.
 *
 * @module
 */
import type { Runnable } from "../../schemas/mod.ts";
import type { Specification } from "../document/specification.ts";
import type { Section } from "./callable.ts";

/** What the isolate is needed for. */
export interface IsolateNeeds {
  readonly scripts: boolean;
  readonly formats: boolean;
}

/** Formats that are read where the capability runs. */
const READ_HERE: ReadonlySet<string> = new Set(["json", "text", "binary"]);

/**
 * What a specification needs the isolate for.
 *
 * @param spec The specification as read.
 * @param sections What each type of section declares.
 * @returns Undefined where it needs none.
 */
export function isolateNeeds(spec: Specification, sections: readonly Section[]): IsolateNeeds | undefined {
  let scripts = false, formats = false;
  const { document } = spec;
  for (const consumes of document.consumes ?? []) {
    for (const { operations } of [consumes, ...consumes.resources ?? []]) {
      for (const { outputRawFormat } of operations ?? []) {
        formats ||= outputRawFormat !== undefined && !READ_HERE.has(outputRawFormat.toLowerCase());
      }
    }
  }
  const look = ({ steps = [] }: Runnable) => {
    scripts ||= steps.some((step) => step.file !== undefined || step.type?.toLowerCase() === "script");
  };
  for (const aggregate of document.aggregates ?? []) aggregate.flows?.forEach(look);
  const surfaces = document.exposes ?? [];
  for (const exposes of surfaces) {
    const section = sections.find(({ type }) => type === exposes.type);
    for (const { runs } of section?.callables(exposes, surfaces) ?? []) if (runs) look(runs.node);
  }
  return scripts || formats ? { scripts, formats } : undefined;
}
