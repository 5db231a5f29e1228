package policycheck.controls.physical.office_pc_locked_away_test

import data.policycheck.controls.physical.office_pc_locked_away

pc := {"id": "PC-1", "portable": true, "locked_storage": true}

judge(resource) := office_pc_locked_away.judge(resource, {})

change(fields) := judge(object.union(pc, fields))

missing(names) := {"status": "unknown", "reason": "missing", "facts": {"fields": names}}

not_portable := {"status": "not_applicable", "reason": "not_portable", "facts": {}}

test_fulfilled_passes if judge(pc) == "pass"

test_not_portable_is_not_applicable if {
	change({"portable": false, "locked_storage": false}) == not_portable
	judge({"id": "PC-1", "portable": false}) == not_portable
}

test_missing_fields_are_unknown if {
	judge(object.remove(pc, ["portable"])) == missing(["portable"])
	judge(object.remove(pc, ["locked_storage"])) == missing(["locked_storage"])
	judge({"id": "PC-1"}) == missing(["portable", "locked_storage"])
	judge({"id": "PC-1", "locked_storage": false}) == missing(["portable"])
}

test_unlocked_fails if change({"locked_storage": false}) == {"status": "fail", "reason": "unlocked", "facts": {}}
