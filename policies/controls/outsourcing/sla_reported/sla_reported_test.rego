package policycheck.controls.outsourcing.sla_reported_test

import data.policycheck.controls.outsourcing.sla_reported

check := {"as_of": "2024-03-27", "parameters": {"period": {"value": "P1M", "since": "2024-02-27"}}}

reported := {
	"id": "C-1",
	"sla_items": ["稼働率", "障害復旧時間"],
	"report_items": ["障害復旧時間", "稼働率", "問合せ件数"],
	"reported_on": "2024-03-05",
}

judge(change) := sla_reported.judge(object.union(reported, change), check)

test_every_item_reported_within_period_passes if {
	judge({}) == "pass"
	judge({"reported_on": "2024-02-27"}) == "pass"
	judge({"reported_on": "2024-03-27"}) == "pass"
}

test_without_sla_is_not_applicable if {
	judge({"sla_items": []}) == {"status": "not_applicable", "reason": "no_sla", "facts": {}}
	sla_reported.judge({"id": "C-1", "sla_items": []}, check).reason == "no_sla"
}

test_each_missing_field_is_unknown if {
	every field in ["sla_items", "report_items", "reported_on"] {
		verdict := sla_reported.judge(object.remove(reported, [field]), check)
		verdict == {"status": "unknown", "reason": "missing", "facts": {"fields": [field]}}
	}
}

test_all_missing_fields_are_named if {
	sla_reported.judge({"id": "C-1"}, check).facts.fields == ["sla_items", "report_items", "reported_on"]
}

test_future_date_is_unknown if {
	judge({"reported_on": "2024-03-28"}) == {
		"status": "unknown",
		"reason": "future",
		"facts": {"field": "reported_on", "date": "2024-03-28"},
	}
}

test_never_reported_fails if judge({"reported_on": null}) == {"status": "fail", "reason": "never", "facts": {}}

test_reported_too_long_ago_fails if {
	judge({"reported_on": "2024-02-26"}) == {
		"status": "fail",
		"reason": "stale",
		"facts": {"reported_on": "2024-02-26"},
	}
}

test_uncovered_item_fails if {
	judge({"report_items": ["稼働率"]}) == {
		"status": "fail",
		"reason": "uncovered",
		"facts": {"items": ["障害復旧時間"]},
	}
	judge({"report_items": []}).facts.items == ["稼働率", "障害復旧時間"]
}

test_old_report_comes_before_uncovered_items if {
	judge({"reported_on": "2024-02-26", "report_items": []}).reason == "stale"
	judge({"reported_on": null, "report_items": []}).reason == "never"
}

test_no_verdict_without_the_period if not sla_reported.judge(reported, {"as_of": "2024-03-27"})
