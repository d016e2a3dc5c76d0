/**
 * Keys that an object of JSON has twice: reading takes the last of them, and the values before it are lost without a word.
 *
 * @module
 */
/** The end of the string that begins at a quote: the place behind its closing quote. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x5c) at++;
    else if (code === 0x22) return at + 1;
  }
  return text.length;
}

/**
 * The first key that an object of JSON has twice.
 *
 * @param text Valid JSON.
 * @returns Undefined where no object has a key twice.
 */
export function repeatedKey(text: string): string | undefined {
  /** The keys of each object that is open; undefined for a list. */
  const open: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x7b) open.push(new Set());
    else if (code === 0x5b) open.push(undefined);
    else if (code === 0x7d || code === 0x5d) open.pop();
    else if (code === 0x22) {
      const end = endOfString(text, at), keys = open.at(-1);
      let next = end;
      while (/\s/.test(text[next] ?? "")) next++;
      if (keys && text[next] === ":") {
        const written = text.slice(at, end),
          key = written.includes("\\") ? String(JSON.parse(written)) : written.slice(1, -1);
        if (keys.has(key)) return key;
        keys.add(key);
      }
      at = end - 1;
    }
  }
  return undefined;
}
