/**
 * The messages of an event stream.
 *
 * @module
 */

/**
 * The texts of the events of a stream, in order.
 *
 * @param body The stream; it is cancelled when nobody reads on.
 */
export async function* eventTexts(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let held = "";
  for await (
    const piece of body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
  ) {
    held += piece;
    const events = held.split("\n\n");
    held = events.pop()!;
    for (const event of events) {
      const data = event.split("\n").filter((line) => line.startsWith("data:")).map((line) =>
        line.slice(5).trim()
      );
      if (data.length > 0) yield data.join("\n");
    }
  }
}
