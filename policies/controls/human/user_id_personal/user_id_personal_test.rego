package policycheck.controls.human.user_id_personal_test

import data.policycheck.controls.human.user_id_personal

active := {"id": "U-1", "status": "active"}

judge(change) := user_id_personal.judge(object.union(active, change), {})

test_personal_passes if judge({"shared": false}) == "pass"

test_disabled_is_not_applicable if {
	judge({"status": "disabled", "shared": true}) == {"status": "not_applicable", "reason": "disabled", "facts": {}}
}

test_missing_shared_is_unknown if {
	judge({}) == {"status": "unknown", "reason": "missing", "facts": {"fields": ["shared"]}}
}

test_missing_status_is_unknown if {
	verdict := user_id_personal.judge({"id": "U-1", "shared": true}, {})
	verdict.status == "unknown"
	verdict.facts.fields == ["status"]
}

test_shared_fails if judge({"shared": true}) == {"status": "fail", "reason": "shared", "facts": {}}
