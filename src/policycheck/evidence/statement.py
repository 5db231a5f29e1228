"""The manifest of a package: an in-toto Statement that names every other member, and says how they were judged."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import orjson

from .faults import FaultyError
from .pack import BESIDE, MANIFEST, POLICIES, PUBLIC_KEY, REPORT, SIGNATURE, STANDARD, in_order

PREDICATE_TYPE = "https://policycheck.example/evidence/v1"

Predicate: TypeAlias = dict[str, Any]
"""How the members were judged; statement.schema.json beside this file defines it."""


class Statement(NamedTuple):
    """What a manifest states. `digests` are the SHA-256 of the other members, but for those that seal the manifest."""

    predicate: Predicate
    digests: Mapping[str, str]

    @property
    def members(self) -> frozenset[str]:
        """All that the package must hold, and all that it may."""
        seals = {MANIFEST, *({SIGNATURE} if PUBLIC_KEY in self.digests else ())}
        return frozenset(seals | self.digests.keys())


def dumped(document: object) -> bytes:
    """The one way in which a member of JSON is written."""
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def manifest_of(statement: Statement) -> bytes:
    """The bytes of manifest.json."""
    from in_toto_attestation.v1 import statement as in_toto
    from in_toto_attestation.v1.resource_descriptor import ResourceDescriptor

    names = in_order(statement.digests)
    digests = [{"sha256": statement.digests[name]} for name in names]
    subject = [ResourceDescriptor(name, digest=digest).pb for name, digest in zip(names, digests, strict=True)]
    in_toto.Statement(subject, PREDICATE_TYPE, statement.predicate).validate()
    return dumped(
        {
            "_type": in_toto.STATEMENT_TYPE_URI,
            "subject": [{"name": name, "digest": digest} for name, digest in zip(names, digests, strict=True)],
            "predicateType": PREDICATE_TYPE,
            "predicate": statement.predicate,
        }
    )


def read_manifest(content: bytes) -> Statement:
    """Raises FaultyError for anything but the bytes that manifest_of writes."""
    try:
        document = orjson.loads(content)
        flaw = next(_validator().iter_errors(document), None)
    except ValueError:  # it is no JSON, or too deep
        raise FaultyError("no_manifest") from None
    if flaw:
        raise FaultyError("manifest", place="/" + "/".join(map(str, flaw.instance_path)))
    predicate = document["predicate"]
    statement = Statement(predicate, {one["name"]: one["digest"]["sha256"] for one in document["subject"]})
    if manifest_of(statement) != content:
        raise FaultyError("manifest_form")
    previous = predicate["previous"]
    if predicate["sequence"] != (previous["sequence"] + 1 if previous else 1):
        raise FaultyError("manifest", place="/predicate/sequence")
    named = _named(predicate)
    if len(named) != len(set(named)) or set(named) != set(statement.digests) - {PUBLIC_KEY}:
        raise FaultyError("manifest", place="/subject")
    return statement


def _named(predicate: Predicate) -> list[str]:
    """The members of which the predicate speaks."""
    fixed = {STANDARD: predicate["standard"]["file"], **{file: predicate[name] for name, file in BESIDE.items()}}
    found = [REPORT, *POLICIES, *(file["member"] for file in predicate["inventory"]["files"])]
    for file, given in fixed.items():
        if given:
            if given["member"] != file:
                raise FaultyError("manifest", place=f"/predicate: {file}")
            found.append(file)
    return found


@cache
def _validator() -> Any:
    import jsonschema_rs

    schema = orjson.loads(Path(__file__).with_name("statement.schema.json").read_bytes())
    return jsonschema_rs.validator_for(schema, validate_formats=True)
