/**
 * Installs a client into a folder of its own and gives the command that drives it.
 *
 * @module
 */
import type { MatrixClient } from "./clients.ts";

const HERE = new URL(".", import.meta.url).pathname;

/** What a program did. */
export interface Ran {
  readonly success: boolean;
  readonly out: string;
  readonly err: string;
}

/** How a program is run. */
export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly seconds?: number;
}

/** Runs a program; its output, and whether it succeeded. A program that is not there has not. */
export async function run(
  [program, ...args]: readonly string[],
  { env = {}, cwd, seconds = 300 }: RunOptions = {},
): Promise<Ran> {
  try {
    const { success, stdout, stderr } = await new Deno.Command(program!, {
      args,
      env: { ...env },
      ...(cwd === undefined ? {} : { cwd }),
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      signal: AbortSignal.timeout(seconds * 1000),
    }).output();
    const decoder = new TextDecoder();
    return { success, out: decoder.decode(stdout), err: decoder.decode(stderr) };
  } catch (error) {
    return { success: false, out: "", err: String(error) };
  }
}

/** A client that can be driven: what stands before the job in its command line. */
export interface Driven {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const homeOf = ({ name }: MatrixClient, folder: string) => `${folder}/${name.replaceAll(/\W+/g, "-")}`;

/** Where one client is installed; made again where it is not of what it is made of now. */
async function home(
  client: MatrixClient,
  folder: string,
  source = "",
): Promise<{ path: string; made: boolean; pins: string }> {
  const path = homeOf(client, folder), pins = [...client.packages, source].join("\n");
  const known = await Deno.readTextFile(`${path}/.pins`).catch(() => undefined);
  if (known === pins) return { path, made: true, pins };
  await Deno.remove(path, { recursive: true }).catch(() => undefined);
  await Deno.mkdir(path, { recursive: true });
  return { path, made: false, pins };
}

/** Tells that everything is installed, so that a kept folder need not be made again. */
const finish = (path: string, pins: string) => Deno.writeTextFile(`${path}/.pins`, pins);

async function python(client: MatrixClient, folder: string): Promise<Driven | string> {
  const { path, made, pins } = await home(client, folder), interpreter = `${path}/bin/python`;
  if (!made) {
    const uv = (await run(["uv", "--version"])).success;
    const steps = uv
      ? [["uv", "venv", "-q", "--clear", path], ["uv", "pip", "install", "-q", "--python", interpreter]]
      : [["python3", "-m", "venv", path], [
        `${path}/bin/pip`,
        "install",
        "-q",
        "--disable-pip-version-check",
      ]];
    for (const [i, step] of steps.entries()) {
      const { success, err } = await run(i === 1 ? [...step, ...client.packages] : step, { seconds: 900 });
      if (!success) return why(err);
    }
    await finish(path, pins);
  }
  return {
    command: [interpreter, `${HERE}${client.driver}`],
    env: { PYTHONWARNINGS: "ignore", PYTHONDONTWRITEBYTECODE: "1", PYTHONIOENCODING: "utf-8" },
  };
}

/** A client that is compiled: its sources, and what its language shares, are copied to a folder and built there. */
async function compiled(
  client: MatrixClient,
  folder: string,
  steps: readonly (readonly string[])[],
): Promise<string | undefined> {
  const sources = [client.driver, ...(client.language === "go" ? ["go"] : [])].map((name) =>
    `${HERE}${name}`
  );
  const texts = (await Promise.all(sources.map(textOf))).join("\n");
  const { path, made, pins } = await home(client, folder, texts);
  if (made) return undefined;
  for (const source of sources) await copy(source, path);
  for (const step of steps) {
    const { success, out, err } = await run(step, { cwd: path, seconds: 900 });
    if (!success) return why(err || out);
  }
  await finish(path, pins);
  return undefined;
}

/** Every file of a folder, by its path in it. */
async function* files(folder: string, at = ""): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(`${folder}/${at}`)) {
    if (isDirectory) yield* files(folder, `${at}${name}/`);
    else yield `${at}${name}`;
  }
}

async function textOf(folder: string): Promise<string> {
  const texts: string[] = [];
  for await (const file of files(folder)) {
    texts.push(`${file}\n${await Deno.readTextFile(`${folder}/${file}`)}`);
  }
  return texts.sort().join("\n");
}

async function copy(from: string, to: string): Promise<void> {
  for await (const file of files(from)) {
    await Deno.mkdir(`${to}/${file}`.replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.copyFile(`${from}/${file}`, `${to}/${file}`);
  }
}

/** A program of npm's, in a folder of its own. */
async function npm(
  client: MatrixClient,
  folder: string,
  command: readonly string[],
): Promise<Driven | string> {
  const { path, made, pins } = await home(client, folder), [pin] = client.packages;
  if (!made) {
    const install = [
      "npm",
      "install",
      "--silent",
      "--no-audit",
      "--no-fund",
      "--ignore-scripts",
      "--prefix",
      path,
    ];
    const { success, err } = await run([...install, pin!], { cwd: path, seconds: 600 });
    if (!success) return why(err);
    await finish(path, pins);
  }
  const name = pin!.slice(0, pin!.lastIndexOf("@"));
  return { command, env: { PROGRAM: `${path}/node_modules/${name}/${client.program}`, NO_COLOR: "1" } };
}

/** How the compiled languages build a driver, and what runs it. */
const BUILDS: Readonly<
  Record<
    "go" | "rust" | "java",
    {
      steps(client: MatrixClient): readonly (readonly string[])[];
      command(path: string): Promise<readonly string[]>;
    }
  >
> = {
  go: {
    steps: ({ packages }) => [
      ["go", "mod", "init", "matrix"],
      ["go", "get", ...packages],
      ["go", "mod", "tidy"],
      ["go", "build", "-o", "driver", "."],
    ],
    command: (path) => Promise.resolve([`${path}/driver`]),
  },
  rust: {
    steps: () => [["cargo", "build", "--quiet", "--locked"]],
    command: (path) => Promise.resolve([`${path}/target/debug/matrix`]),
  },
  java: {
    steps: () => [["mvn", "-q", "compile", "dependency:build-classpath", "-Dmdep.outputFile=classpath"]],
    command: async (path) => {
      const packages = (await Deno.readTextFile(`${path}/classpath`)).trim();
      return ["java", "-cp", `${path}/target/classes:${packages}`, "Driver"];
    },
  },
};

/** The last words of an installer. */
const why = (err: string) =>
  `skipped: ${err.trim().split("\n").at(-1)?.slice(0, 160) ?? "cannot be installed"}`;

/** Installs a client. Text where it cannot be installed here. */
export async function setUp(client: MatrixClient, folder: string): Promise<Driven | string> {
  if (client.language === "python") return await python(client, folder);
  const flags = ["run", "-A", "--no-lock", "--no-config", "--node-modules-dir=none"];
  const command = [Deno.execPath(), ...flags, `${HERE}${client.driver}`];
  if (client.language === "npm") return await npm(client, folder, command);
  if (client.language !== "js") {
    const { steps, command } = BUILDS[client.language],
      failed = await compiled(client, folder, steps(client));
    return failed ?? { command: await command(homeOf(client, folder)), env: {} };
  }
  return {
    command,
    env: { PACKAGE: client.packages[0]!, FLAGS: JSON.stringify(client.flags ?? []), NO_COLOR: "1" },
  };
}
