/**
 * Composing: from YAML text to plain values, with the place of every node, in one pass.
 *
 * @module
 */
import { type Event, EVENT_ID, getScalarValue, SCALAR_STYLE, type ScalarEvent, YAMLException } from "js-yaml";
import type { DiagnosticCode } from "../diagnostics/codes.ts";
import { asWarning, type Diagnostic, diagnostic } from "../diagnostics/diagnostic.ts";
import { EntryPlaces, numbersOf } from "../diagnostics/entry_places.ts";
import type { Origin, Origins, SourceFile, TextRange } from "../diagnostics/location.ts";
import { ALIAS_LIMIT, Anchors } from "./anchors.ts";
import { type ReadEvents, readEvents } from "./closings.ts";
import { explainSyntax } from "./syntax.ts";
import { plainScalar, taggedScalar } from "./scalar.ts";
import { explainTag } from "./tag.ts";

/** A composed document. */
export interface Composed {
  /** The value of the first document; undefined when the text holds none or is no YAML. */
  readonly value: unknown;
  readonly diagnostics: readonly Diagnostic[];
}

const MAX_DEPTH = 200;

interface Frame {
  readonly node: unknown[] | Record<string, unknown>;
  readonly start: number;
  /** How many entries of the frames below are among those that are not finished. */
  readonly from: number;
  readonly anchor: TextRange | undefined;
  key: string | undefined;
  keyStart: number;
  keyEnd: number;
  merging: boolean;
  merges: unknown[] | undefined;
  /** Its first key is a mapping or a list, as in `{{x}}` without quotes. */
  complex: boolean;
}

function problem(
  file: SourceFile,
  code: DiagnosticCode,
  message: string,
  at: TextRange,
  fix?: string,
): Diagnostic {
  return diagnostic("error", code, message, file.locate(at[0], at[1]), fix);
}

function syntaxError(file: SourceFile, error: unknown): Diagnostic {
  if (!(error instanceof YAMLException)) throw error;
  const position = Math.min(
    (error.mark as { position?: number } | undefined)?.position ?? 0,
    file.text.length,
  );
  const { message, at, fix } = explainSyntax(file.text, position, error.reason);
  return problem(file, "yaml-syntax", message, at, fix);
}

function closingTooFarLeft(file: SourceFile, at: number): Diagnostic {
  const sign = file.text[at]!;
  return asWarning(
    problem(
      file,
      "yaml-syntax",
      `this is not valid YAML: the ${sign} is not further right than the line it belongs to; it is read anyway`,
      [at, at + 1],
      `put one more space before the ${sign}`,
    ),
  );
}

/**
 * Composes the first document of a text.
 *
 * @param file The file; its text is read.
 * @param origins Receives the place of every object and array.
 */
export function compose(file: SourceFile, origins: Origins): Composed {
  let read: ReadEvents;
  try {
    read = readEvents(file.text, { filename: file.name, maxDepth: MAX_DEPTH });
  } catch (error) {
    return { value: undefined, diagnostics: [syntaxError(file, error)] };
  }
  const composed = new Composer(file, origins).run(read.events);
  return read.moved === undefined
    ? composed
    : { ...composed, diagnostics: [closingTooFarLeft(file, read.moved), ...composed.diagnostics] };
}

class Composer {
  readonly #file: SourceFile;
  readonly #origins: Origins;
  readonly #diagnostics: Diagnostic[] = [];
  readonly #stack: Frame[] = [];
  /** Keys and places of the entries of all frames: those of a frame stand over those of the frames below. */
  readonly #keys: (string | number)[] = [];
  readonly #numbers: number[] = [];
  readonly #anchors: Anchors;
  #root: unknown;
  #filled = false;
  #end = 0;
  #aliased = 0;

  constructor(file: SourceFile, origins: Origins) {
    this.#file = file;
    this.#origins = origins;
    this.#anchors = new Anchors(file, (...finding) => this.#warn(...finding));
  }

  run(events: readonly Event[]): Composed {
    let documents = 0;
    for (const event of events) {
      if (event.type === EVENT_ID.DOCUMENT) {
        if (++documents > 1 && this.#filled) {
          const marker = this.#file.text.indexOf("\n---", Math.max(0, this.#end - 1)),
            at: TextRange = marker < 0 ? [this.#end, this.#end] : [marker + 1, marker + 4];
          this.#warn(
            "several-documents",
            "the file holds several YAML documents; the first is used",
            at,
            "put each into a file of its own",
          );
          break;
        }
      } else this.#event(event);
      if (this.#aliased > ALIAS_LIMIT) {
        this.#diagnostics.push(
          problem(
            this.#file,
            "yaml-syntax",
            "aliases repeat more than 100,000 nodes",
            [0, 0],
            "write the repeated part out, or repeat less",
          ),
        );
        return { value: undefined, diagnostics: this.#diagnostics };
      }
    }
    this.#anchors.finish();
    return { value: this.#root, diagnostics: this.#diagnostics };
  }

  #event(event: Event): void {
    switch (event.type) {
      case EVENT_ID.SCALAR:
        return this.#scalar(event);
      case EVENT_ID.MAPPING:
      case EVENT_ID.SEQUENCE: {
        const start = event.start < 0 ? this.#end : event.start;
        if (event.tagStart >= 0) {
          this.#tag([event.tagStart, event.tagEnd], event.type === EVENT_ID.SEQUENCE ? "list" : "mapping");
        }
        this.#end = Math.max(this.#end, start);
        this.#stack.push({
          node: event.type === EVENT_ID.SEQUENCE ? [] : {},
          start,
          from: this.#keys.length,
          anchor: event.anchorStart < 0 ? undefined : [event.anchorStart, event.anchorEnd],
          key: undefined,
          keyStart: 0,
          keyEnd: 0,
          merging: false,
          merges: undefined,
          complex: false,
        });
        return;
      }
      case EVENT_ID.ALIAS: {
        const name = this.#file.text.slice(event.anchorStart, event.anchorEnd),
          found = this.#anchors.find(name);
        this.#end = event.anchorEnd;
        if (!found) {
          this.#diagnostics.push(
            problem(this.#file, "yaml-syntax", `the alias *${name} names no anchor`, [
              event.anchorStart - 1,
              event.anchorEnd,
            ], `add &${name} to what is meant`),
          );
        }
        this.#aliased += found?.size ?? 0;
        return this.#add(found?.value ?? null, event.anchorStart - 1, event.anchorEnd);
      }
      case EVENT_ID.POP: {
        const frame = this.#stack.pop();
        if (!frame) return;
        const span: TextRange = [frame.start, this.#end];
        if (frame.merges) this.#merge(frame);
        // Cut to their size: most documents are made of small nodes.
        const keys = this.#keys.splice(frame.from), numbers = this.#numbers.splice(frame.from * 4);
        const entries = new EntryPlaces(keys, numbers);
        this.#origins.set(frame.node, { file: this.#file, span, entries });
        if (frame.anchor !== undefined) this.#anchors.add(frame.anchor, frame.node);
        const template = frame.complex && keys.length === 1 ? this.#unquoted(frame) : undefined;
        if (template) this.#add(template.text, template.span[0], template.span[1]);
        else this.#add(frame.node, span[0], span[1]);
      }
    }
  }

  /** `{{x}}` without quotes: a mapping whose key is a mapping, of which nobody has any use; it is read as the text. */
  #unquoted(frame: Frame): { readonly text: string; readonly span: TextRange } | undefined {
    TEMPLATE.lastIndex = frame.start;
    const text = TEMPLATE.exec(this.#file.text)?.[0];
    if (text === undefined || Object.values(frame.node)[0] !== null) return undefined;
    const span: TextRange = [frame.start, frame.start + text.length];
    this.#warn("unquoted-template", `${text} without quotes is a mapping in YAML`, span, `write "${text}"`);
    return { text, span };
  }

  #scalar(event: ScalarEvent): void {
    const text = event.valueStart < 0
      ? ""
      : event.fast
      ? this.#file.text.slice(event.valueStart, event.valueEnd)
      : getScalarValue(this.#file.text, event);
    const start = event.valueStart < 0 ? this.#end : event.valueStart,
      end = event.valueStart < 0 ? this.#end : event.valueEnd;
    this.#end = Math.max(this.#end, end);
    const top = this.#stack.at(-1);
    const isPlain = event.style === SCALAR_STYLE.PLAIN;
    if (top && !Array.isArray(top.node) && top.key === undefined && !top.merging) {
      if (isPlain && text === "<<" && event.tagStart < 0) top.merging = true;
      else this.#key(top, text, start, end);
      return;
    }
    if (event.tagStart >= 0) this.#tag([event.tagStart, event.tagEnd], text);
    const value = event.tagStart >= 0
      ? taggedScalar(text, this.#file.text.slice(event.tagStart, event.tagEnd), isPlain)
      : isPlain
      ? plainScalar(text)
      : text;
    if (event.anchorStart >= 0) this.#anchors.add([event.anchorStart, event.anchorEnd], value);
    this.#add(value, start, end);
  }

  /** Tells of a tag that does nothing, or not what it says. */
  #tag(at: TextRange, tagged: string): void {
    const found = explainTag(this.#file.text.slice(...at), tagged);
    if (found) this.#warn("unknown-tag", found.message, at, found.fix);
  }

  #key(frame: Frame, key: string, start: number, end: number): void {
    frame.key = key;
    frame.keyStart = start;
    frame.keyEnd = end;
  }

  #add(value: unknown, start: number, end: number): void {
    const frame = this.#stack.at(-1);
    if (!frame) {
      this.#root = value;
      this.#filled = true;
      return;
    }
    if (Array.isArray(frame.node)) {
      this.#keys.push(frame.node.length);
      this.#numbers.push(-1, -1, start, end);
      frame.node.push(value);
      return;
    }
    if (frame.merging) {
      frame.merging = false;
      if ((Array.isArray(value) ? value : [value]).some((v) => v === null || typeof v !== "object")) {
        this.#diagnostics.push(
          problem(
            this.#file,
            "wrong-type",
            "a merge key << takes a mapping, or a list of them",
            [start, end],
            "name the anchor of a mapping, as <<: *defaults",
          ),
        );
      }
      (frame.merges ??= []).push(value);
      return;
    }
    if (frame.key === undefined) {
      if (value !== null && typeof value === "object" && this.#keys.length === frame.from) {
        frame.complex = true;
      }
      this.#key(frame, typeof value === "object" ? JSON.stringify(value) : String(value), start, end);
      return;
    }
    const { key, keyStart, keyEnd } = frame;
    frame.key = undefined;
    if (Object.hasOwn(frame.node, key)) {
      const line = this.#file.locate(this.#numbers[this.#keys.indexOf(key, frame.from) * 4]!).line;
      this.#warn(
        "duplicate-key",
        `the key ${key} is here twice; the one of line ${line} counts`,
        [keyStart, keyEnd],
        "keep one of the two",
      );
      return;
    }
    this.#keys.push(key);
    this.#numbers.push(keyStart, keyEnd, start, end);
    if (key === "__proto__") {
      Object.defineProperty(frame.node, key, { value, enumerable: true, configurable: true, writable: true });
    } else frame.node[key] = value;
  }

  /** Adds merged keys that the mapping does not have itself. */
  #merge(frame: Frame): void {
    const target = frame.node as Record<string, unknown>;
    for (const source of frame.merges!.flat()) {
      if (source === null || typeof source !== "object") continue;
      const from: Origin | undefined = this.#origins.get(source);
      for (const [key, value] of Object.entries(source)) {
        if (Object.hasOwn(target, key)) continue;
        Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
        const entry = from?.entries?.get(key);
        if (!entry) continue;
        this.#keys.push(key);
        this.#numbers.push(...numbersOf(entry));
      }
    }
  }

  #warn(code: DiagnosticCode, message: string, at: TextRange, fix: string): void {
    this.#diagnostics.push(asWarning(problem(this.#file, code, message, at, fix)));
  }
}

/** A template as far as a mapping in a mapping looks like one. */
const TEMPLATE = /\{\{[ \t]*[^{}\s,:"'][^{},\n"']*\}\}/y;
