/**
 * `capstan completions`: completion scripts for shells.
 *
 * @module
 */
import { parseArgs, UsageError } from "./args.ts";
import { print } from "./output.ts";
import { VERBS } from "./verbs.ts";

function flagsOf(verb: string): string[] {
  return Object.keys(VERBS[verb]!.flags).map((flag) => `--${flag}`);
}

function bash(): string {
  const cases = Object.keys(VERBS).map((verb) => `    ${verb}) words="${flagsOf(verb).join(" ")}" ;;`).join(
    "\n",
  );
  return `_capstan() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" words=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${Object.keys(VERBS).join(" ")} --version" -- "$cur"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases}
  esac
  case "$cur" in
    -*) COMPREPLY=($(compgen -W "$words --help" -- "$cur")) ;;
    *) COMPREPLY=($(compgen -f -- "$cur")) ;;
  esac
}
complete -o filenames -F _capstan capstan`;
}

function zsh(): string {
  const verbs = Object.entries(VERBS).map(([verb, { summary }]) =>
    `    '${verb}:${summary.replaceAll("'", "")}'`
  ).join("\n");
  const cases = Object.keys(VERBS).map((verb) =>
    `    ${verb}) compadd -- ${flagsOf(verb).join(" ")} --help; _files ;;`
  ).join("\n");
  return `#compdef capstan
_capstan() {
  local -a verbs=(
${verbs}
  )
  if (( CURRENT == 2 )); then _describe command verbs; return; fi
  case "$words[2]" in
${cases}
  esac
}
compdef _capstan capstan`;
}

function fish(): string {
  const lines = ["complete -c capstan -n __fish_use_subcommand -f -l version"];
  for (const [verb, { summary, flags }] of Object.entries(VERBS)) {
    lines.push(
      `complete -c capstan -n __fish_use_subcommand -f -a ${verb} -d '${summary.replaceAll("'", "")}'`,
    );
    for (const [flag, { help, short }] of Object.entries(flags)) {
      const letter = short === undefined ? "" : ` -s ${short}`;
      lines.push(
        `complete -c capstan -n '__fish_seen_subcommand_from ${verb}' -l ${flag}${letter} -d '${
          help.replaceAll("'", "")
        }'`,
      );
    }
  }
  return lines.join("\n");
}

const SHELLS: Readonly<Record<string, () => string>> = { bash, zsh, fish };

/** Runs `capstan completions`. */
export function run(args: readonly string[]): number {
  const [shell] = parseArgs("completions", args, {}).positional;
  const script = shell === undefined ? undefined : SHELLS[shell];
  if (!script) throw new UsageError(`name a shell: ${Object.keys(SHELLS).join(", ")}`);
  print(script());
  return 0;
}
