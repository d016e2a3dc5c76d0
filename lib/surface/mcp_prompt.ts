/**
 * What is wrong with a prompt: a template that cannot be filled, and what of it has no effect.
 *
 * @module
 */
import type { McpPrompt } from "../../schemas/mod.ts";
import { nearest } from "../document/diagnostics/nearest.ts";
import { complaintOf, placeholdersOf, unclosedPlaceholder } from "../expression/placeholder.ts";
import type { DisabledReason } from "../plan/callable.ts";

const ROLES: ReadonlySet<string> = new Set(["user", "assistant"]);

/** Refuses a prompt that has nothing to give, or whose template holds what is no reference or is never closed. */
export function badPrompt(prompt: McpPrompt): DisabledReason | undefined {
  if (prompt.location === undefined && !prompt.template?.length) {
    return {
      code: "no-call",
      message: `the prompt ${prompt.name} has neither template nor location, so there is nothing to give`,
      node: prompt,
      fix: "add template: with a role and content for each message, or location: and a file",
    };
  }
  const names = new Set((prompt.arguments ?? []).map(({ name }) => name)),
    isKnown = (name: string) => names.has(name);
  for (const node of prompt.template ?? []) {
    const { content = "" } = node,
      open = unclosedPlaceholder(content),
      code = "bad-template",
      entry = "content";
    if (open !== undefined) {
      const message = `${open} opens a placeholder that is never closed`;
      return { code, message, node, entry, fix: "close it with }}" };
    }
    for (const { expression } of placeholdersOf(content)) {
      const said = isKnown(expression) ? undefined : complaintOf(expression, isKnown);
      if (said) return { code, node, entry, ...said };
    }
  }
  return undefined;
}

/** What of a prompt has no effect, or another one than it says. */
export function promptWarnings(prompt: McpPrompt): DisabledReason[] {
  const { template, location } = prompt;
  if (!template?.length) return [];
  const out: DisabledReason[] = [];
  if (location !== undefined) {
    out.push({
      code: "unknown-key",
      message: "location has no effect together with template, which is what is given",
      node: prompt,
      entry: "location",
      fix: "remove location, or remove template",
    });
  }
  for (const message of template) {
    const { role, content } = message;
    if (role !== undefined && !ROLES.has(role.toLowerCase())) {
      out.push({
        code: "coerced",
        message: `the role ${role} is not one that MCP has; the message is given as the user's`,
        node: message,
        entry: "role",
        fix: "use user or assistant",
      });
    }
    if (content === undefined || content.trim() === "") {
      out.push({
        code: "no-call",
        message: "this message has no content",
        node: message,
        fix: "add content",
      });
    }
  }
  return [...out, ...wordWarnings(prompt)];
}

/** Arguments that no message uses, and words of messages that nearly name one. */
function wordWarnings({ arguments: args = [], template = [] }: McpPrompt): DisabledReason[] {
  const out: DisabledReason[] = [], used = new Set<string>();
  for (const { content = "" } of template) {
    for (const { expression } of placeholdersOf(content)) used.add(expression.trim());
  }
  const unused = args.filter(({ name }) => !used.has(name)), names = new Set(args.map(({ name }) => name));
  const meant = new Set<string>();
  for (const node of template) {
    const { content = "" } = node;
    for (const { expression } of placeholdersOf(content)) {
      const word = expression.trim();
      const near = names.has(word) ? undefined : nearest(word, unused.map(({ name }) => name));
      if (near === undefined || meant.has(near)) continue;
      meant.add(near);
      out.push({
        code: "unknown-word",
        message: `{{${word}}} names no declared argument, and becomes one; ${near} is used nowhere`,
        node,
        entry: "content",
        fix: `did you mean {{${near}}}?`,
      });
    }
    for (const [written, name] of content.matchAll(/(?<![{$])\$?\{(\w+)\}(?!\})/g)) {
      if (!unused.some((argument) => argument.name === name)) continue;
      meant.add(name!);
      out.push({
        code: "bad-expression",
        message: `${written} is not a placeholder and is given as it is written`,
        node,
        entry: "content",
        fix: `write {{${name}}}`,
      });
    }
  }
  for (const argument of unused) {
    if (meant.has(argument.name)) continue;
    out.push({
      code: "unused-input",
      message: `the argument ${argument.name} is used nowhere`,
      node: argument,
      entry: "name",
      fix: `use {{${argument.name}}} in a message, or remove the argument`,
    });
  }
  return out;
}
