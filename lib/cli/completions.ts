/**
 * `capstan completions`: completion scripts for shells.
 *
 * @module
 */
import { nearest } from "../document/diagnostics/nearest.ts";
import { COMMON_FLAGS, type Flags, parseArgs, UsageError } from "./args.ts";
import { printLines } from "./output.ts";
import { VERBS } from "./verbs.ts";

const NAMES = Object.keys(VERBS);

function flagsOf(verb: string): Flags {
  return { ...VERBS[verb]!.flags, ...COMMON_FLAGS };
}

function flagWords(verb: string): string[] {
  return Object.keys(flagsOf(verb)).map((flag) => `--${flag}`);
}

/** What may follow a word of a verb, beside files: the values of its flags, the words it takes itself. */
function valuesOf(verb: string): [word: string, values: readonly string[]][] {
  const own: Record<string, readonly string[]> = { help: NAMES, completions: Object.keys(SHELLS) };
  return [
    ...(own[verb] ? [[verb, own[verb]] as [string, readonly string[]]] : []),
    ...Object.entries(flagsOf(verb)).flatMap(([flag, { choices }]) =>
      choices ? [[`--${flag}`, choices] as [string, readonly string[]]] : []
    ),
  ];
}

function bash(): string {
  const values = NAMES.flatMap((verb) =>
    valuesOf(verb).map(([word, list]) => `      "${verb} ${word}") words="${list.join(" ")}" ;;`)
  );
  const flags = NAMES.map((verb) => `        ${verb}) words="${flagWords(verb).join(" ")}" ;;`);
  return `_capstan() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" words=""
  # Bash breaks --flag=value into three words.
  if [ "$cur" = "=" ]; then cur=""
  elif [ "$previous" = "=" ]; then previous="\${COMP_WORDS[COMP_CWORD-2]}"
  fi
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="${NAMES.join(" ")} --help --version"
  else
    case "\${COMP_WORDS[1]} $previous" in
${values.join("\n")}
      *) case "$cur" in -*) case "\${COMP_WORDS[1]}" in
${flags.join("\n")}
      esac ;; esac ;;
    esac
  fi
  # Without words of its own, bash completes files.
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _capstan capstan`;
}

/** Text in single quotes of a POSIX shell or of fish. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "’")}'`;
}

function zsh(): string {
  const verbs = NAMES.map((verb) => `    ${quoted(`${verb}:${VERBS[verb]!.summary}`)}`);
  const values = NAMES.flatMap((verb) =>
    valuesOf(verb).map(([word, list]) => `    "${verb} ${word}") compadd -- ${list.join(" ")}; return ;;`)
  );
  const flags = NAMES.map((verb) => `    ${verb}) compadd -- ${flagWords(verb).join(" ")} ;;`);
  return `#compdef capstan
_capstan() {
  local -a verbs=(
${verbs.join("\n")}
  )
  if (( CURRENT == 2 )); then _describe command verbs; return; fi
  case "$words[2] $words[CURRENT-1]" in
${values.join("\n")}
  esac
  if [[ "$PREFIX" != -* ]]; then _files; return; fi
  case "$words[2]" in
${flags.join("\n")}
  esac
}
compdef _capstan capstan`;
}

function fish(): string {
  const lines = [
    "complete -c capstan -n __fish_use_subcommand -f -l version",
    "complete -c capstan -n __fish_use_subcommand -f -s h -l help",
  ];
  for (const verb of NAMES) {
    const given = quoted(`__fish_seen_subcommand_from ${verb}`);
    lines.push(
      `complete -c capstan -n __fish_use_subcommand -f -a ${verb} -d ${quoted(VERBS[verb]!.summary)}`,
    );
    for (const [flag, { help, short, value, choices }] of Object.entries(flagsOf(verb))) {
      const letter = short === undefined ? "" : ` -s ${short}`;
      const takes = choices ? ` -x -a ${quoted(choices.join(" "))}` : value === undefined ? "" : " -r";
      lines.push(`complete -c capstan -n ${given} -l ${flag}${letter}${takes} -d ${quoted(help)}`);
    }
    for (const [word, list] of valuesOf(verb)) {
      if (word === verb) lines.push(`complete -c capstan -n ${given} -f -a ${quoted(list.join(" "))}`);
    }
  }
  return lines.join("\n");
}

function powershell(): string {
  const list = (words: readonly string[]) => `@(${words.map((word) => `'${word}'`).join(", ")})`;
  const flags = NAMES.map((verb) => `    '${verb}' = ${list(flagWords(verb))}`);
  const values = NAMES.flatMap((verb) =>
    valuesOf(verb).map(([word, words]) => `    '${verb} ${word}' = ${list(words)}`)
  );
  return `Register-ArgumentCompleter -Native -CommandName capstan -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $flags = @{
${flags.join("\n")}
  }
  $values = @{
${values.join("\n")}
  }
  # The words before the one that is completed.
  $before = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.ToString() })
  if ($before.Count -le 1) { $words = ${list([...NAMES, "--help", "--version"])} }
  elseif ($values.ContainsKey("$($before[1]) $($before[-1])")) { $words = $values["$($before[1]) $($before[-1])"] }
  elseif ($wordToComplete -like '-*') { $words = $flags[$before[1]] }
  else { return }
  $words | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
  }
}`;
}

const SHELLS: Readonly<Record<string, () => string>> = { bash, zsh, fish, powershell };

/** Runs `capstan completions`. */
export function run(args: readonly string[]): number {
  const { positional } = parseArgs("completions", args, {}), [shell] = positional;
  const names = Object.keys(SHELLS);
  if (shell === undefined) throw new UsageError(`name a shell: capstan completions ${names.join("|")}`);
  if (!Object.hasOwn(SHELLS, shell) || positional.length > 1) {
    const near = nearest(shell, names);
    throw new UsageError(
      positional.length > 1
        ? "capstan completions takes one shell"
        : `there are completions for ${names.join(", ")}, not for ${shell}${
          near === undefined ? "" : `; did you mean ${near}?`
        }`,
    );
  }
  printLines(SHELLS[shell]!());
  return 0;
}
