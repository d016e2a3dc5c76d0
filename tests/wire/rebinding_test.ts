/**
 * DNS rebinding with a resolver of our own: it says something harmless first, and the metadata address from then on. Whatever
 * it says when, no request reaches the metadata service. It takes the right to make namespaces.
 *
 * @module
 */
import assert from "node:assert/strict";
import { capability } from "../sandbox/capability.ts";
import { CAPSTAN, folderWith, run } from "../testing.ts";

const HOST = [
  "unshare",
  "-mn",
  "sh",
  "-c",
  'ip link set lo up && ip addr add 169.254.169.254/32 dev lo && mount --bind "$0" /etc/resolv.conf && exec "$@"',
] as const;

/** What runs there: the resolver, the metadata service, a harmless API, and the command beside them. */
const ATTACK = `
const harmless = Number(Deno.args[0]);
let asked = 0, reached = 0, answered = 0;
const resolver = Deno.listenDatagram({ port: 53, hostname: "127.0.0.1", transport: "udp" });
(async () => {
  for await (const [query, from] of resolver) {
    // The question begins behind 12 bytes: labels, a zero, the type and the class.
    let end = 12;
    while (query[end] !== 0) end += query[end] + 1;
    const isA = query[end + 2] === 1;
    const address = isA && asked++ < harmless ? [127, 0, 0, 1] : [169, 254, 169, 254];
    const head = [query[0], query[1], 0x84, 0, 0, 1, 0, isA ? 1 : 0, 0, 0, 0, 0];
    const answer = isA ? [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...address] : [];
    await resolver.send(Uint8Array.from([...head, ...query.subarray(12, end + 5), ...answer]), from);
  }
})();
const service = Deno.serve({ port: 80, hostname: "169.254.169.254", onListen() {} }, () => {
  reached++;
  return Response.json({ stolen: true });
});
const api = Deno.serve({ port: 80, hostname: "127.0.0.1", onListen() {} }, () => {
  answered++;
  return Response.json({ harmless: true });
});
const [program, ...args] = Deno.args.slice(1);
const { code, stderr } = await new Deno.Command(program, { args, stdin: "null", stdout: "null", stderr: "piped" }).output();
console.log(JSON.stringify({ asked, reached, answered, code, err: new TextDecoder().decode(stderr) }));
Deno.exit();
`;

const canHaveHost = await run(HOST, ["/etc/hosts", "true"]).then(({ code }) => code === 0, () => false);

Deno.test({
  name: "a resolver that changes its mind leads nobody to metadata, not on the first call either",
  ignore: !canHaveHost,
  async fn(t) {
    await using folder = await folderWith({
      "resolv.conf": "nameserver 127.0.0.1\noptions timeout:10 attempts:1\n",
      "attack.ts": ATTACK,
      "c.yml": capability({ origin: "http://rebinding.test" }),
    });
    for (const harmless of [0, 1, 2, 3]) {
      await t.step(`harmless for ${harmless} answers`, async () => {
        const { out, err } = await run(HOST, [
          `${folder.path}/resolv.conf`,
          Deno.execPath(),
          "run",
          "-A",
          "--quiet",
          "--unstable-net",
          `${folder.path}/attack.ts`,
          `${harmless}`,
          ...CAPSTAN,
          "call",
          `${folder.path}/c.yml`,
          "api.list",
        ], { env: { API_TOKEN: "t0ken" } });
        const outcome = JSON.parse(out || `{"err":${JSON.stringify(err)}}`) as {
          asked: number;
          reached: number;
          answered: number;
          code: number;
          err: string;
        };
        assert.equal(outcome.reached, 0, outcome.err);
        assert.ok(outcome.asked > 0, outcome.err);
        // On a slow machine the system asks a second time by itself: what comes of that is refused.
        if (outcome.answered === 0) assert.match(outcome.err, /blocked: .*metadata/);
        if (harmless === 0) assert.equal(outcome.answered, 0);
      });
    }
  },
});
