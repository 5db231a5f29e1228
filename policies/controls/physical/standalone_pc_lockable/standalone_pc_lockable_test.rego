package policycheck.controls.physical.standalone_pc_lockable_test

import data.policycheck.controls.physical.standalone_pc_lockable

test_lockable_passes if standalone_pc_lockable.judge({"id": "P-1", "lockable_storage": true}, {}) == "pass"

test_missing_field_is_unknown if {
	verdict := standalone_pc_lockable.judge({"id": "P-1"}, {})
	verdict == {"status": "unknown", "reason": "missing", "facts": {"fields": ["lockable_storage"]}}
}

test_unlocked_fails if {
	verdict := standalone_pc_lockable.judge({"id": "P-1", "lockable_storage": false}, {})
	verdict == {"status": "fail", "reason": "unlocked", "facts": {}}
}
