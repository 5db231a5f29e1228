"""Edits of a small city, and what may be said of one: what the whole inventory says, of what it touches alone."""

import copy
import json
import unicodedata
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from hypothesis import strategies as st

Entry: TypeAlias = dict[str, Any]


class Files(dict[str, list[Entry] | None]):
    """The entries of each file; None for a file that cannot be parsed."""

    def __repr__(self) -> str:
        return "".join(f"\n{name}: {entries}" for name, entries in self.items())


Key: TypeAlias = tuple[str | None, tuple[str, ...], str, str]
"""Control (of an answer, none), clauses, kind and id."""

STANDARD = """
id: changes
title: {ja: 試験用の基準, en: Standard for the tests}
body: 青葉野市
source: なし
attestations: {contradictions: "5"}
clauses:
  - {id: "1", title: {ja: 媒体, en: Media}, attested: true, controls: [{control: assets/usb_protected}]}
  - {id: "2", title: {ja: 利用者ID, en: User IDs}, attested: true, controls: [{control: technical/user_id_unique}]}
  - id: "3"
    title: {ja: 構成, en: Networks}
    controls: [{control: physical/core_server_room}, {control: network_tiers/terminal_placement}]
  - {id: "4", title: {ja: 研修, en: Training}, attested: true, controls: [{control: human/training_attended}]}
  - id: "6"
    title: {ja: 全庁の媒体, en: All media}
    attested: true
    asked_of: [福祉課]
    controls: [{control: assets/usb_protected, parameters: {}}]
  - {id: "5", title: {ja: 自己点検, en: Self-inspection}, attested: true}
"""

PLURALS = {
    "usb_medium": "usb_media",
    "user_id": "user_ids",
    "system": "systems",
    "server": "servers",
    "network_model": "network_models",
    "office_pc": "office_pcs",
    "department": "departments",
    "attestation": "attestations",
}

DEPARTMENTS = ["市民課", "福祉課", "税務課", "新設課"]
OPEN, MADE = {"classification": "3B", "encrypted": False, "password_protected": False}, {"system": "juki"}
KEPT, BROKEN = {"answer": "○", "seen": "見た"}, {"answer": "×", "seen": "見た"}
NARROW = KEPT | {"control": "technical/user_id_unique"}
DAY, LATER, OLD = "2026-10-09", "2026-11-01", "2020-01-01"


def entry(kind: str, id: str, department: str, **fields: Any) -> Entry:
    return {"kind": kind, "id": id, "department": department, **fields}


def sheet(id: str, department: str, day: str, **answers: Any) -> Entry:
    marks = {name.removeprefix("c"): given for name, given in answers.items()}
    return entry("attestation", id, department, standard="changes", by="課長", answered_on=day, answers=marks)


CITY = Files(
    {
        "a.yaml": [
            entry("department", "市民課", "市民課", staff=3, training_attended=3, trained_on="2026-06-01"),
            entry("usb_medium", "M-1", "市民課", **OPEN),
            entry("usb_medium", "M-2", "市民課", classification="1"),
            entry("server", "S-1", "市民課", system="juki", location={"restricted_entry": False}),
            entry("office_pc", "T-1", "市民課", network="internet", network_model="honcho", main_terminal=True),
            entry("user_id", "U-1", "市民課", system="juki", account="sato", status="active"),
            sheet("A-1", "市民課", DAY, c1=KEPT, c2=KEPT, c4=KEPT, c5=KEPT),
        ],
        "b.json": [
            entry("system", "juki", "福祉課", network="mynumber"),
            entry("system", "zeimu", "福祉課", network="lgwan"),
            entry("network_model", "honcho", "福祉課", model="alpha"),
            entry("department", "福祉課", "福祉課", staff=9, training_attended=4, trained_on="2026-06-01"),
            entry("usb_medium", "M-3", "福祉課", **OPEN | {"encrypted": True}),
            sheet("A-2", "福祉課", OLD, c1=KEPT, c2=KEPT, c4=KEPT),
            sheet("A-3", "福祉課", DAY, c1=KEPT, c2=NARROW, c6=KEPT),
        ],
        "c.ndjson": [
            entry("user_id", "U-2", "税務課", system="juki", account="ｓａｔｏ", status="active"),
            entry("user_id", "U-3", "福祉課", system="juki", account="kato", status="active"),
            entry("user_id", "U-4", "福祉課", system="zeimu", account="kato", site="A"),
            entry("server", "S-2", "税務課", system="zeimu", location={"restricted_entry": False}),
            entry("office_pc", "T-2", "税務課", network="internet", network_model="nowhere", main_terminal=True),
            entry("usb_medium", "M-4", "税務課", **OPEN),
        ],
        "sub/d.yaml": [entry("user_id", f"V-{number}", "税務課", **MADE, account="all") for number in range(7)],
    }
)
NAMES = ["0.ndjson", *CITY, "c.yaml", "sub/0.json", "z.ndjson", "見本 1.yaml"]
IDS = ["M-1", "S-1", "U-1", "juki", "zeimu", "honcho", "N-1", "市民課", "税務課", "A-1"]

SYSTEMS = ["juki", "zeimu", "nowhere", None]
ANSWERS = [None, KEPT, BROKEN, KEPT | {"answer": "△"}]
VALUES: dict[str, dict[str, list[Any]]] = {
    "usb_medium": {"classification": ["1", "3B", None], "encrypted": [True, False, None], "system": SYSTEMS},
    "user_id": {
        "account": ["sato", "SATO", "kato", "all", None],
        "system": SYSTEMS,
        "site": ["A", "Ａ", "B", None],
        "status": ["active", "disabled", None],
    },
    "system": {"network": ["mynumber", "lgwan", None], "name": ["住民記録", None]},
    "server": {"system": SYSTEMS, "location": [{"restricted_entry": True}, {"restricted_entry": False}, None]},
    "network_model": {"model": ["alpha", "alpha_prime", "beta", None]},
    "office_pc": {"network_model": ["honcho", "nowhere"], "network": ["internet", "lgwan"]},
    "department": {"training_attended": [3, 4, None], "trained_on": ["2026-06-01", OLD]},
    "attestation": {"answered_on": [DAY, LATER, OLD, "2027-01-01"], "by": ["係長"], "standard": ["changes", "kobe"]},
}
ANSWERED = {"1": ANSWERS, "2": [*ANSWERS, NARROW], "4": ANSWERS, "6": ANSWERS, "5": ANSWERS, "9": ANSWERS}


def choose(draw: st.DrawFn, files: Files) -> tuple[list[Entry], int]:
    """The list in which one of the entries stands, and its place there."""
    everyone = [(own, place) for own in files.values() if own for place in range(len(own))]
    return draw(st.sampled_from(everyone)) if everyone else ([], 0)


def change_field(draw: st.DrawFn, files: Files) -> None:
    own, place = choose(draw, files)
    if not own:
        return
    kind = own[place]["kind"]
    known = VALUES[kind] | {"department": DEPARTMENTS, "note": ["あ", None], "id": IDS}
    name = draw(st.sampled_from(sorted(known)))
    fields, values = own[place], known[name]
    if kind == "attestation" and draw(st.booleans()):
        fields = fields["answers"]
        name = draw(st.sampled_from(sorted(ANSWERED)))
        values = ANSWERED[name]
    value = draw(st.sampled_from(values))
    fields.pop(name, None)
    if value is not None:
        fields[name] = copy.deepcopy(value)


def take_entry(draw: st.DrawFn, files: Files) -> None:
    own, place = choose(draw, files)
    del own[place : place + 1]


def put_entry(draw: st.DrawFn, files: Files) -> None:
    own, place = choose(draw, files)
    if own:
        more = {"id": draw(st.sampled_from(IDS))} if draw(st.booleans()) else {}
        into(draw, files).append(copy.deepcopy(own[place]) | more)


def move_entry(draw: st.DrawFn, files: Files) -> None:
    own, place = choose(draw, files)
    if own:
        moved = own.pop(place)
        other = into(draw, files)
        other.insert(draw(st.integers(0, len(other))), moved)


def into(draw: st.DrawFn, files: Files) -> list[Entry]:
    """A file, which may be a new one, or have been broken."""
    name = draw(st.sampled_from(NAMES))
    entries = files[name] = files.get(name) or []
    return entries


def rename_file(draw: st.DrawFn, files: Files) -> None:
    content = files.pop(draw(st.sampled_from(sorted(files))))
    files[draw(st.sampled_from(NAMES))] = content


def delete_file(draw: st.DrawFn, files: Files) -> None:
    if len(files) > 1:
        del files[draw(st.sampled_from(sorted(files)))]


def break_file(draw: st.DrawFn, files: Files) -> None:
    files[draw(st.sampled_from(sorted(files)))] = None


EDITS: list[Callable[[st.DrawFn, Files], None]] = [
    *(change_field,) * 4,
    *(take_entry, put_entry, move_entry, rename_file, delete_file, break_file),
]


@st.composite
def edited(draw: st.DrawFn, files: Files, least: int) -> Files:
    """The files after some edits."""
    made = copy.deepcopy(files)
    for _ in range(draw(st.integers(least, 3))):
        draw(st.sampled_from(EDITS))(draw, made)
    return made


def written(files: Files) -> dict[str, str]:
    return {f"inventory/{name}": text_of(name, entries) for name, entries in files.items()}


def text_of(name: str, entries: list[Entry] | None) -> str:
    if entries is None:
        return "{"
    if name.endswith(".ndjson"):
        return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in entries)
    sections: dict[str, list[Entry]] = {}
    for one in entries:
        fields = {key: value for key, value in one.items() if key != "kind"}
        sections.setdefault(PLURALS[one["kind"]], []).append(fields)
    return json.dumps(sections, ensure_ascii=False, indent=1)


class Comparison:
    """What was judged before and after, as a whole, and what was judged of the change."""

    def __init__(
        self, before: Files, after: Files, old: dict[str, Any], new: dict[str, Any], changed: dict[str, Any]
    ) -> None:
        self.new, self.changed = new, changed
        self.old_results, self.new_results, self.results = by_key(old), by_key(new), by_key(changed)
        self.departments, self.resources = related(effective(before), effective(after))
        self.resources |= repeated(before) | repeated(after)
        if "福祉課" in self.departments:  # it answers for the media of all
            self.resources |= {key for key in effective(after) if key[0] == "usb_medium"}

    def check(self, code: int) -> None:
        for key, result in self.results.items():
            assert is_related(key, result, self.departments, self.resources), f"judged for nothing: {key}"
            self._is_as_in_the_whole(key, result)
        for key, result in self.new_results.items():
            if said(result) != said(self.old_results.get(key)) and key not in self.results:
                self._is_refuted_by_less(key, result)
        # That the whole inventory has nothing to judge is no flaw of the change.
        problems = [one for one in self.new["problems"] if "has nothing" not in one["message"]]
        assert self.changed["problems"] == problems
        statuses = {result["status"] for result in self.results.values()}
        incomplete = "unknown" in statuses or self.changed["problems"]
        assert code == (3 if "fail" in statuses else 4 if incomplete else 0)
        judged = {key[2:] for key in self.results if key[0]}
        assert len(judged) <= self.changed["changes"]["resources"]

    def _is_as_in_the_whole(self, key: Key, result: dict[str, Any]) -> None:
        """Of an answer that the department did not change, and that something refutes, only what the change touches is
        told; and if the department refers to several controls, another one of its answers may be."""
        whole = self.new_results[key]
        if key[0] or key[3] in self.departments:
            assert result == whole
            return
        own, facts = result["facts"], whole["facts"]
        assert (result["status"], result["clauses"]) == (whole["status"], whole["clauses"])
        assert own["count"] <= facts["count"]
        assert set(own["controls"]) <= set(facts["controls"])
        broken = {f"{kind}/{id}" for (control, _, kind, id), one in self.results.items() if control and is_broken(one)}
        assert set(own["resources"]) <= broken
        fewer = {"count", "controls", "resources"}
        assert {k: v for k, v in own.items() if k not in fewer} == {k: v for k, v in facts.items() if k not in fewer}

    def _is_refuted_by_less(self, key: Key, result: dict[str, Any]) -> None:
        """Not told: that less speaks against an answer than before, and nothing that the change touches does."""
        assert key[0] is None
        assert key[3] not in self.departments
        assert "count" in self.old_results[key]["facts"]
        assert {tuple(name.split("/", 1)) for name in result["facts"].get("resources", ())}.isdisjoint(
            one[2:] for one, other in self.results.items() if one[0] and is_broken(other)
        )


def by_key(report: dict[str, Any]) -> dict[Key, dict[str, Any]]:
    found: dict[Key, dict[str, Any]] = {}
    for result in report["results"]:
        clauses = tuple(result["clauses"] if result["control"] else result["clauses"][:1])
        found[result["control"], clauses, result["resource"]["kind"], result["resource"]["id"]] = result
    assert len(found) == len(report["results"])
    return found


def said(result: dict[str, Any] | None) -> Any:
    return result and [result[name] for name in ("status", "message", "facts", "clauses")]


def is_broken(result: dict[str, Any]) -> bool:
    return result["status"] in {"fail", "waived"}


def effective(files: Files) -> dict[tuple[str, str], Entry]:
    """By kind and id, the entries that count: of several the first."""
    found: dict[tuple[str, str], Entry] = {}
    for name in sorted(files, key=lambda name: Path(name).parts):
        for one in files[name] or ():
            found.setdefault((one["kind"], one["id"]), one)
    return found


def repeated(files: Files) -> set[tuple[str, str]]:
    """Of these, the one that counts may stand in a changed file, or come to."""
    found = Counter((one["kind"], one["id"]) for entries in files.values() for one in entries or ())
    return {key for key, count in found.items() if count > 1}


def related(
    before: dict[tuple[str, str], Entry], after: dict[tuple[str, str], Entry]
) -> tuple[set[str], set[tuple[str, str]]]:
    """The departments of which everything may be judged, and beside them the kinds and ids that a change may touch."""
    differing = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    entries = [side[key] for side in (before, after) for key in differing if key in side]
    departments = {one["department"] for one in after.values()} - {one["department"] for one in before.values()}
    departments |= {one["department"] for one in entries if one["kind"] == "attestation"}
    names = {name_of(one) for one in entries if one["kind"] == "user_id"}
    resources = set(differing)
    for key, one in after.items():
        referred = {("system", one.get("system")), ("network_model", one.get("network_model"))}
        same = one["kind"] == "user_id" and name_of(one) in names
        if same or one["department"] in departments or not referred.isdisjoint(differing):
            resources.add(key)
    return departments, resources


def name_of(user_id: Entry) -> tuple[str | None, str]:
    return user_id.get("system"), unicodedata.normalize("NFKC", user_id.get("account", "")).casefold()


def is_related(key: Key, result: dict[str, Any], departments: set[str], resources: set[tuple[str, str]]) -> bool:
    if result["resource"]["department"] in departments:
        return True
    return key[2:] in resources if key[0] else "count" in result["facts"]
