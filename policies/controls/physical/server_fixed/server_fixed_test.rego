package policycheck.controls.physical.server_fixed_test

import data.policycheck.controls.physical.server_fixed

test_fixed_passes if server_fixed.judge({"id": "S-1", "fixed": true}, {}) == "pass"

test_missing_field_is_unknown if {
	verdict := server_fixed.judge({"id": "S-1"}, {})
	verdict == {"status": "unknown", "reason": "missing", "facts": {"fields": ["fixed"]}}
}

test_loose_fails if {
	verdict := server_fixed.judge({"id": "S-1", "fixed": false}, {})
	verdict == {"status": "fail", "reason": "loose", "facts": {}}
}
