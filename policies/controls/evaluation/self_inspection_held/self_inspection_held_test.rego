package policycheck.controls.evaluation.self_inspection_held_test

import data.policycheck.controls.evaluation.self_inspection_held

check := {"as_of": "2024-03-27", "parameters": {"period": {"value": "P1Y", "since": "2023-03-27"}}}

judge(date) := self_inspection_held.judge({"id": "総務課", "self_inspected_on": date}, check)

test_inspected_within_period_passes if {
	judge("2023-03-27") == "pass"
	judge("2024-03-27") == "pass"
}

test_missing_field_is_unknown if {
	verdict := self_inspection_held.judge({"id": "総務課"}, check)
	verdict == {"status": "unknown", "reason": "missing", "facts": {"fields": ["self_inspected_on"]}}
}

test_future_date_is_unknown if {
	judge("2024-03-28") == {
		"status": "unknown",
		"reason": "future",
		"facts": {"field": "self_inspected_on", "date": "2024-03-28"},
	}
}

test_never_inspected_fails if judge(null) == {"status": "fail", "reason": "never", "facts": {}}

test_inspected_too_long_ago_fails if {
	verdict := judge("2023-03-26")
	verdict == {"status": "fail", "reason": "stale", "facts": {"self_inspected_on": "2023-03-26"}}
}

test_no_verdict_without_the_period if {
	department := {"id": "総務課", "self_inspected_on": "2023-03-26"}
	not self_inspection_held.judge(department, {"as_of": "2024-03-27"})
}
