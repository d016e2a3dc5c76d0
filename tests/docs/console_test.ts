/**
 * The sessions of the documentation are held: every command is run as it stands there, and must print what is shown.
 *
 * `$ capstan …` and `$ curl …` are run, `$ cat > FILE <<'END'` writes a file, `$ export NAME=…` sets a variable for the
 * commands after it, `&` lets a server go on until `$ kill %1`, and `…` in what is shown stands for anything. The payments API of the examples runs behind them. A command without output shown must succeed.
 *
 * @module
 */
import assert from "node:assert/strict";
import { createPaymentsApi } from "../../examples/payments/api.ts";
import { fencesOf } from "./page.ts";
import { CAPSTAN, folderWith, freePort, ROOT, run, startServer } from "../testing.ts";

/** One command of a session, and what it is shown to print. */
interface Command {
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly shown: string;
  readonly at: string;
}

/** A file that a session writes. */
const WRITTEN = /^\$ cat > (\S+) <<'END'\n([^]*?\n)END\n/gm;

/** The words of a command line; quotes hold words together. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g)].map(([word]) =>
    word.replace(/'([^']*)'|"([^"]*)"/g, (_, single, double) => single ?? double)
  );
}

/** The commands of the sessions of a page. */
function commandsOf(page: string, text: string): Command[] {
  const out: Command[] = [], exported: Record<string, string> = {};
  for (const fence of fencesOf(text).filter((f) => f.info === "console")) {
    for (const part of fence.text.replace(WRITTEN, "").split(/^\$ /m).slice(1)) {
      const [line, ...shown] = part.trimEnd().split("\n"), words = wordsOf(line!), env = { ...exported };
      if (words[0] === "export") {
        const [, name, value] = /^(\w+)=(.*)$/.exec(words[1]!)!;
        exported[name!] = value!;
        continue;
      }
      for (let set; (set = /^([A-Z_]+)=(.*)$/.exec(words[0]!)); words.shift()) env[set[1]!] = set[2]!;
      out.push({ words, env, shown: shown.join("\n"), at: `${page}:${fence.line}: ${line}` });
    }
  }
  return out;
}

/** Whether a text is what is shown, where `…` stands for anything. */
function fits(shown: string, text: string): boolean {
  const pattern = shown.split("…").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${pattern.join("[^]*")}$`).test(text.trimEnd());
}

/** The files the sessions are about: the examples, and `payments.yml` where the page shows one. */
async function filesFor(text: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  const add = async (folder: string) => {
    for await (const entry of Deno.readDir(ROOT + folder)) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory) await add(path);
      else files[path] = await Deno.readTextFile(ROOT + path);
    }
  };
  await add("examples");
  const own = fencesOf(text).find(({ info, text }) => info === "yaml" && text.startsWith("ikanos:"));
  for (const [, path, content] of text.matchAll(WRITTEN)) files[path!] = content!;
  files["payments.yml"] = own?.text ?? files["examples/payments/payments.yml"]!;
  return files;
}

const SURFACES = ["rest", "skills", "control"].map((name) => `docs/specification/${name}.md`);

/** What a program of the system prints; undefined where it is not installed. */
async function printed(program: string, args: readonly string[], cwd: string): Promise<string | undefined> {
  try {
    const { stdout } = await new Deno.Command(program, { args: [...args], cwd }).output();
    return new TextDecoder().decode(stdout);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return undefined;
  }
}

for (
  const page of [
    ...["README.md", "examples/README.md", "docs/cli.md", "docs/install.md", "docs/strict.md"],
    ...SURFACES,
  ]
) {
  const commands = commandsOf(page, Deno.readTextFileSync(ROOT + page));
  if (commands.length === 0) continue;
  Deno.test(`the sessions of ${page} are what happens`, async () => {
    await using api = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen() {} },
      createPaymentsApi("demo-token"),
    );
    const ports: readonly (readonly [RegExp, string])[] = [
      [/\b4010\b/g, String(api.addr.port)],
      ...[/\b3001\b/g, /\b3002\b/g, /\b3003\b/g, /\b9090\b/g].map((port) =>
        [port, String(freePort())] as const
      ),
    ];
    const moved = (text: string) => ports.reduce((moved, [from, to]) => moved.replace(from, to), text);
    const files = await filesFor(await Deno.readTextFile(ROOT + page));
    await using folder = await folderWith(
      Object.fromEntries(Object.entries(files).map(([path, text]) => [path, moved(text)])),
    );
    await using running = new AsyncDisposableStack();
    for (const { words: [program, ...args], env, shown, at } of commands) {
      if (program === "curl") {
        const text = await printed(program, args.map(moved), folder.path);
        if (text !== undefined) assert.ok(fits(moved(shown), text), `${at}\n${text}`);
        continue;
      }
      if (program === "mkdir" || program === "kill") continue;
      assert.equal(program, "capstan", at);
      const options = { cwd: folder.path, env: { ...env } };
      if (args[0] === "serve") {
        const goesOn = args.at(-1) === "&", surfaces = Math.max(1, shown.match(/ on http:/g)?.length ?? 0);
        const server = await startServer(CAPSTAN, goesOn ? args.slice(0, -1) : args, {
          ...options,
          surfaces,
        });
        running.use(server);
        assert.ok(fits(moved(shown), server.err()), `${at}\n${server.err()}`);
        if (!goesOn) await server.end();
        continue;
      }
      const { code, out, err } = await run(CAPSTAN, args.map(moved), options);
      if (shown === "") assert.equal(code, 0, `${at}\n${out}${err}`);
      else assert.ok(fits(moved(shown), `${out}${err}`), `${at}\n${out}${err}`);
    }
  });
}
