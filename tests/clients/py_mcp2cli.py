"""mcp2cli: a program that makes a command of each tool. It is started for each call, as its users do."""
import asyncio, json, os, shlex, signal, sys, tempfile
from py_run import Session, contextlib, drive, spoken

PROGRAM = os.path.join(os.path.dirname(sys.executable), "mcp2cli")


class Part:
    def __init__(self, part):
        self.text, self.type = part.get("text"), part["type"]


@contextlib.asynccontextmanager
async def opened(target):
    command = target.get("command")
    server = ["--mcp-stdio", shlex.join(command)] if command else ["--mcp", target["url"]]
    with tempfile.TemporaryDirectory() as home:
        async def started(*args):
            return await asyncio.create_subprocess_exec(
                PROGRAM, *server, "--json", *args, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE, env={**os.environ, "XDG_CACHE_HOME": home, "XDG_CONFIG_HOME": home})

        async def call(name, args):
            process = await started(name.replace("_", "-"), *(["--stdin"] if args else []))
            out, err = await process.communicate(json.dumps(args).encode())
            try:
                result = json.loads(out)
            except ValueError:
                # What it refuses itself.
                return True, (out + err).decode().strip()
            return process.returncode != 0, spoken([Part(part) for part in result["content"]])

        async def cancel(name, args):
            process = await started(name.replace("_", "-"), *(["--stdin"] if args else []))
            process.stdin.write(json.dumps(args).encode())
            process.stdin.close()
            # It needs a while to begin; then its user stops it.
            await asyncio.sleep(6)
            process.send_signal(signal.SIGINT)

        out, _ = await (await started("--list")).communicate()
        yield Session([tool["toolName"] for tool in json.loads(out)], call, cancel=cancel)

drive(opened)
