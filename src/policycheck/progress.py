"""A progress bar on standard error, for a scan that takes long, where that is a terminal."""

import os
import sys
import threading
from types import TracebackType
from typing import Self

PATIENCE = 1.0
"""Seconds after which the bar appears."""


class Progress:
    """Shows nothing where standard error is no terminal, or before patience has run out."""

    def __init__(self, title: str) -> None:
        self._timer = None
        if sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
            from rich.progress import Progress as Bar

            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
            self._bar = Bar(*columns, console=Console(stderr=True), transient=True)
            self._task = self._bar.add_task(title, total=None)
            self._timer = threading.Timer(PATIENCE, self._bar.start)
            self._timer.daemon = True

    def expect(self, total: int) -> None:
        if self._timer:
            self._bar.update(self._task, total=total)

    def advance(self, count: int) -> None:
        if self._timer:
            self._bar.advance(self._task, count)

    def __enter__(self) -> Self:
        if self._timer:
            self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer.join()
            if self._bar.live.is_started:
                self._bar.stop()
