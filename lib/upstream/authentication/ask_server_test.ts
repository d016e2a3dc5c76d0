import assert from "node:assert/strict";
import { memoryHost } from "../../host/memory.ts";
import { Secret } from "../../expression/secret.ts";
import { openDoor } from "../door.ts";
import { serverSender, showClient } from "./ask_server.ts";

const ORIGIN = "https://login.example.com";

function sender(fetch: (request: Request) => Response | Promise<Response>, names = {}) {
  const asked: Request[] = [];
  const host = memoryHost({
    names,
    fetch: (request) => {
      asked.push(request);
      return fetch(request);
    },
  });
  return { asked, send: serverSender([ORIGIN], openDoor(host)) };
}

Deno.test("serverSender() asks declared origins, and gives status, type and body", async () => {
  const { send, asked } = sender(() =>
    Response.json({ keys: [] }, { status: 201, headers: { "x-more": "1" } })
  );
  const form = new URLSearchParams({ token: "a b" });
  const response = await send(
    new Request(`${ORIGIN}/x?y=1`, { method: "POST", body: form, headers: { a: "1" } }),
  );
  assert.equal(response.status, 201);
  assert.deepEqual([...response.headers], [["content-type", "application/json"]]);
  assert.deepEqual(await response.json(), { keys: [] });
  assert.equal(asked[0]!.headers.get("a"), "1");
  assert.equal(await asked[0]!.text(), "token=a+b");
});

Deno.test("serverSender() refuses other origins, and says which key declares them", async () => {
  const { send, asked } = sender(() => Response.json({}));
  for (
    const url of [
      "https://keys.example.com/k",
      "http://login.example.com/",
      "https://login.example.com:8443/",
    ]
  ) {
    await assert.rejects(send(new Request(url)), /does not declare .*write the address as jwksUri/);
  }
  assert.equal(asked.length, 0);
});

Deno.test("serverSender() follows no redirect, and reaches no metadata address whatever a name resolves to", async () => {
  const moved = sender(() => Response.redirect("http://169.254.169.254/"));
  assert.equal((await moved.send(new Request(`${ORIGIN}/`))).status, 302);
  assert.equal(moved.asked.length, 1);
  const astray = sender(() => Response.json({}), { "login.example.com": ["169.254.169.254"] });
  await assert.rejects(astray.send(new Request(`${ORIGIN}/`)), /metadata address/);
  assert.equal(astray.asked.length, 0);
});

Deno.test("serverSender() reads no more than a megabyte", async () => {
  const { send } = sender(() => new Response(new Uint8Array((1 << 20) + 1)));
  await assert.rejects(send(new Request(`${ORIGIN}/`)));
});

Deno.test("showClient() shows a client in the header, or in the form", () => {
  const client = { id: "a b", secret: new Secret("c:d") },
    headers = new Headers(),
    body = new URLSearchParams();
  showClient({ ...client, method: "basic" }, body, headers);
  assert.equal(headers.get("authorization"), `Basic ${btoa("a+b:c%3Ad")}`);
  assert.equal(body.toString(), "");
  showClient({ ...client, method: "post" }, body, new Headers());
  assert.equal(body.toString(), "client_id=a+b&client_secret=c%3Ad");
});
