/**
 * The measure of a cold start: a bare program that answers one line with one line.
 *
 * @module
 */
const answer = new TextEncoder().encode('{"jsonrpc":"2.0","id":1,"result":{"tools":[]}}\n');
for await (const chunk of Deno.stdin.readable) {
  if (chunk.includes(10)) {
    Deno.stdout.writeSync(answer);
    break;
  }
}
