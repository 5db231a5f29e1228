"""What measured: the machine and the versions."""

import os
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from commands import Tools

PACKAGES = ("policycheck", "wasmtime", "orjson", "opa-python-client", "pyyaml", "distributed")


def describe(tools: Tools) -> dict[str, str]:
    pairs = (line.partition(":") for line in Path("/proc/cpuinfo").read_text().splitlines())
    fields = {name.strip(): value.strip() for name, _, value in pairs}
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    virtual = ", virtual" if "hypervisor" in fields.get("flags", "") else ""
    found = {
        "cores": f"{tools.jobs} ({fields.get('model name', platform.machine())}{virtual})",
        "memory": f"{memory:.0f} GB",
        "system": f"{platform.system()} {platform.release().partition('-')[0]} {platform.machine()}",
        "Python": platform.python_version(),
    }
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    if tools.opa:
        found["OPA"] = _last_word(tools.opa, "version")
    if tools.conftest:
        found["conftest"] = _last_word(tools.conftest, "--version")
    return found


def _last_word(program: Path, option: str) -> str:
    """Of the first line, which ends with the version."""
    done = subprocess.run([program, option], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[0].split()[-1]
