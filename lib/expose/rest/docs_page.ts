/**
 * An OpenAPI document as a page for people: one file without scripts, that asks nobody for anything.
 *
 * @module
 */
import { encodeBase64 } from "../../data/base64.ts";
import { writeJson } from "../../data/json.ts";
import type { OpenApi } from "./openapi.ts";

const STYLE = `:root{color-scheme:light dark;--line:#8884;--dim:#777;--code:#8881}
*{box-sizing:border-box}
body{font:16px/1.5 system-ui,sans-serif;margin:0 auto;padding:2rem 1rem 4rem;max-width:60rem}
h1{margin:0;line-height:1.2}h2{margin:2.5rem 0 .5rem}h3{font-size:1rem;margin:1rem 0 .25rem}
.dim{color:var(--dim)}.words{white-space:pre-line}
details{border:1px solid var(--line);border-radius:6px;margin:.5rem 0}
summary{cursor:pointer;padding:.5rem .75rem;display:flex;gap:.75rem;align-items:baseline;flex-wrap:wrap}
summary:focus-visible{outline:2px solid Highlight}
details>div{padding:0 .75rem .75rem;border-top:1px solid var(--line)}
.method{font:700 .8rem ui-monospace,monospace;min-width:4rem}
.GET,.HEAD{color:#1668b8}.POST{color:#1a7f37}.PUT,.PATCH{color:#9a6700}.DELETE{color:#cf222e}
code,pre{font:.875rem/1.45 ui-monospace,monospace}
pre{background:var(--code);padding:.75rem;border-radius:6px;overflow:auto;margin:.25rem 0}
.table{overflow:auto}table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.3rem .5rem .3rem 0;border-bottom:1px solid var(--line)}`;

type Json = Readonly<Record<string, unknown>>;

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Any text, as it stands on a page. */
function text(value: unknown): string {
  return String(value ?? "").replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

function isObject(value: unknown): value is Json {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function objectOf(value: unknown): Json {
  return isObject(value) ? value : {};
}

function words(value: unknown): string {
  return typeof value === "string" && value !== "" ? `<p class="words">${text(value)}</p>` : "";
}

/** A schema in a few words. */
function typeOf(schema: unknown): string {
  const { type, format, enum: values, items } = objectOf(schema);
  const name = Array.isArray(type) ? type.join(" or ") : typeof type === "string" ? type : "any";
  const whole = name === "array" && items !== undefined ? `array of ${typeOf(items)}` : name;
  const more = typeof format === "string" ? ` (${format})` : "";
  return Array.isArray(values)
    ? `${whole}: ${values.map((value) => writeJson(value)).join(", ")}`
    : whole + more;
}

function parametersOf(parameters: unknown): string {
  if (!Array.isArray(parameters) || parameters.length === 0) return "";
  const rows = parameters.map((parameter: Json) => {
    const schema = parameter["schema"] ??
      objectOf(Object.values(objectOf(parameter["content"]))[0])["schema"];
    return `<tr><td><code>${text(parameter["name"])}</code></td><td>${text(parameter["in"])}${
      parameter["required"] === true ? ", required" : ""
    }</td><td>${text(typeOf(schema))}</td><td>${text(parameter["description"])}</td></tr>`;
  });
  return `<h3>Parameters</h3><div class="table"><table><thead><tr><th>Name</th><th>In</th><th>Type</th><th>Meaning</th></tr></thead><tbody>${
    rows.join("")
  }</tbody></table></div>`;
}

function contentOf(content: unknown): string {
  return Object.entries(objectOf(content)).map(([type, media]) => {
    const { schema } = objectOf(media);
    const shown = schema === undefined
      ? ""
      : `<pre>${text(JSON.stringify(schema, plainDescription, 2))}</pre>`;
    return `<p class="dim">${text(type)}</p>${shown}`;
  }).join("");
}

/** Numbers beyond what JavaScript holds are shown as they are. */
function plainDescription(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}

function responsesOf(responses: unknown): string {
  const parts = Object.entries(objectOf(responses)).map(([status, response]) => {
    const { description, content } = objectOf(response);
    return `<p><code>${text(status)}</code> ${text(description)}</p>${
      status === "default" ? "" : contentOf(content)
    }`;
  });
  return `<h3>Answers</h3>${parts.join("")}`;
}

function operationOf(path: string, method: string, operation: Json): string {
  const { summary, description, operationId, parameters, requestBody, responses } = operation;
  const body = objectOf(requestBody), name = method.toUpperCase();
  return `<details id="${text(operationId)}"><summary><span class="method ${text(name)}">${
    text(name)
  }</span><code>${text(path)}</code><span class="dim">${text(summary ?? operationId)}</span></summary><div>${
    words(description)
  }${parametersOf(parameters)}${
    requestBody === undefined
      ? ""
      : `<h3>Body${body["required"] === true ? ", required" : ""}</h3>${contentOf(body["content"])}`
  }${responsesOf(responses)}</div></details>`;
}

/** The operations by tag, in document order. */
function byTag(document: OpenApi): Map<string, string[]> {
  const out = new Map<string, string[]>();
  for (const [path, item] of Object.entries(objectOf(document["paths"]))) {
    for (const [method, operation] of Object.entries(objectOf(item))) {
      const tag = String((objectOf(operation)["tags"] as unknown[] | undefined)?.[0] ?? "Operations");
      const known = out.get(tag), shown = operationOf(path, method, objectOf(operation));
      if (known) known.push(shown);
      else out.set(tag, [shown]);
    }
  }
  return out;
}

function securityOf(document: OpenApi): string {
  const schemes = Object.values(objectOf(objectOf(document["components"])["securitySchemes"])) as Json[];
  if (schemes.length === 0) return "";
  const said = schemes.map(({ type, scheme, in: place, name }) =>
    type === "apiKey" ? `the key ${name} in the ${place}` : `${scheme} authentication`
  );
  return `<p>Callers show who they are: ${text(said.join(", "))}.</p>`;
}

/** A page, and the policy it is sent with. */
export interface DocsPage {
  readonly html: string;
  /** For `Content-Security-Policy`: nothing but its own style. */
  readonly policy: string;
}

/**
 * Makes the page of an OpenAPI document.
 *
 * @param document The document.
 * @param address Where the document itself is.
 */
export async function docsPage(document: OpenApi, address: string): Promise<DocsPage> {
  const { title, version, description } = objectOf(document["info"]);
  const tags = new Map(
    (document["tags"] as Json[] | undefined ?? []).map((tag) => [String(tag["name"]), tag["description"]]),
  );
  const sections = [...byTag(document)].map(([tag, operations]) =>
    `<section><h2>${text(tag)}</h2>${words(tags.get(tag))}${operations.join("")}</section>`
  );
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(STYLE));
  const style = encodeBase64(new Uint8Array(hash));
  return {
    html: `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${text(title)}</title><style>${STYLE}</style></head>
<body><header><h1>${text(title)}</h1><p class="dim">Version ${text(version)}, <a href="${
      text(address)
    }">OpenAPI document</a></p>${words(description)}${securityOf(document)}</header>
<main>${sections.join("\n")}</main></body></html>
`,
    policy:
      `default-src 'none'; style-src 'sha256-${style}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  };
}
