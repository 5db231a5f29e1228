package policycheck.controls.human.training_attended_test

import data.policycheck.controls.human.training_attended

check := {
	"as_of": "2023-09-29",
	"parameters": {"period": {"value": "P1Y", "since": "2022-09-29"}, "share": 100},
}

trained := {"id": "総務課", "staff": 30, "training_attended": 30, "trained_on": "2023-06-01"}

judge(change) := training_attended.judge(object.union(trained, change), check)

judge_share(share, change) := training_attended.judge(object.union(trained, change), with_share) if {
	with_share := object.union(check, {"parameters": {"share": share}})
}

test_all_trained_within_period_passes if {
	judge({}) == "pass"
	judge({"trained_on": "2022-09-29"}) == "pass"
	judge({"trained_on": "2023-09-29"}) == "pass"
}

test_share_reached_exactly_passes if {
	judge_share(90, {"training_attended": 27}) == "pass"
	judge_share(0, {"training_attended": 0}) == "pass"
}

test_no_staff_is_not_applicable if {
	judge({"staff": 0, "training_attended": 0}) == {"status": "not_applicable", "reason": "no_staff", "facts": {}}
	training_attended.judge({"id": "総務課", "staff": 0}, check).reason == "no_staff"
}

test_each_missing_field_is_unknown if {
	every field in ["staff", "training_attended", "trained_on"] {
		verdict := training_attended.judge(object.remove(trained, [field]), check)
		verdict == {"status": "unknown", "reason": "missing", "facts": {"fields": [field]}}
	}
}

test_all_missing_fields_are_named if {
	training_attended.judge({"id": "総務課"}, check).facts.fields == ["staff", "training_attended", "trained_on"]
}

test_more_than_there_are_is_unknown if {
	judge({"training_attended": 31}) == {
		"status": "unknown",
		"reason": "impossible",
		"facts": {"training_attended": 31, "staff": 30},
	}
	judge({"training_attended": 31, "trained_on": null}).reason == "impossible"
	judge({"staff": 0, "training_attended": 1}).reason == "impossible"
}

test_future_date_is_unknown if {
	judge({"trained_on": "2023-09-30"}) == {
		"status": "unknown",
		"reason": "future",
		"facts": {"field": "trained_on", "date": "2023-09-30"},
	}
}

test_never_trained_fails if {
	judge({"trained_on": null}) == {"status": "fail", "reason": "never", "facts": {}}
}

test_trained_too_long_ago_fails if {
	judge({"trained_on": "2022-09-28"}) == {
		"status": "fail",
		"reason": "stale",
		"facts": {"trained_on": "2022-09-28"},
	}
}

test_too_few_trained_fails if {
	judge({"training_attended": 29}) == {
		"status": "fail",
		"reason": "too_few",
		"facts": {"training_attended": 29, "staff": 30},
	}
	judge_share(90, {"training_attended": 26}).reason == "too_few"
	judge_share(1, {"training_attended": 0}).reason == "too_few"
}

test_no_verdict_without_the_parameters if {
	not training_attended.judge(trained, {"as_of": "2023-09-29", "parameters": {"share": 100}})
	not training_attended.judge(trained, {"as_of": "2023-09-29", "parameters": {"period": check.parameters.period}})
}
