"""Has OPA check the policies: strictly, with our capabilities, and against the schemas.

OPA types `input` by schemas, but not the arguments of functions, and a control is a function of a resource. So each
control is also checked in a copy whose function is a rule, with `input.resource` in the place of the argument: a field
that the schema does not have is then a type error at the same line of the copy.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CONTROL = re.compile(r"^judge\((?P<resource>\w+), (?P<check>\w+)\)(?P<rest>.*?)(?=^\w+\(|\Z)", re.MULTILINE | re.DOTALL)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--opa", required=True, type=Path)
    opa = parser.parse_args().opa.resolve()
    sources = [path for path in sorted((ROOT / "policies").rglob("*.rego")) if not path.stem.endswith("_test")]
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        write_schemas(work / "schemas")
        for source in sources:
            if source.name == "main.rego":
                continue
            copy = work / source.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(as_rule(source.read_text(encoding="utf-8")), encoding="utf-8")
        capabilities = ("--strict", "--capabilities", str(ROOT / "policies/capabilities.json"))
        typed = ("--schema", "schemas", "policies/controls", "policies/lib")
        plain = subprocess.run([opa, "check", *capabilities, *sources], check=False).returncode
        return subprocess.run([opa, "check", *capabilities, *typed], cwd=work, check=False).returncode or plain


def as_rule(source: str) -> str:
    """The control with its function turned into a rule over `input`; a library unchanged."""
    control = CONTROL.search(source)
    if control is None:
        return source
    rule = "judge" + control["rest"]
    for name in ("resource", "check"):
        rule = re.sub(rf"(?<![\w.\"]){control[name]}\b(?!\")", f"input.{name}", rule)
    annotation = f"\n# schemas:\n#   - input: schema.{control['resource']}\npackage "
    return source.replace(control[0], rule).replace("\npackage ", annotation, 1)


def write_schemas(folder: Path) -> None:
    """For every kind, the schema of an input that holds one resource, with references resolved."""
    folder.mkdir()
    schemas = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in (ROOT / "schemas").glob("*.json")}
    common = schemas["common.schema.json"]["$defs"]

    def resolve(value: Any) -> Any:
        if isinstance(value, dict):
            if "$ref" in value:
                value = common[value["$ref"].rpartition("/")[2]] | {k: v for k, v in value.items() if k != "$ref"}
            if isinstance(value.get("type"), list):  # OPA reads the first type only
                value = {"anyOf": [{"type": name} for name in value["type"]]}
            return {key: resolve(inner) for key, inner in value.items() if key not in ("$schema", "$id")}
        return [resolve(inner) for inner in value] if isinstance(value, list) else value

    for section in schemas["inventory.schema.json"]["properties"].values():
        if "items" in section:
            name = section["items"]["$ref"]
            schema = {"type": "object", "properties": {"resource": resolve(schemas[name]), "check": {}}}
            (folder / f"{name.removesuffix('.schema.json')}.json").write_text(json.dumps(schema), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
