/**
 * URI templates of resources: from a template of the author to a matcher of addresses.
 *
 * `{x}` and `{{x}}` hold one segment, `{+x}` and `{x+}` several, `{?a,b}` members of the query.
 *
 * @module
 */

/** A compiled template. */
export interface UriTemplate {
  /** As RFC 6570 writes it. */
  readonly text: string;
  /** Its variables, in order. */
  readonly names: readonly string[];
  /** The values of a URI, decoded; undefined when it does not fit. */
  match(uri: string): Record<string, string> | undefined;
}

const PLACEHOLDER = /\{\{\s*([^{}]+?)\s*\}\}|\{\s*([^{}]+?)\s*\}/g;
const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/**
 * Compiles a template.
 *
 * @param template The author's text.
 * @returns The template; undefined for a URI without placeholders.
 */
export function compileUriTemplate(template: string): UriTemplate | undefined {
  const names: string[] = [], query: string[] = [];
  let text = "", expression = "", from = 0;
  for (const found of template.matchAll(PLACEHOLDER)) {
    const literal = template.slice(from, found.index), word = (found[1] ?? found[2])!;
    text += literal;
    expression += escaped(literal);
    from = found.index + found[0].length;
    if (/^[?&]/.test(word)) {
      query.push(...word.slice(1).split(",").map((name) => name.trim().replace(/\*$/, "")));
      text += `{${word}}`;
      continue;
    }
    const several = /^\+|[+*]$/.test(word), name = word.replace(/^\+|[+*]$/g, "");
    names.push(name);
    text += several ? `{+${name}}` : `{${name}}`;
    expression += several ? "([^?#]+)" : "([^/?#]+)";
  }
  if (names.length + query.length === 0) return undefined;
  text += template.slice(from);
  expression += escaped(template.slice(from));
  const pattern = new RegExp(`^${expression}$`);
  return {
    text,
    names: [...names, ...query],
    match(uri) {
      const mark = query.length > 0 ? uri.indexOf("?") : -1;
      const found = pattern.exec(mark < 0 ? uri : uri.slice(0, mark));
      if (!found) return undefined;
      const out: Record<string, string> = Object.create(null);
      try {
        names.forEach((name, i) => {
          out[name] = decodeURIComponent(found[i + 1]!);
        });
      } catch {
        return undefined;
      }
      if (mark >= 0) {
        for (const [name, value] of new URLSearchParams(uri.slice(mark + 1))) {
          if (query.includes(name)) out[name] = value;
        }
      }
      return out;
    },
  };
}
