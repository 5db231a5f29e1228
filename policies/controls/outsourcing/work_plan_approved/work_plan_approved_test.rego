package policycheck.controls.outsourcing.work_plan_approved_test

import data.policycheck.controls.outsourcing.work_plan_approved

check := {"as_of": "2024-03-27"}

approved := {
	"id": "C-1",
	"starts_on": "2023-04-01",
	"specification_items": ["作業体制", "作業工程"],
	"work_plan_items": ["作業工程", "作業体制", "連絡方法"],
	"work_plan_approved_on": "2023-03-24",
}

deciding := ["specification_items", "work_plan_items", "work_plan_approved_on", "starts_on"]

judge(change) := work_plan_approved.judge(object.union(approved, change), check)

test_approved_by_the_beginning_passes if {
	judge({}) == "pass"
	judge({"work_plan_approved_on": "2023-04-01"}) == "pass"
}

test_work_may_begin_after_the_scan if {
	judge({"starts_on": "2024-04-01", "work_plan_approved_on": "2024-03-27"}) == "pass"
}

test_nothing_specified_is_not_applicable if {
	judge({"specification_items": []}) == {"status": "not_applicable", "reason": "nothing_specified", "facts": {}}
	work_plan_approved.judge({"id": "C-1", "specification_items": []}, check).reason == "nothing_specified"
}

test_each_missing_field_is_unknown if {
	every field in deciding {
		verdict := work_plan_approved.judge(object.remove(approved, [field]), check)
		verdict == {"status": "unknown", "reason": "missing", "facts": {"fields": [field]}}
	}
}

test_all_missing_fields_are_named if {
	work_plan_approved.judge({"id": "C-1"}, check).facts.fields == deciding
}

test_future_approval_is_unknown if {
	judge({"starts_on": "2024-04-01", "work_plan_approved_on": "2024-03-28"}) == {
		"status": "unknown",
		"reason": "future",
		"facts": {"field": "work_plan_approved_on", "date": "2024-03-28"},
	}
}

not_due := {"status": "unknown", "reason": "not_due", "facts": {"starts_on": "2024-03-28"}}

test_unfinished_plan_is_unknown_before_the_beginning if {
	judge({"starts_on": "2024-03-28", "work_plan_approved_on": null}) == not_due
	judge({"starts_on": "2024-03-28", "work_plan_items": ["作業工程"]}) == not_due
	judge({"starts_on": "2024-03-28", "work_plan_items": [], "work_plan_approved_on": null}) == not_due
}

test_unfinished_plan_fails_from_the_beginning_on if {
	judge({"starts_on": "2024-03-27", "work_plan_items": ["作業工程"]}).reason == "uncovered"
	judge({"starts_on": "2024-03-27", "work_plan_approved_on": null}).reason == "never"
}

test_uncovered_item_fails if {
	judge({"work_plan_items": ["作業工程"]}) == {
		"status": "fail",
		"reason": "uncovered",
		"facts": {"items": ["作業体制"]},
	}
	judge({"work_plan_items": []}).facts.items == ["作業体制", "作業工程"]
}

test_uncovered_items_come_before_the_approval if {
	judge({"work_plan_items": [], "work_plan_approved_on": null}).reason == "uncovered"
	judge({"work_plan_items": [], "work_plan_approved_on": "2023-04-02"}).reason == "uncovered"
}

test_never_approved_fails if {
	judge({"work_plan_approved_on": null}) == {"status": "fail", "reason": "never", "facts": {}}
	judge({"work_plan_approved_on": null, "starts_on": "2024-03-27"}).reason == "never"
}

test_approved_after_the_beginning_fails if {
	judge({"work_plan_approved_on": "2023-04-02"}) == {
		"status": "fail",
		"reason": "late",
		"facts": {"work_plan_approved_on": "2023-04-02", "starts_on": "2023-04-01"},
	}
}
