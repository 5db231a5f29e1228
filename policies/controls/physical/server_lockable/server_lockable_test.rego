package policycheck.controls.physical.server_lockable_test

import data.policycheck.controls.physical.server_lockable

judge(location) := server_lockable.judge({"id": "S-1", "location": location}, {})

missing := {"status": "unknown", "reason": "missing", "facts": {"fields": ["location.lockable"]}}

test_lockable_passes if judge({"lockable": true}) == "pass"

test_missing_field_is_unknown if {
	judge({"room": "執務室"}) == missing
	server_lockable.judge({"id": "S-1"}, {}) == missing
}

test_open_fails if judge({"lockable": false}) == {"status": "fail", "reason": "open", "facts": {}}
