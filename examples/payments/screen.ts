/**
 * What the demonstration puts on the screen: coloured and paced for people, plain and at once for a pipe.
 *
 * @module
 */
const terminal = Deno.stdout.isTerminal();
const color = terminal && !Deno.env.get("NO_COLOR");
const encoder = new TextEncoder();

/** Writes a line. */
export function say(text = ""): void {
  Deno.stdout.writeSync(encoder.encode(`${text}\n`));
}

const paint = (code: string) => (text: string): string => color ? `\x1b[${code}m${text}\x1b[0m` : text;

/** What stands back. */
export const dim: (text: string) => string = paint("2");
/** What went well. */
export const green: (text: string) => string = paint("32");
/** What did not. */
export const red: (text: string) => string = paint("31");
/** Who is asking. */
export const yellow: (text: string) => string = paint("33");
/** What is meant to be typed or pasted. */
export const bold: (text: string) => string = paint("1");

const title = paint("1;36");
let scenes = 0;

/** Begins a scene; on a terminal, a moment after the one before. */
export async function scene(text: string): Promise<void> {
  if (scenes++ > 0 && terminal) await new Promise((resolve) => setTimeout(resolve, 1200));
  say(`\n${title(`${scenes}  ${text}`)}`);
}

/** A line of YAML with its key standing out. */
export function yaml(line: string): string {
  const [, space, key, value] = /^(\s*(?:- )?)([\w-]+:)?(.*)$/.exec(line)!;
  return `${space}${key === undefined ? "" : yellow(key)}${green(value!)}`;
}
