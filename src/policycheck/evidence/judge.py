"""From what a package holds to its report. Making a package and checking it take this one way."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..baseline import Baseline, read_baseline
from ..bundle import Bundle
from ..inventory.discovery import Found
from ..inventory.schemas import Schemas
from ..inventory.sources import Source, local_version
from ..measures import Measures, read_measures
from ..model import Location, Problem
from ..reports import View, entry_printer, renderer
from ..scan import Against, scan
from ..standards import Catalogue
from ..waivers import Waivers, read_waivers

if TYPE_CHECKING:
    from ..engines import Engine
    from ..jobs import Jobs
    from ..model import EngineInfo, Standard
    from ..report import Report
    from ..texts import Texts
    from .statement import Predicate


def judge(
    folder: Path,
    predicate: Predicate,
    bundle: Bundle,
    engine: tuple[EngineInfo, Callable[[], Engine]],
    jobs: Jobs,
    texts: Texts,
    output: Path,
) -> Report:
    """Judges the members that lie in the folder as the predicate says, by the policies of the bundle, and writes the
    report as `scan --format json` prints it. Nothing else of the machine is read."""
    day = datetime.date.fromisoformat(predicate["as_of"])
    catalogue = Catalogue(bundle)
    standard = standard_of(folder, predicate, catalogue)
    inventory = predicate["inventory"]
    report = scan(
        inventory["paths"],
        Schemas(bundle.schemas),
        Against(standard, catalogue.checks(standard), day, *read_beside(folder, predicate, bundle.schemas, standard)),
        engine,
        jobs,
        keep_passes=predicate["all"],
        entry=entry_printer("json", texts),
        found=Found(
            [_source(folder / file["member"], file["name"]) for file in inventory["files"]],
            list(inventory["skipped"]),
            [Problem(one["key"], Location(one["file"]), one["facts"]) for one in inventory["problems"]],
        ),
    )
    with output.open("wb") as written:
        written.writelines(renderer("json").render(report, texts, View()))
    return report


def read_beside(
    folder: Path, predicate: Predicate, schemas: Mapping[str, Any], standard: Standard
) -> tuple[Baseline | None, Waivers | None, Measures | None]:
    """What lies beside the inventory. Raises UsageError where it cannot be used."""
    baseline = waivers = measures = None
    if file := predicate["baseline"]:
        day = datetime.date.fromisoformat(predicate["as_of"])
        baseline = read_baseline(folder / file["member"], standard, schemas["report"], day, file["name"])
    if file := predicate["waivers"]:
        waivers = read_waivers(folder / file["member"], standard, schemas["waivers"], file["name"])
    if file := predicate["measures"]:
        measures = read_measures(folder / file["member"], standard, schemas["measures"], file["name"])
    return baseline, waivers, measures


def standard_of(folder: Path, predicate: Predicate, catalogue: Catalogue) -> Standard:
    """The one that the predicate names."""
    stated = predicate["standard"]
    if file := stated["file"]:
        return catalogue.standard(str(folder / file["member"]), file["name"])
    return catalogue.standard(stated["id"])


def whole_bundle(folder: Path) -> Bundle:
    """The policies of a package whose members lie in the folder. Raises PolicycheckError where a part of them is
    damaged."""
    bundle = Bundle(folder / "policies")
    for part in ("controls", "standards", "schemas", "wasm", "opa_bundle"):
        getattr(bundle, part)
    return bundle


def _source(path: Path, name: str) -> Source:
    status = path.stat()
    return Source(name, str(path), status.st_size, local_version(status))
