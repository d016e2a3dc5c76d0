/**
 * A capability inside an app of your own: its MCP server and its REST API are routes of a Hono app.
 *
 * @module
 */
import { Hono } from "hono";
import { compileCapability, type CompileOptions, readSpecification } from "@capstan/capstan";

/** Makes the app. */
export async function makeApp(file: string, options: CompileOptions = {}): Promise<Hono> {
  const capability = await compileCapability(readSpecification(file), options);
  const app = new Hono();
  app.get("/", (c) => c.json(capability.callables.map(({ kind, name }) => `${kind} ${name}`)));
  for (const { type, fetch } of capability.surfaces) app.mount(`/${type}`, fetch);
  return app;
}

if (import.meta.main) {
  const app = await makeApp("examples/weather.yml");
  Deno.serve({ hostname: "127.0.0.1", port: 8000 }, app.fetch);
}
