"""What the command line has to do with the cache: where it lies, and what has to be said of it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from ..errors import UsageError
from .shell import warn

if TYPE_CHECKING:
    from ..cache import Cache
    from ..jobs import Jobs


def by_hand(option: str) -> bool:
    """Whether an option was given on the command line; what the environment says, it says for all scans."""
    return click.get_current_context().get_parameter_source(option) is ParameterSource.COMMANDLINE


def open_cache(named: Path | None, paths: Iterable[str | Path], *, off: bool) -> Cache | None:
    """None where there is to be none, and where the folder that nobody named cannot be used."""
    if off:
        return None
    if named and (around := [path for path in paths if named.resolve().is_relative_to(Path(path).resolve())]):
        raise UsageError("cache_in_inventory", folder=named, path=around[0])
    from ..cache import Cache, default_folder

    folder = named
    try:
        folder = folder or default_folder()
        return Cache(folder)
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or error
        if named:
            raise UsageError("unusable_cache", folder=named, reason=reason) from None
        warn("no_cache", folder=folder or "~/.cache/policycheck", reason=reason)
        return None


def close_cache(cache: Cache) -> None:
    cache.prune()
    if cache.failure:
        warn("cache_not_written", folder=cache.folder, reason=cache.failure)


def cached(jobs: Jobs, cache: Cache | None, *settings: Any) -> Jobs:
    """The jobs with the cache between, where they are done on this machine."""
    if cache is None:
        return jobs
    from ..cache.parts import CachedJobs
    from ..jobs.local import Here, Processes

    return CachedJobs(jobs, cache, *settings) if isinstance(jobs, Here | Processes) else jobs
