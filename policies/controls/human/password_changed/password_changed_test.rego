package policycheck.controls.human.password_changed_test

import data.policycheck.controls.human.password_changed

check := {"as_of": "2017-01-26", "parameters": {"period": {"value": "P1Y", "since": "2016-01-26"}}}

active := {"id": "U-1", "status": "active", "password_changed_on": "2016-10-03"}

judge(change) := password_changed.judge(object.union(active, change), check)

test_changed_within_period_passes if {
	judge({}) == "pass"
	judge({"password_changed_on": "2016-01-26"}) == "pass"
	judge({"password_changed_on": "2017-01-26"}) == "pass"
}

test_disabled_is_not_applicable if {
	judge({"status": "disabled"}) == {"status": "not_applicable", "reason": "disabled", "facts": {}}
}

test_missing_fields_are_unknown if {
	verdict := password_changed.judge({"id": "U-1"}, check)
	verdict.status == "unknown"
	verdict.facts.fields == ["status", "password_changed_on"]
}

test_future_date_is_unknown if judge({"password_changed_on": "2017-01-27"}).reason == "future"

test_never_changed_fails if {
	judge({"password_changed_on": null}) == {"status": "fail", "reason": "never", "facts": {}}
}

test_changed_too_long_ago_fails if {
	judge({"password_changed_on": "2016-01-25"}) == {
		"status": "fail",
		"reason": "stale",
		"facts": {"password_changed_on": "2016-01-25"},
	}
}

test_no_verdict_without_the_period if {
	not password_changed.judge(active, {"as_of": "2017-01-26"})
}
