/**
 * A host of its own, where the metadata address is a local one and names lead where the attack wants. It takes the
 * right to make namespaces, which not every machine gives.
 *
 * @module
 */
import { type Folder, run } from "../testing.ts";

const HOST = [
  "unshare",
  "-mn",
  "sh",
  "-c",
  'ip link set lo up && ip addr add 169.254.169.254/32 dev lo && mount --bind "$0" /etc/hosts && exec "$@"',
] as const;

/** Whether this machine can make such a host. */
export const canHaveHost: boolean = await run(HOST, ["/etc/hosts", "true"])
  .then(({ code }) => code === 0, () => false);

/** What runs there: the metadata service, and the command beside it. */
const ATTACK = `
let reached = 0;
const service = Deno.serve({ port: 80, hostname: "169.254.169.254", onListen() {} }, () => {
  reached++;
  return Response.json({ stolen: true });
});
const [program, ...args] = Deno.args;
const { code, stderr } = await new Deno.Command(program, { args, stdin: "null", stdout: "null", stderr: "piped" }).output();
console.log(JSON.stringify({ reached, code, err: new TextDecoder().decode(stderr) }));
await service.shutdown();
`;

/**
 * Runs a command on such a host.
 *
 * @param folder Its file `hosts` says where names lead.
 * @param command The command.
 * @param env Its variables.
 * @returns How often the metadata service was asked, and how the command ended.
 */
export async function attackFromHost(
  folder: Folder,
  command: readonly string[],
  env: Record<string, string>,
): Promise<{ reached: number; code: number; err: string }> {
  await Deno.writeTextFile(`${folder.path}/attack.ts`, ATTACK);
  const { out, err } = await run(
    HOST,
    [`${folder.path}/hosts`, Deno.execPath(), "run", "-A", "--quiet", `${folder.path}/attack.ts`, ...command],
    { env },
  );
  return out === "" ? { reached: -1, code: -1, err } : JSON.parse(out);
}
