/**
 * Credentials that are the same for every request: bearer, basic and API keys.
 *
 * @module
 */
import { encodeBase64 } from "../../data/base64.ts";
import type { BodyKey } from "../body/content.ts";
import type { Header } from "../outgoing.ts";
import type { Credential } from "../operation.ts";
import { fixedText, mask, type Show } from "../value.ts";

/** What credentials put where. */
export interface Placed {
  readonly headers: Header[];
  readonly query: [string, string][];
  readonly cookies: [string, string][];
  readonly body: BodyKey[];
  /** Header names, in small letters, that a credential fills only when the call is made. */
  readonly reserved: string[];
}

/** `Basic` with the user name and password in UTF-8 (RFC 7617). */
export function basicValue(username: string, password: string): string {
  return `Basic ${encodeBase64(new TextEncoder().encode(`${username}:${password}`))}`;
}

/**
 * Places the credentials of an operation.
 *
 * @param credentials What the API declares.
 * @param show What stands for a secret. A credential is secret even where the author wrote it out.
 */
export function placeCredentials(credentials: readonly Credential[], show: Show): Placed {
  const placed: Placed = { headers: [], query: [], cookies: [], body: [], reserved: [] };
  for (const credential of credentials) {
    switch (credential.type) {
      case "bearer":
        placed.headers.push([
          "Authorization",
          `Bearer ${show === mask ? "***" : fixedText(credential.token, show)}`,
        ]);
        break;
      case "basic":
        placed.headers.push([
          "Authorization",
          show === mask
            ? "Basic ***"
            : basicValue(fixedText(credential.username, show), fixedText(credential.password, show)),
        ]);
        break;
      case "apikey": {
        const value = show === mask ? "***" : fixedText(credential.value, show);
        const place = credential.placement;
        (place === "header" ? placed.headers : place === "cookie" ? placed.cookies : placed[place])
          .push([credential.name, value]);
        break;
      }
      case "digest":
      case "oauth2":
        if (show === mask) {
          placed.headers.push(["Authorization", credential.type === "digest" ? "Digest ***" : "Bearer ***"]);
        } else placed.reserved.push("authorization");
    }
  }
  return placed;
}
