// What the drivers of the JavaScript clients share: the trials are run, and what came is printed as one line of JSON.

/** The text of a result's parts, as a model reads it. */
export const spoken = (content) => content.map((part) => part.text ?? part.type).join("");

/** A signal that aborts once the API has been asked, as a user's "stop" does: before, there is nothing to stop. */
const stop = (asked) => {
  const controller = new AbortController();
  void fetch(asked).then((answer) => answer.text()).finally(() => controller.abort());
  return controller.signal;
};

/**
 * `open(target, imported)` gives `{names, call(name, args, signal) -> {error, text}, cancels}`; target is `{url}` or
 * `{command}`, and `imported(path)` imports from the client's package. A call that throws `{told}` is an error the model reads.
 */
export async function drive(open) {
  const job = JSON.parse(Deno.args[0]), at = Deno.env.get("PACKAGE");
  // What a client prints must not be taken for what is said here.
  const imported = (path = "") => import(`npm:${at}${path}`);
  const { names, call, cancels = true } = await open(job.target, imported);
  const outcomes = [];
  for (const [name, args] of job.calls) {
    try {
      outcomes.push(await call(name, args));
    } catch (error) {
      outcomes.push(
        error?.told === undefined ? { raised: String(error) } : { error: true, text: error.told },
      );
    }
  }
  let cancel = null;
  if (cancels) {
    const signal = stop(job.asked);
    const [name, args] = job.slow;
    const aborted = new Promise((resolve) => signal.addEventListener("abort", resolve));
    await Promise.race([call(name, args, signal).catch(() => undefined), aborted]);
    cancel = await (await fetch(job.left)).json();
  }
  await Deno.stdout.write(new TextEncoder().encode(`\n${JSON.stringify({ names, outcomes, cancel })}\n`));
  Deno.exit(0);
}

/** Throws what a client tells its model. */
export function tell(error, pattern = /not_found|no such argument/) {
  if (pattern.test(String(error))) throw { told: String(error.message ?? error) };
  throw error;
}
