/**
 * The API behind the capability of the conformance suite, and the file it is served from.
 *
 * @module
 */

/** A picture of one red point. */
const PNG = Uint8Array.from(
  atob("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=="),
  (c) => c.charCodeAt(0),
);
/** A sound without samples. */
const WAV = Uint8Array.from(
  atob("UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA="),
  (c) => c.charCodeAt(0),
);

/** Waits, for as long as the fixture serves. */
function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()));
  });
}

/** A fixture that serves until it is disposed of. */
export interface Fixture extends AsyncDisposable {
  /** The capability, with the address of the API in it, and ports that the system chooses. */
  readonly file: string;
  /** Where a change of the file is announced. */
  reloads(control: string): void;
}

/**
 * Starts the API.
 *
 * @param source The capability's file.
 */
export async function serveFixture(source: string): Promise<Fixture> {
  const folder = await Deno.makeTempDir({ prefix: "capstan-conformance-" }),
    file = `${folder}/capability.yml`;
  const ended = new AbortController();
  let control = "", changes = 0, text = await Deno.readTextFile(source);
  /** Adds an entry to a list of the document, and has it read again. */
  const change = async (list: string) => {
    const entry = list === "tools"
      ? `        added-${++changes}: { description: Added, outputParameters: [{ type: string, value: x }] }`
      : `        added-${++changes}: { description: Added, template: [{ role: user, content: Added }] }`;
    text = text.replace(`      ${list}:\n`, `      ${list}:\n${entry}\n`);
    await Deno.writeTextFile(file, text);
    const answer = await fetch(new URL("/config/reload", control), { method: "POST" });
    return Response.json({ changes, reloaded: answer.ok, body: await answer.text() });
  };
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const { pathname, searchParams } = new URL(request.url), [, first, second] = pathname.split("/");
    switch (first) {
      case "text":
        return new Response("This is a simple text response for testing.");
      case "image":
        return new Response(PNG, { headers: { "content-type": "image/png" } });
      case "greeting":
        return new Response(`Hello, ${searchParams.get("name")}!`);
      case "audio":
        return new Response(WAV, { headers: { "content-type": "audio/wav" } });
      case "file":
        return new Response("%PDF-1.4", { headers: { "content-type": "application/pdf" } });
      case "fail":
        return Response.json({ message: "This always fails." }, { status: 400 });
      case "template":
        return Response.json({ id: second, templateTest: true, data: `Data for ID: ${second}` });
      case "change":
        return await change(second!);
      case "seconds":
        await sleep(1000 * Number(searchParams.get("seconds")), ended.signal);
        return Response.json({ computed: true });
      case "late-failure":
        await sleep(1000, ended.signal);
        return Response.json({ message: "This always fails." }, { status: 400 });
      case "wait":
        await new Promise((resolve) => setTimeout(resolve, Number(searchParams.get("ms"))));
        return Response.json({ waited: true });
    }
    return new Response(null, { status: 404 });
  });
  text = text.replace("127.0.0.1:4400", `127.0.0.1:${server.addr.port}`).replace(/port: 440\d/g, "port: 0");
  await Deno.writeTextFile(file, text);
  await Deno.mkdir(`${folder}/skills/returns/guides`, { recursive: true });
  await Deno.mkdir(`${folder}/files`);
  for (
    const path of [
      ...["skills/returns/SKILL.md", "skills/returns/guides/post.md"],
      ...["files/dot.png", "files/empty.pdf"],
    ]
  ) {
    await Deno.copyFile(new URL(path, import.meta.url), `${folder}/${path}`);
  }
  return {
    file,
    reloads(url) {
      control = url;
    },
    async [Symbol.asyncDispose]() {
      ended.abort();
      await server.shutdown();
      await Deno.remove(folder, { recursive: true });
    },
  };
}
