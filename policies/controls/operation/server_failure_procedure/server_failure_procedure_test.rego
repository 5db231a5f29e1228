package policycheck.controls.operation.server_failure_procedure_test

import data.policycheck.controls.operation.server_failure_procedure

test_written_passes if server_failure_procedure.judge({"id": "S-1", "failure_procedure": true}, {}) == "pass"

test_missing_field_is_unknown if {
	verdict := server_failure_procedure.judge({"id": "S-1"}, {})
	verdict == {"status": "unknown", "reason": "missing", "facts": {"fields": ["failure_procedure"]}}
}

test_unwritten_fails if {
	verdict := server_failure_procedure.judge({"id": "S-1", "failure_procedure": false}, {})
	verdict == {"status": "fail", "reason": "unwritten", "facts": {}}
}
