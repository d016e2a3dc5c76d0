"""What the drivers of the Python clients share: the trials are run, and what came is printed as one line of JSON."""
import asyncio, contextlib, json, os, sys, urllib.request


class Failed(Exception):
    """The client tells its model that the call failed, with this text."""


def spoken(content):
    """The text of parts of MCP content, as a model reads it."""
    return "".join(getattr(part, "text", None) or getattr(part, "type", "") for part in content)


async def given_up(call, asked):
    """Gives a call up once the API has been asked: before, there is nothing to stop."""
    task = asyncio.ensure_future(call)
    wait = lambda: urllib.request.urlopen(asked, timeout=60).read()
    await asyncio.get_running_loop().run_in_executor(None, wait)
    task.cancel()
    await task


async def exercise(job, session):
    outcomes = []
    for name, args in job["calls"]:
        try:
            error, text = await session.call(name, args)
            outcomes.append({"error": error, "text": text})
        except Failed as failed:
            outcomes.append({"error": True, "text": str(failed)})
        except BaseException as error:
            outcomes.append({"raised": f"{type(error).__name__}: {error}"[:400]})
    left = None
    if getattr(session, "cancels", True):
        name, args = job["slow"]
        try:
            stop = getattr(session, "cancel", None)
            await (stop(name, args) if stop else given_up(session.call(name, args), job["asked"]))
        except (Exception, asyncio.CancelledError):
            pass
        ask = lambda: json.load(urllib.request.urlopen(job["left"], timeout=30))
        left = await asyncio.get_running_loop().run_in_executor(None, ask)
    return {"names": session.names, "outcomes": outcomes, "cancel": left}


def drive(open_session):
    """`open_session(target)` is an asynchronous context: target is {"url"} or {"command": [...]}; it gives an object
    with `names` and `call(name, args) -> (error, text)`; `cancel(name, args)` where the client has a time-out of its own."""
    job, said = json.loads(sys.argv[1]), {}

    async def main():
        async with open_session(job["target"]) as session:
            said.update(await exercise(job, session))
            print("\n" + json.dumps(said), flush=True)

    # A client whose shutdown fails or hangs has said what is asked here.
    try:
        asyncio.run(main())
    except BaseException as error:
        if not said:
            import traceback
            traceback.print_exc()
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
            os._exit(1)
    sys.stdout.flush()
    os._exit(0)


class Session:
    """A session made of a list of names and a function."""

    def __init__(self, names, call, **more):
        self.names, self.call = names, call
        self.__dict__.update(more)


__all__ = ["Failed", "Session", "contextlib", "drive", "spoken"]
