package policycheck.controls.technical.standalone_pc_access_limited_test

import data.policycheck.controls.technical.standalone_pc_access_limited

judge(limited) := standalone_pc_access_limited.judge({"id": "P-1", "access_limited": limited}, {})

test_limited_passes if judge(true) == "pass"

test_missing_field_is_unknown if {
	verdict := standalone_pc_access_limited.judge({"id": "P-1"}, {})
	verdict == {"status": "unknown", "reason": "missing", "facts": {"fields": ["access_limited"]}}
}

test_open_fails if judge(false) == {"status": "fail", "reason": "open", "facts": {}}
