"""The compiled policies with everything that belongs to them, as `make bundle` wrote them beside this file."""

import hashlib
from functools import cached_property
from glob import glob
from pathlib import Path
from typing import Any

import orjson

from ..errors import PolicycheckError

_HERE = Path(__file__).parent

_IN_A_CHECKOUT = ("src", "policycheck", "bundle")


class Bundle:
    """What policycheck judges by. Each part is read when it is first asked for."""

    def __init__(self, folder: Path = _HERE) -> None:
        """Raises PolicycheckError where the bundle is damaged, or older than the sources of the checkout it lies in."""
        self.folder = folder
        self._hashes: dict[str, str] = {}
        manifest = self._json("manifest.json")
        try:
            self._hashes = manifest["files"]
            self.revision: str = manifest["revision"]
            self.opa_version: str = manifest["opa"]
            sources: dict[str, str] = manifest["sources"]
        except (KeyError, TypeError) as error:
            raise PolicycheckError("damaged_bundle", file=str(folder / "manifest.json"), reason=str(error)) from None
        self._refuse_if_stale(sources)

    def __reduce__(self) -> tuple[Any, ...]:
        """In another installation, the bundle that lies there."""
        return (Bundle, ()) if self.folder == _HERE else (Bundle, (self.folder,))

    @cached_property
    def controls(self) -> dict[str, Any]:
        return self._json("controls.json")

    @cached_property
    def standards(self) -> dict[str, Any]:
        return self._json("standards.json")

    @cached_property
    def schemas(self) -> dict[str, Any]:
        return self._json("schemas.json")

    @property
    def wasm(self) -> bytes:
        return self.read("policy.wasm")

    @property
    def opa_bundle(self) -> Path:
        """The policies for an OPA server."""
        self.read("policies.tar.gz")
        return self.folder / "policies.tar.gz"

    def _refuse_if_stale(self, sources: dict[str, str]) -> None:
        checkout = self.folder.parents[2] if self.folder.parts[-3:] == _IN_A_CHECKOUT else None
        if checkout is None or not (checkout / "policies" / "main.rego").exists():
            return
        present = {
            Path(name).as_posix()
            for pattern in ("policies/**/*.rego", "policies/*.json", "policies/standards/*.yaml", "schemas/*.json")
            for name in glob(pattern, root_dir=checkout, recursive=True)  # noqa: PTH207 (much faster)
            if not name.endswith("_test.rego")
        }
        changed = present ^ set(sources)
        for name in present & set(sources):
            if hashlib.sha256((checkout / name).read_bytes()).hexdigest() != sources[name]:
                changed.add(name)
        if changed:
            raise PolicycheckError("stale_bundle", files=sorted(changed))

    def _json(self, name: str) -> dict[str, Any]:
        try:
            content: dict[str, Any] = orjson.loads(self.read(name))
        except orjson.JSONDecodeError as error:
            raise PolicycheckError("damaged_bundle", file=str(self.folder / name), reason=str(error)) from None
        return content

    def read(self, name: str) -> bytes:
        """One of its files. Raises PolicycheckError where it is damaged."""
        try:
            content = (self.folder / name).read_bytes()
        except OSError as error:
            raise PolicycheckError("damaged_bundle", file=str(self.folder / name), reason=str(error)) from None
        if name in self._hashes and hashlib.sha256(content).hexdigest() != self._hashes[name]:
            raise PolicycheckError("damaged_bundle", file=str(self.folder / name), reason="SHA-256")
        return content
