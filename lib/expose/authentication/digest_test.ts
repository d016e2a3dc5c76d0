import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { parameters } from "../../upstream/authentication/challenge.ts";
import { Secret } from "../../expression/secret.ts";
import { asking } from "./testing.ts";

const URL_A = "http://127.0.0.1:3000/orders?x=1";

interface Client {
  readonly user?: string;
  readonly password?: string;
  readonly algorithm?: "SHA-256" | "MD5";
  readonly uri?: string;
  readonly nc?: number;
  readonly qop?: string;
  readonly fields?: string;
}

/** What a client of RFC 7616 answers. */
function answer(nonce: string, client: Client = {}): string {
  const {
    user = "ada",
    password = "secret",
    algorithm = "SHA-256",
    uri = "/orders?x=1",
    nc = 1,
    qop = "auth",
  } = client;
  const hash = (text: string) =>
    createHash(algorithm === "MD5" ? "md5" : "sha256").update(text).digest("hex");
  const count = nc.toString(16).padStart(8, "0");
  const response = hash(
    `${hash(`${user}:shop:${password}`)}:${nonce}:${count}:c0:${qop}:${hash(`GET:${uri}`)}`,
  );
  const name = /^[ -~]*$/.test(user) ? `username="${user}"` : `username*=UTF-8''${encodeURIComponent(user)}`;
  return `Digest ${name}, realm="shop", nonce="${nonce}", uri="${uri}", algorithm=${algorithm}, qop=${qop}, ` +
    `nc=${count}, cnonce="c0", response="${response}"${client.fields ?? ""}`;
}

async function setUp(user = "ada") {
  const watch = { at: 1_800_000_000_000 };
  const ask = await asking({ type: "digest", username: user, password: new Secret("secret") }, { watch });
  const send = async (authorization?: string) => {
    const found = await ask(authorization === undefined ? {} : { authorization }, URL_A);
    if (!(found instanceof Response)) return { caller: found.id };
    const [sha256, md5] = found.challenges.split(/, (?=Digest )/).map((text) => parameters(text.slice(7)));
    return {
      status: found.status,
      nonce: sha256!.get("nonce")!,
      stale: sha256!.get("stale"),
      algorithms: [sha256!.get("algorithm"), md5!.get("algorithm")],
      qop: sha256!.get("qop"),
    };
  };
  return { watch, send, nonce: (await send()).nonce! };
}

Deno.test("digest: the challenge offers SHA-256 first, then MD5, with qop auth", async () => {
  const { send } = await setUp(), found = await send();
  assert.equal(found.status, 401);
  assert.deepEqual(found.algorithms, ["SHA-256", "MD5"]);
  assert.equal(found.qop, "auth");
  assert.equal(found.stale, undefined);
});

Deno.test("digest: a right answer is let in once per count; a replay gets a new nonce", async () => {
  const { send, nonce } = await setUp();
  assert.deepEqual(await send(answer(nonce)), { caller: "ada" });
  const replay = await send(answer(nonce));
  assert.equal(replay.status, 401);
  assert.equal(replay.stale, "true");
  assert.notEqual(replay.nonce, nonce);
  assert.deepEqual(await send(answer(nonce, { nc: 3 })), { caller: "ada" });
  assert.deepEqual(
    await send(answer(nonce, { nc: 2, algorithm: "MD5" })),
    { caller: "ada" },
    "counts may overtake",
  );
});

Deno.test("digest: a wrong password, user or address is refused, and uses no nonce up", async () => {
  const { send, nonce } = await setUp();
  for (const client of [{ password: "wrong" }, { user: "eve" }, { uri: "/orders" }, { qop: "auth-int" }]) {
    const found = await send(answer(nonce, client));
    assert.equal(found.status, 401, JSON.stringify(client));
    assert.equal(found.stale, undefined);
  }
  assert.deepEqual(await send(answer(nonce)), { caller: "ada" });
});

Deno.test("digest: a nonce ends, and one that somebody else made never holds: both are stale", async () => {
  const { send, nonce, watch } = await setUp();
  const forged = nonce.slice(0, -1) + (nonce.endsWith("0") ? "1" : "0");
  for (const other of [forged, "abc", (await setUp()).nonce]) {
    assert.equal((await send(answer(other))).stale, "true");
  }
  watch.at += 5 * 60_000 + 1;
  const late = await send(answer(nonce));
  assert.equal(late.status, 401);
  assert.equal(late.stale, "true");
  assert.deepEqual(await send(answer(late.nonce!)), { caller: "ada" });
});

Deno.test("digest: names beyond ASCII come in both notations", async () => {
  const { send, nonce } = await setUp("Jürgen €");
  assert.deepEqual(await send(answer(nonce, { user: "Jürgen €" })), { caller: "Jürgen €" });
});

Deno.test("digest: what is no answer is refused: session algorithms, a hashed name, no count", async () => {
  const { send, nonce } = await setUp(), good = answer(nonce);
  for (
    const bad of [
      good.replace("algorithm=SHA-256", "algorithm=SHA-256-sess"),
      good.replace("algorithm=SHA-256", "algorithm=SHA-1"),
      good + ", userhash=true",
      good.replace("nc=00000001", "nc=1"),
      good.replace(/, qop=auth/, ""),
      good.replace('realm="shop"', 'realm="other"'),
      "Digest " + "a=b,".repeat(3000),
      "Basic YWRhOnNlY3JldA==",
    ]
  ) assert.equal((await send(bad)).status, 401, bad.slice(0, 80));
  assert.deepEqual(await send(good), { caller: "ada" });
});
