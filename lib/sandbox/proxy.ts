/**
 * Proxy variables: fetch obeys them without any permission, so they are taken away before anything is fetched.
 *
 * @module
 */

/** Variables with which a proxy could divert requests. */
export const PROXY_VARIABLES: readonly string[] = [
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "ALL_PROXY",
  "http_proxy",
  "https_proxy",
  "all_proxy",
  "NO_PROXY",
];

/** Takes the proxy variables out of this process, and exempts every address from proxies. */
export function dropProxyVariables(): void {
  for (const name of PROXY_VARIABLES) {
    try {
      Deno.env.delete(name);
    } catch {
      // Without the permission to change it, the exemption below is a second barrier.
    }
  }
  try {
    Deno.env.set("NO_PROXY", "*");
  } catch {
    // The variables are gone.
  }
}
