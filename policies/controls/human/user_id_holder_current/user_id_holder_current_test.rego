package policycheck.controls.human.user_id_holder_current_test

import data.policycheck.controls.human.user_id_holder_current

active := {"id": "U-1", "status": "active"}

judge(change) := user_id_holder_current.judge(object.union(active, change), {})

test_holder_at_work_passes if judge({"holder_status": "active"}) == "pass"

test_disabled_is_not_applicable if {
	verdict := judge({"status": "disabled", "holder_status": "left"})
	verdict == {"status": "not_applicable", "reason": "disabled", "facts": {}}
}

test_missing_holder_status_is_unknown if {
	judge({}) == {"status": "unknown", "reason": "missing", "facts": {"fields": ["holder_status"]}}
}

test_missing_status_is_unknown if {
	verdict := user_id_holder_current.judge({"id": "U-1", "holder_status": "left"}, {})
	verdict.status == "unknown"
	verdict.facts.fields == ["status"]
}

test_moved_holder_fails if {
	judge({"holder_status": "moved"}) == {"status": "fail", "reason": "moved", "facts": {}}
}

test_departed_holder_fails if judge({"holder_status": "left"}) == {"status": "fail", "reason": "left", "facts": {}}
