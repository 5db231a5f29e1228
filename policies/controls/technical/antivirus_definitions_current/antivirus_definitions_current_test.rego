package policycheck.controls.technical.antivirus_definitions_current_test

import data.policycheck.controls.technical.antivirus_definitions_current

check := {"as_of": "2024-03-27", "parameters": {"period": {"value": "P3M", "since": "2023-12-27"}}}

judge(antivirus) := antivirus_definitions_current.judge({"id": "P-1", "antivirus": antivirus}, check)

missing := {"status": "unknown", "reason": "missing", "facts": {"fields": ["antivirus.definitions_updated_on"]}}

test_updated_within_period_passes if {
	judge({"definitions_updated_on": "2023-12-27"}) == "pass"
	judge({"definitions_updated_on": "2024-03-27"}) == "pass"
}

test_missing_field_is_unknown if {
	judge({"resident": true}) == missing
	antivirus_definitions_current.judge({"id": "P-1"}, check) == missing
}

test_future_date_is_unknown if {
	judge({"definitions_updated_on": "2024-03-28"}) == {
		"status": "unknown",
		"reason": "future",
		"facts": {"field": "antivirus.definitions_updated_on", "date": "2024-03-28"},
	}
}

test_never_updated_fails if {
	judge({"definitions_updated_on": null}) == {"status": "fail", "reason": "never", "facts": {}}
}

test_updated_too_long_ago_fails if {
	judge({"definitions_updated_on": "2023-12-26"}) == {
		"status": "fail",
		"reason": "stale",
		"facts": {"definitions_updated_on": "2023-12-26"},
	}
}

test_no_verdict_without_the_period if {
	pc := {"id": "P-1", "antivirus": {"definitions_updated_on": "2023-12-26"}}
	not antivirus_definitions_current.judge(pc, {"as_of": "2024-03-27"})
}
