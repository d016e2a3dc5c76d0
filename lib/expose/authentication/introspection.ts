/**
 * Access tokens that only their issuer can read: it is asked about each (RFC 7662).
 *
 * @module
 */
import type { IncomingOAuth2 } from "../../plan/incoming.ts";
import { showClient } from "../../upstream/authentication/ask_server.ts";
import type { Send } from "./authenticator.ts";
import type { Claims } from "./claims.ts";
import type { ReadToken } from "./jwt.ts";
import { messageOf, type ServerMetadata, Unavailable } from "./server_metadata.ts";

/**
 * Makes what asks the issuer about tokens. Nothing it says is kept: a token that is withdrawn is refused at once.
 *
 * @param declared What is expected.
 * @param server The metadata of the authorization server.
 * @param send Sends requests to it.
 * @returns Gives what a token says, or why it cannot be believed; rejects with `Unavailable` when nobody can be asked.
 */
export async function introspectionReader(
  declared: IncomingOAuth2,
  server: () => Promise<ServerMetadata>,
  send: Send,
): Promise<ReadToken> {
  const oauth = await import("oauth4webapi"), { client } = declared;
  const self = { client_id: "capstan" };
  return async (token) => {
    const endpoint = declared.introspectionEndpoint ?? (await server()).introspectionEndpoint;
    if (endpoint === undefined) {
      throw new Unavailable(
        `the metadata of ${declared.issuer} names no introspection endpoint; write introspectionEndpoint`,
      );
    }
    const as = { issuer: declared.issuer, introspection_endpoint: endpoint };
    let claims: Claims & { readonly active?: unknown };
    try {
      const response = await oauth.introspectionRequest(
        as,
        self,
        (_as, _client, body, headers) => client && showClient(client, body, headers),
        token,
        {
          additionalParameters: { token_type_hint: "access_token" },
          // Which addresses may be asked, and how, is what the document declares.
          [oauth.allowInsecureRequests]: true,
          [oauth.customFetch]: (url, { method, headers, body }) =>
            send(new Request(url, { method, headers, body: String(body) })),
        },
      );
      if (response.status === 401 || response.status === 403) {
        throw new Error(
          `it answered ${response.status}: check clientId and clientSecret, with which this server asks`,
        );
      }
      claims = await oauth.processIntrospectionResponse(as, self, response);
    } catch (error) {
      throw new Unavailable(`${declared.issuer} could not be asked about a token: ${messageOf(error)}`);
    }
    return claims.active === true ? { claims } : { refused: "Token not active" };
  };
}
