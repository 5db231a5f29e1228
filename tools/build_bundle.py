"""Compiles policies/ and schemas/ into src/policycheck/bundle/, the one thing that policycheck reads at run time.

    build_bundle.py --opa PATH           writes policies/main.rego, its test, and the bundle
    build_bundle.py --opa PATH --check   writes nothing; fails if what is committed differs from what would be written

The same sources and the same OPA give the same bytes.
"""

import argparse
import gzip
import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import jsonschema
import ryaml

from policycheck.bundle import Bundle
from policycheck.errors import PolicycheckError
from policycheck.standards import Catalogue

ROOT = Path(__file__).resolve().parent.parent
BUNDLE = Path("src/policycheck/bundle")
PLURAL_SCHEMA = "inventory"


class BuildError(Exception):
    """Something in policies/ or schemas/ is not as the bundle needs it."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--opa", required=True, type=Path)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    opa = arguments.opa.resolve()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        shutil.copytree(ROOT / "policies", work / "policies")
        shutil.copytree(ROOT / "schemas", work / "schemas")
        try:
            written = build(work, opa)
        except (BuildError, PolicycheckError, jsonschema.ValidationError) as error:
            print(f"build_bundle: {error}", file=sys.stderr)
            return 1
        changed = [path for path in written if read(ROOT / path) != (work / path).read_bytes()]
        if arguments.check:
            for path in changed:
                print(f"build_bundle: {path} is not what its sources give; run `make bundle`", file=sys.stderr)
            return 1 if changed else 0
        for path in changed:
            (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(work / path, ROOT / path)
            print(f"wrote {path}")
    return 0


def read(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def build(work: Path, opa: Path) -> list[Path]:
    """Writes everything generated below `work` and returns the paths, relative to it."""
    schemas = {path.name.removesuffix(".schema.json"): load_json(path) for path in sorted(work.glob("schemas/*.json"))}
    refuse_strays(work)
    controls = read_controls(work, opa, schemas)
    main, main_test = Path("policies/main.rego"), Path("policies/main_test.rego")
    (work / main).write_text(entry_point(controls), encoding="utf-8")
    (work / main_test).write_text(entry_point_test(controls), encoding="utf-8")
    run(opa, "fmt", "--write", str(work / main), str(work / main_test))

    policies = [main, *rego_sources(work)]
    capabilities = Path("policies/capabilities.json")
    revision = tree_hash(work, [*policies, capabilities])
    standards = {path.stem: load_standard(path, schemas) for path in sorted(work.glob("policies/standards/*.yaml"))}
    bundle = {
        "controls.json": dump_json(controls),
        "standards.json": dump_json(standards),
        "schemas.json": dump_json(schemas),
        "policy.wasm": compile_wasm(work, opa, policies, capabilities),
        "policies.tar.gz": opa_bundle(work, policies, revision),
    }
    sources = [
        *policies,
        capabilities,
        *sorted(path.relative_to(work) for path in work.glob("policies/standards/*.yaml")),
        *sorted(path.relative_to(work) for path in work.glob("schemas/*.json")),
    ]
    bundle["manifest.json"] = dump_json(
        {
            "revision": revision,
            "opa": run(opa, "version").splitlines()[0].removeprefix("Version: "),
            "files": {name: hashlib.sha256(content).hexdigest() for name, content in bundle.items()},
            "sources": {path.as_posix(): file_hash(work / path) for path in sources},
        }
    )
    (work / BUNDLE).mkdir(parents=True)
    for name, content in bundle.items():
        (work / BUNDLE / name).write_bytes(content)
    catalogue = Catalogue(Bundle(work / BUNDLE))
    for name in standards:
        catalogue.checks(catalogue.standard(name))
    return [main, main_test, *(BUNDLE / name for name in bundle)]


def refuse_strays(work: Path) -> None:
    """Files that nobody would read."""
    known = {path.relative_to(work) for path in [*work.glob("policies/lib/*.rego"), *work.glob("policies/main*.rego")]}
    known |= {path.relative_to(work) for path in work.glob("policies/controls/*/*/*.rego")}
    known |= {path.relative_to(work) for path in work.glob("policies/standards/*.yaml")}
    for pattern in ("policies/**/*.rego", "policies/standards/*.y*ml"):
        for path in work.glob(pattern):
            if path.relative_to(work) not in known:
                raise BuildError(f"{path.relative_to(work)}: does not belong there")


def read_controls(work: Path, opa: Path, schemas: dict[str, Any]) -> dict[str, Any]:
    """By id, what METADATA says of each control, checked against the control schema, the kind's fields and the folder."""
    inspected = json.loads(run(opa, "inspect", "--annotations", "--format", "json", "policies/controls", cwd=work))
    kinds = {ref["items"]["$ref"].removesuffix(".schema.json") for ref in plural_lists(schemas).values()}
    controls = {}
    for entry in inspected["annotations"]:
        file = Path(entry["location"]["file"])
        metadata = entry["annotations"]
        jsonschema.validate(metadata, schemas["control"])
        custom = metadata["custom"]
        name = "/".join(part["value"] for part in entry["path"][-2:])
        if file.parent.as_posix() != f"policies/controls/{name}" or file.stem != file.parent.name:
            raise BuildError(f"{file}: package and folder differ; expected package policycheck.controls.<folders>")
        if custom["kind"] not in kinds:
            raise BuildError(f"{file}: unknown kind {custom['kind']}")
        for parameter in custom.get("parameters", {}).values():
            if "of" in parameter:
                parameter["values"] = values_of(schemas, parameter.pop("of"))
        labels = read_fields(file, custom, schemas, (work / file).read_text(encoding="utf-8"))
        controls[name] = {
            "title": {"ja": metadata["title"], "en": custom.pop("title_en")},
            "description": metadata["description"],
            "file": file.as_posix(),
            "labels": labels,
            **custom,
        }
    folders = {path.parent.relative_to(work / "policies/controls").as_posix() for path in rego_controls(work)}
    if missing := folders - set(controls):
        raise BuildError(f"controls without METADATA: {', '.join(sorted(missing))}")
    return dict(sorted(controls.items()))


def read_fields(file: Path, custom: dict[str, Any], schemas: dict[str, Any], source: str) -> dict[str, str]:
    """The declared fields with their titles. Checks that they are the kind's, that the rule reads no other, and that
    every reason it gives has its message."""
    declared = {name for entry in custom["deciding"] for name in entry.split("|")} | set(custom.get("optional", ()))
    known = {}
    for name, field in schemas[custom["kind"]]["properties"].items():
        known[name] = field["title"]
        inside = field.get("properties", {}).items()
        known |= {f"{name}.{inner}": f"{field['title']}：{value['title']}" for inner, value in inside}
    for index in custom.get("index", {}).values():
        if "lookup" in index:
            other = schemas[index["lookup"]]
            known |= {f"{index['lookup']}.{name}": other["properties"][name]["title"] for name in index["fields"]}
            declared |= {f"{index['lookup']}.{name}" for name in index["fields"]}
    if unknown := declared - known.keys():
        raise BuildError(f"{file}: METADATA names fields that the schema does not have: {', '.join(sorted(unknown))}")
    code = "\n".join(line for line in source.splitlines() if not line.startswith("#"))
    used = set(re.findall(rf"\b{custom['kind']}\.([a-z_]+(?:\.[a-z_]+)?)", code)) - {"id"}
    outer = {name.partition(".")[0] for name in declared}
    if undeclared := used - declared - outer:
        raise BuildError(f"{file}: reads fields that METADATA does not name: {', '.join(sorted(undeclared))}")
    reasons = set(re.findall(r'verdict\.(?:fail|not_applicable|unknown)\("([a-z_]+)"', code))
    if reasons != set(custom["messages"]):
        raise BuildError(
            f"{file}: reasons given and messages differ: {', '.join(sorted(reasons ^ set(custom['messages'])))}"
        )
    return {name: known[name] for name in sorted(declared)}


def values_of(schemas: dict[str, Any], place: str) -> list[str]:
    """The values of the enumeration that a field, written kind.field, may hold."""
    kind, _, name = place.partition(".")
    field = schemas[kind]["properties"][name]
    if "$ref" in field:
        field = schemas["common"]["$defs"][field["$ref"].rpartition("/")[2]]
    values: list[str] = field["enum"]
    return values


def plural_lists(schemas: dict[str, Any]) -> dict[str, Any]:
    properties: dict[str, Any] = schemas[PLURAL_SCHEMA]["properties"]
    return {name: field for name, field in properties.items() if "items" in field}


def entry_point(controls: dict[str, Any]) -> str:
    rules = "\n\n".join(
        f"""verdicts["{name}"] := [judged |
	some check in input.checks["{name}"]
	judged := [verdict |
		some resource in input.resources.{control["kind"]}
		verdict := {alias(name)}.judge(resource, check)
	]
]"""
        for name, control in controls.items()
    )
    imports = "\n".join(
        f"import data.policycheck.controls.{name.replace('/', '.')} as {alias(name)}" for name in controls
    )
    return f"""# Generated by `make bundle` from the controls. Do not edit.
package policycheck

{imports}

# METADATA
# scope: document
# description: >-
#   By control, a list for each check that the input asks of it: the verdicts on the resources of its kind,
#   in their order.
# entrypoint: true
{rules}
"""


def alias(name: str) -> str:
    return name.replace("/", "_")


def entry_point_test(controls: dict[str, Any]) -> str:
    kinds = sorted({control["kind"] for control in controls.values()})
    checks = {name: [{"as_of": "2026-11-20", "parameters": {}, "index": {}}] for name in controls}
    resources = {kind: [{"id": "1"}, {"id": "2"}] for kind in kinds}
    return f"""# Generated by `make bundle` from the controls. Do not edit.
package policycheck_test

question := {json.dumps({"checks": checks, "resources": resources}, indent=1)}

# A resource of which nothing is known is unknown to every control.
test_every_control_answers_for_every_resource if {{
	answers := data.policycheck.verdicts with input as question
	count(answers) == {len(controls)}
	every judged in answers {{
		[verdict.status | some verdict in judged[0]] == ["unknown", "unknown"]
	}}
}}
"""


def rego_controls(work: Path) -> list[Path]:
    return sorted(path for path in work.glob("policies/controls/*/*/*.rego") if not path.stem.endswith("_test"))


def rego_sources(work: Path) -> list[Path]:
    library = sorted(path for path in work.glob("policies/lib/*.rego") if not path.stem.endswith("_test"))
    return [path.relative_to(work) for path in [*rego_controls(work), *library]]


def compile_wasm(work: Path, opa: Path, policies: list[Path], capabilities: Path) -> bytes:
    compiled = work / "compiled.tar.gz"
    files = [path.as_posix() for path in policies]
    options = ("--target", "wasm", "--entrypoint", "policycheck/verdicts", "--capabilities", str(capabilities))
    run(opa, "build", *options, "--output", str(compiled), *files, cwd=work)
    with tarfile.open(compiled) as archive:
        module = archive.extractfile("/policy.wasm")
        assert module is not None
        return module.read()


def opa_bundle(work: Path, policies: list[Path], revision: str) -> bytes:
    """The policies as a bundle for an OPA server: the source files as they are, not reformatted by `opa build`."""
    manifest = {"revision": revision, "roots": ["policycheck"], "rego_version": 1}
    contents = {".manifest": dump_json(manifest)}
    contents |= {path.relative_to("policies").as_posix(): (work / path).read_bytes() for path in policies}
    buffer = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0, compresslevel=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive,
    ):
        for name, content in contents.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def load_standard(path: Path, schemas: dict[str, Any]) -> dict[str, Any]:
    standard: dict[str, Any] = ryaml.loads(path.read_text(encoding="utf-8"))
    jsonschema.validate(standard, schemas["standard"])
    if standard["id"] != path.stem:
        raise BuildError(f"{path.name}: the id is {standard['id']}")
    return standard


def load_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def dump_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=False).encode() + b"\n"


def file_hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def tree_hash(work: Path, paths: list[Path]) -> str:
    lines = "".join(f"{file_hash(work / path)}  {path.as_posix()}\n" for path in sorted(paths))
    return hashlib.sha256(lines.encode()).hexdigest()


def run(opa: Path, *arguments: str, cwd: Path | None = None) -> str:
    process = subprocess.run([opa, *arguments], cwd=cwd, capture_output=True, text=True, check=False)
    if process.returncode:
        raise BuildError(f"opa {' '.join(arguments[:2])}: {process.stderr or process.stdout}")
    return process.stdout


if __name__ == "__main__":
    sys.exit(main())
