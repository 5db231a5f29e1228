package policycheck.controls.assets.data_flow_documented_test

import data.policycheck.controls.assets.data_flow_documented

test_documented_passes if {
	data_flow_documented.judge({"id": "koseki", "data_flow_documented": true}, {}) == "pass"
}

test_missing_field_is_unknown if {
	verdict := data_flow_documented.judge({"id": "koseki"}, {})
	verdict == {"status": "unknown", "reason": "missing", "facts": {"fields": ["data_flow_documented"]}}
}

test_undocumented_fails if {
	verdict := data_flow_documented.judge({"id": "koseki", "data_flow_documented": false}, {})
	verdict == {"status": "fail", "reason": "undocumented", "facts": {}}
}
