"""The nearest known name to one that is not known."""

from collections.abc import Iterable


def nearest(name: object, known: Iterable[str]) -> str | None:
    """None where no known name is near."""
    import difflib

    return next(iter(difflib.get_close_matches(str(name), list(known), n=1)), None)
