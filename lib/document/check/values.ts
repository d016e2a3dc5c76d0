/**
 * Values that are of the right type and still cannot be meant: ports nobody can listen on, methods nobody knows.
 *
 * @module
 */
import type { CapabilityDocument } from "../../../schemas/mod.ts";
import { nearest } from "../diagnostics/nearest.ts";
import type { Report } from "../diagnostics/report.ts";

/** The methods of HTTP and its registered extensions that APIs use. */
const METHODS: ReadonlySet<string> = new Set(
  ("GET HEAD POST PUT PATCH DELETE OPTIONS TRACE CONNECT QUERY SEARCH REPORT PROPFIND PROPPATCH MKCOL COPY MOVE LOCK " +
    "UNLOCK LINK UNLINK BIND REBIND UNBIND ACL MKCALENDAR MERGE CHECKIN CHECKOUT UPDATE LABEL PURGE LIST SUBSCRIBE " +
    "UNSUBSCRIBE NOTIFY").split(" "),
);
const COMMON = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/**
 * Tells of ports and methods that cannot be meant.
 *
 * @param document The model.
 * @param report Receives what is found.
 */
export function checkValues(document: CapabilityDocument, report: Report): void {
  const method = (operation: { readonly method?: string | undefined }) => {
    const written = operation.method?.trim();
    if (written === undefined || METHODS.has(written.toUpperCase())) return;
    const near = nearest(written, COMMON);
    report.add(
      "warning",
      "unknown-method",
      `${written} is not a method of HTTP; the request is sent with it unchanged`,
      report.locate(operation, "method"),
      near === undefined ? `use ${COMMON.join(", ")}` : `did you mean ${near}?`,
    );
  };
  for (const consumes of document.consumes ?? []) {
    consumes.operations?.forEach(method);
    for (const resource of consumes.resources ?? []) resource.operations?.forEach(method);
  }
  for (const exposes of document.exposes ?? []) {
    if (exposes.type === "rest") {
      for (const resource of exposes.resources ?? []) resource.operations?.forEach(method);
    }
    if (exposes.type === "mcp" && exposes.ttlMs !== undefined && !(exposes.ttlMs >= 0)) {
      report.add(
        "warning",
        "contradiction",
        `ttlMs is ${exposes.ttlMs}, and should be a number of milliseconds from 0`,
        report.locate(exposes, "ttlMs"),
        "correct ttlMs",
      );
    }
    const { port } = exposes;
    if (typeof port !== "number" || (Number.isInteger(port) && port >= 0 && port <= 65535)) continue;
    report.add("error", "invalid-port", `port is ${port}`, report.locate(exposes, "port"), "use 1 to 65535");
  }
}
