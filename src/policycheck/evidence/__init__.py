"""Sealed packages that prove themselves: what was judged, by what, and what came of it, so that anyone can judge again."""
