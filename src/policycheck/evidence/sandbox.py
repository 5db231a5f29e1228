"""Work with what somebody else made: in a process of its own, which has only so much time, memory and room."""

import multiprocessing
import os
import signal
import tempfile
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from ..errors import PolicycheckError
from ..spool import FULL
from ..texts import texts
from .faults import FaultyError


class Bounds(NamedTuple):
    """Seconds, and bytes of memory and of each file that is written. The memory is bounded where the system can do it;
    that of the policies themselves is bounded by wasmtime everywhere."""

    seconds: float
    memory: int
    file: int


def bounded(work: Callable[[], Any], folder: Path, language: str, bounds: Bounds) -> Any:
    """What the work gives, which is JSON. The folder is for its temporary files, the language for what it has to say.

    Raises FaultyError where it does not come to an end within the bounds, whatever the reason, and OSError where that is
    that this machine has no room left.
    """
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_do, args=(sender, work, folder, language, bounds), daemon=True)
    process.start()
    sender.close()
    try:
        if not receiver.poll(bounds.seconds):
            raise FaultyError("too_slow", seconds=round(bounds.seconds))
        answer = orjson.loads(receiver.recv_bytes())
    except EOFError:
        raise FaultyError("not_recomputed", reason=texts(language)("evidence.died")) from None
    finally:
        process.kill()
        process.join()
        receiver.close()
    if "full" in answer:
        raise OSError(answer["full"], os.strerror(answer["full"]))
    if "reason" in answer:
        raise FaultyError("not_recomputed", reason=answer["reason"])
    return answer["given"]


def told(error: PolicycheckError, folder: Path, language: str) -> str:
    """What an error says, without the folder in which the package lies for the moment."""
    facts = {name: " ".join(fact.split()) if isinstance(fact, str) else fact for name, fact in error.facts.items()}
    return texts(language)(f"error.{error.key}", **facts).replace(f"{folder}/", "")


def _do(sender: Connection, work: Callable[[], Any], folder: Path, language: str, bounds: Bounds) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that started it ends this one
    tempfile.tempdir = str(folder)
    _limit(bounds)
    try:
        answer = {"given": work()}
    except PolicycheckError as error:
        answer = {"reason": told(error, folder, language)}
    except Exception as error:  # noqa: BLE001 (what is not ours can break anything)
        if isinstance(error, OSError) and error.errno in FULL:
            answer = {"full": error.errno}
        else:
            answer = {"reason": f"{type(error).__name__}: {error}".replace(f"{folder}/", "")}
    sender.send_bytes(orjson.dumps(answer))


def _limit(bounds: Bounds) -> None:
    try:
        import resource
    except ModuleNotFoundError:  # not every system has such limits
        return
    seconds = round(bounds.seconds) + 1
    wanted = {
        resource.RLIMIT_DATA: bounds.memory,
        resource.RLIMIT_CPU: seconds * 64,  # of all threads together, should nobody be left to end it
        resource.RLIMIT_FSIZE: bounds.file,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in wanted.items():
        hard = resource.getrlimit(kind)[1]
        given = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (given, given))
