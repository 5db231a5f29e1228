package policycheck.controls.technical.user_id_reviewed_test

import data.policycheck.controls.technical.user_id_reviewed

check := {"as_of": "2024-03-27", "parameters": {"period": {"value": "P6M", "since": "2023-09-27"}}}

active := {"id": "U-1", "status": "active", "last_reviewed_on": "2024-01-10"}

judge(change) := user_id_reviewed.judge(object.union(active, change), check)

test_reviewed_within_period if {
	judge({}) == "pass"
	judge({"last_reviewed_on": "2023-09-27"}) == "pass"
}

test_disabled_is_not_applicable if judge({"status": "disabled"}).status == "not_applicable"

test_missing_fields_are_unknown if {
	verdict := user_id_reviewed.judge({"id": "U-1"}, check)
	verdict.status == "unknown"
	verdict.facts.fields == ["status", "last_reviewed_on"]
}

test_future_date_is_unknown if judge({"last_reviewed_on": "2024-03-28"}).reason == "future"

test_never_reviewed_fails if {
	judge({"last_reviewed_on": null}) == {"status": "fail", "reason": "never", "facts": {}}
}

test_reviewed_too_long_ago_fails if {
	verdict := judge({"last_reviewed_on": "2023-09-26"})
	verdict.status == "fail"
	verdict.facts == {"last_reviewed_on": "2023-09-26"}
}

test_forgotten_period_is_no_verdict if not user_id_reviewed.judge(active, {"as_of": "2024-03-27"})
