package policycheck.controls.assets.standalone_pc_data_kept_test

import data.policycheck.controls.assets.standalone_pc_data_kept

test_data_kept_passes if {
	standalone_pc_data_kept.judge({"id": "P-1", "data_shared_outside": false}, {}) == "pass"
}

test_missing_field_is_unknown if {
	verdict := standalone_pc_data_kept.judge({"id": "P-1"}, {})
	verdict == {"status": "unknown", "reason": "missing", "facts": {"fields": ["data_shared_outside"]}}
}

test_shared_outside_fails if {
	verdict := standalone_pc_data_kept.judge({"id": "P-1", "data_shared_outside": true}, {})
	verdict == {"status": "fail", "reason": "shared_outside", "facts": {}}
}
