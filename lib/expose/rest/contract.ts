/**
 * The contract of a REST surface where callers find it: `/openapi.json`, and `/docs` for people. Made when first asked for.
 *
 * @module
 */
import type { ExposesRest } from "../../../schemas/mod.ts";
import { writeJson } from "../../data/json.ts";
import type { Capability, Surface } from "../../plan/capability.ts";

/** Where the document is. */
const OPENAPI_PATH = "/openapi.json";
/** Where the page is. */
export const DOCS_PATH = "/docs";

/** Answers a request for the contract; undefined for any other path. */
export type AnswerContract = (pathname: string, method: string) => Promise<Response> | undefined;

/** A text, and the headers it is sent with. */
interface Page {
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Makes what answers with the contract of a surface.
 *
 * @param capability The capability.
 * @param surface One of its REST surfaces.
 */
export function contractAnswers(capability: Capability, surface: Surface<ExposesRest>): AnswerContract {
  let made: Promise<ReadonlyMap<string, Page>> | undefined;
  const make = async (): Promise<ReadonlyMap<string, Page>> => {
    const [{ openApiOf }, { docsPage }] = await Promise.all([
      import("./openapi.ts"),
      import("./docs_page.ts"),
    ]);
    const document = openApiOf(capability, surface),
      { html, policy } = await docsPage(document, OPENAPI_PATH);
    const common = { "x-content-type-options": "nosniff", "cache-control": "no-cache" };
    return new Map([
      [OPENAPI_PATH, {
        text: writeJson(document),
        headers: { ...common, "content-type": "application/json" },
      }],
      [DOCS_PATH, {
        text: html,
        headers: {
          ...common,
          "content-type": "text/html; charset=utf-8",
          "content-security-policy": policy,
          "referrer-policy": "no-referrer",
        },
      }],
    ]);
  };
  return (pathname, method) => {
    if (pathname !== OPENAPI_PATH && pathname !== DOCS_PATH) return undefined;
    if (method !== "GET" && method !== "HEAD") return undefined;
    made ??= make();
    return made.then((pages) => {
      const { text, headers } = pages.get(pathname)!;
      return new Response(text, { headers });
    });
  };
}
