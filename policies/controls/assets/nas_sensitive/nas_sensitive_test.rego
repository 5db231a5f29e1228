package policycheck.controls.assets.nas_sensitive_test

import data.policycheck.controls.assets.nas_sensitive

judge(share) := nas_sensitive.judge(object.union({"id": "N-1"}, share), {})

test_inside_its_system_passes if judge({"sensitive": true, "within_dedicated_system": true}) == "pass"

test_nothing_sensitive_passes if {
	judge({"sensitive": false}) == "pass"
	judge({"sensitive": false, "within_dedicated_system": false}) == "pass"
}

test_missing_place_is_unknown if {
	judge({"sensitive": true}) == {
		"status": "unknown",
		"reason": "missing",
		"facts": {"fields": ["within_dedicated_system"]},
	}
}

test_missing_sensitive_is_unknown if {
	verdict := judge({"within_dedicated_system": false})
	verdict.status == "unknown"
	verdict.facts.fields == ["sensitive"]
}

test_outside_fails if {
	verdict := judge({"sensitive": true, "within_dedicated_system": false})
	verdict == {"status": "fail", "reason": "outside", "facts": {}}
}
