"""The embedded engine: the policies as OPA compiled them to WebAssembly, run in this process by wasmtime.

The ABI is OPA's, version 1.2 or later: https://www.openpolicyagent.org/docs/wasm
"""

from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

import orjson
import wasmtime

from ..bundle import Bundle
from ..errors import EngineError
from ..model import EngineInfo, Verdicts
from . import EngineInput

_PAGE = 65536


def wasm_info(bundle: Bundle) -> EngineInfo:
    """By what the engine judges, without starting one."""
    return EngineInfo("wasm", f"wasmtime {_version()}", bundle.revision)


@cache
def _version() -> str:
    """Of wasmtime: as its folder of metadata is called, since to import what reads it takes as long as a small scan."""
    found = [path.name for path in Path(wasmtime.__file__).parents[1].glob("wasmtime-*.dist-info")]
    if len(found) == 1:
        return found[0].removeprefix("wasmtime-").removesuffix(".dist-info")
    from importlib.metadata import version

    return version("wasmtime")


class WasmEngine:
    """One instance of the compiled policies. Memory that one answer took is free again for the next."""

    def __init__(self, bundle: Bundle, memory: int | None = None) -> None:
        """Raises EngineError where the engine cannot start. `memory` are the bytes that it may take, at most."""
        self.info = wasm_info(bundle)
        try:
            self._start(bundle, memory)
        except wasmtime.WasmtimeError as error:
            raise EngineError("wasm_failed", reason=" ".join(str(error).split())) from None

    def _start(self, bundle: Bundle, memory: int | None) -> None:
        self._compiler = _compiler()
        module = wasmtime.Module(self._compiler, bundle.wasm)
        self._store = wasmtime.Store(self._compiler)
        if memory is not None:
            self._store.set_limits(memory_size=memory)
        pages = (
            len(bundle.wasm) // _PAGE + 4
        )  # its data is part of the file, and the minimum that it declares can be too small
        self._memory = wasmtime.Memory(self._store, wasmtime.MemoryType(wasmtime.Limits(pages, None)))
        instance = wasmtime.Instance(self._store, module, [self._import(needed) for needed in module.imports])
        exports: Any = instance.exports(self._store)
        self._eval = exports["opa_eval"]
        size = 2
        address = exports["opa_malloc"](self._store, size)
        self._memory.write(self._store, b"{}", address)
        self._data = exports["opa_json_parse"](self._store, address, size)
        self._free = exports["opa_heap_ptr_get"](self._store)

    def judge(self, question: EngineInput) -> Verdicts:
        content = orjson.dumps(question | {"resources": orjson.Fragment(question["resources"])})
        end = self._free + len(content)
        lacking = end - self._memory.data_len(self._store)
        try:
            if lacking > 0:
                self._memory.grow(self._store, lacking // _PAGE + 1)
            self._memory.write(self._store, content, self._free)
            address = self._eval(self._store, 0, 0, self._data, self._free, len(content), end, 0)
        except (wasmtime.WasmtimeError, wasmtime.Trap) as error:
            raise EngineError("wasm_failed", reason=str(error)) from None
        answers = orjson.loads(self._string(address))
        if not answers:
            raise EngineError("no_answer", engine="wasm")
        return cast(Verdicts, answers[0]["result"])

    def _string(self, address: int) -> bytearray:
        """The C string at the address."""
        size, step = self._memory.data_len(self._store), 1 << 20
        found = bytearray()
        while address < size:
            part = self._memory.read(self._store, address, min(address + step, size))
            stop = part.find(0)
            if stop >= 0:
                return found + part[:stop]
            found += part
            address += step
        raise EngineError("wasm_failed", reason="unterminated string")

    def _import(self, needed: wasmtime.ImportType) -> wasmtime.Memory | wasmtime.Func:
        if needed.name == "memory":
            return self._memory
        kind = cast(wasmtime.FuncType, needed.type)
        return wasmtime.Func(self._store, kind, self._abort if needed.name == "opa_abort" else _no_builtin)

    def _abort(self, address: int) -> None:
        raise wasmtime.WasmtimeError(self._string(address).decode(errors="replace"))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._store.close()
        self._compiler.close()  # else a thread of it stays


def _compiler() -> wasmtime.Engine:
    """Keeps what it compiled for the next time, where there is a folder to keep it in."""
    config = wasmtime.Config()
    try:
        config.cache = True
        return wasmtime.Engine(config)
    except wasmtime.WasmtimeError:
        return wasmtime.Engine()


def _no_builtin(*_: int) -> int:
    raise wasmtime.WasmtimeError("the policies call a builtin that is not compiled in")
