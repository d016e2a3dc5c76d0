/**
 * The methods of resources: what there is, and reading it.
 *
 * @module
 */
import { encodeBase64 } from "../../../data/base64.ts";
import { nearest } from "../../../document/diagnostics/nearest.ts";
import { CallError, errorData } from "../../../upstream/error.ts";
import { type Book, type ResourceContent, unknownResource } from "./book.ts";
import { invalidParams, MethodError, type MethodGroup, textParam } from "../method.ts";
import { errorText } from "../tools/results.ts";

/** The members of one content. */
function contentText(uri: string, { mimeType, text, bytes }: ResourceContent): string {
  const head = `{"uri":${JSON.stringify(uri)},"mimeType":${JSON.stringify(mimeType)}`;
  return bytes === undefined
    ? `${head},"text":${JSON.stringify(text ?? "")}}`
    : `${head},"blob":"${encodeBase64(bytes)}"}`;
}

/**
 * The methods of resources.
 *
 * @param books What can be read.
 * @param redact Takes secrets out of text.
 */
export function resourceMethods(books: readonly Book[], redact: (text: string) => string): MethodGroup {
  const single = books.filter((book) => !book.template), templates = books.filter((book) => book.template);
  const templateList = JSON.stringify(templates.map(({ uri, entry }) => ({ uriTemplate: uri, ...entry })));
  return {
    capability: "resources",
    options: { subscribe: true, listChanged: true },
    cacheable: ["resources/list", "resources/templates/list", "resources/read"],
    methods: {
      "resources/list": async () => {
        const lists = await Promise.all(
          single.map((book) => book.list?.() ?? Promise.resolve([{ uri: book.uri, ...book.entry }])),
        );
        return `"resources":${JSON.stringify(lists.flat())}`;
      },
      "resources/templates/list": () => `"resourceTemplates":${templateList}`,
      "resources/read": async (params, call) => {
        const uri = textParam(params, "uri", "the address of a resource");
        try {
          // An exact address wins over a template that fits as well.
          for (const book of [...single, ...templates]) {
            const content = book.read(uri, call);
            if (content) return `"contents":[${contentText(uri, await content)}]`;
          }
        } catch (error) {
          throw readError(error, uri, redact);
        }
        const near = nearest(uri, books.map((book) => book.uri));
        throw unknownResource(
          uri,
          near === undefined ? "resources/list names what there is." : `Did you mean ${near}?`,
        );
      },
    },
  };
}

/** Whatever went wrong while a resource was read, as an error of the protocol. */
function readError(error: unknown, uri: string, redact: (text: string) => string): unknown {
  if (error instanceof MethodError || !(error instanceof CallError)) return error;
  const data = errorData(error), message = redact(errorText(data));
  if (data.code === "not_found") return unknownResource(uri, message);
  return data.code === "invalid_arguments" ? invalidParams(message) : new MethodError(-32603, message, {
    data: JSON.parse(redact(JSON.stringify(data))),
  });
}
