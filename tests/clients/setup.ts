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

/** Where one client is installed; made again where its pins are not those it was made of. */
async function home(client: MatrixClient, folder: string): Promise<{ path: string; made: boolean }> {
  const path = `${folder}/${client.name.replaceAll(/\W+/g, "-")}`, pins = client.packages.join("\n");
  const known = await Deno.readTextFile(`${path}/.pins`).catch(() => undefined);
  if (known === pins) return { path, made: true };
  await Deno.remove(path, { recursive: true }).catch(() => undefined);
  await Deno.mkdir(path, { recursive: true });
  return { path, made: false };
}

/** Tells that everything is installed, so that a kept folder need not be made again. */
const finish = (path: string, client: MatrixClient) =>
  Deno.writeTextFile(`${path}/.pins`, client.packages.join("\n"));

async function python(client: MatrixClient, folder: string): Promise<Driven | string> {
  const { path, made } = await home(client, folder), interpreter = `${path}/bin/python`;
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
    await finish(path, client);
  }
  return {
    command: [interpreter, `${HERE}${client.driver}`],
    env: { PYTHONWARNINGS: "ignore", PYTHONDONTWRITEBYTECODE: "1", PYTHONIOENCODING: "utf-8" },
  };
}

/** The last words of an installer. */
const why = (err: string) =>
  `skipped: ${err.trim().split("\n").at(-1)?.slice(0, 160) ?? "cannot be installed"}`;

/** Installs a client. Text where it cannot be installed here. */
export async function setUp(client: MatrixClient, folder: string): Promise<Driven | string> {
  if (client.language === "python") return await python(client, folder);
  const flags = ["run", "-A", "--no-lock", "--no-config", "--node-modules-dir=none"];
  return {
    command: [Deno.execPath(), ...flags, `${HERE}${client.driver}`],
    env: { PACKAGE: client.packages[0]!, NO_COLOR: "1" },
  };
}
