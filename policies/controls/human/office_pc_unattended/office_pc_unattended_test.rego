package policycheck.controls.human.office_pc_unattended_test

import data.policycheck.controls.human.office_pc_unattended

pc := {"id": "PC-1", "locks_unattended": true}

judge(resource) := office_pc_unattended.judge(resource, {})

change(fields) := judge(object.union(pc, fields))

missing(names) := {"status": "unknown", "reason": "missing", "facts": {"fields": names}}

test_fulfilled_passes if judge(pc) == "pass"

test_missing_fields_are_unknown if {
	judge(object.remove(pc, ["locks_unattended"])) == missing(["locks_unattended"])
}

test_unlocked_fails if {
	change({"locks_unattended": false}) == {"status": "fail", "reason": "unlocked", "facts": {}}
}
