package policycheck.controls.assets.standalone_pc_council_test

import data.policycheck.controls.assets.standalone_pc_council

check := {"as_of": "2016-03-31"}

personal := {
	"id": "P-1",
	"personal_data": true,
	"council_consulted_on": "2014-07-01",
	"built_on": "2014-10-01",
}

judge(change) := standalone_pc_council.judge(object.union(personal, change), check)

test_consulted_before_it_was_built_passes if {
	judge({}) == "pass"
	judge({"council_consulted_on": "2014-10-01"}) == "pass"
	judge({"built_on": "2016-10-01"}) == "pass"
}

test_no_personal_data_is_not_applicable if {
	verdict := standalone_pc_council.judge({"id": "P-1", "personal_data": false}, check)
	verdict == {"status": "not_applicable", "reason": "no_personal_data", "facts": {}}
}

test_missing_fields_are_unknown if {
	verdict := standalone_pc_council.judge({"id": "P-1"}, check)
	verdict.status == "unknown"
	verdict.facts.fields == ["personal_data", "council_consulted_on", "built_on"]
}

test_missing_day_of_building_is_unknown if {
	pc := {"id": "P-1", "personal_data": true, "council_consulted_on": null}
	verdict := standalone_pc_council.judge(pc, check)
	verdict == {"status": "unknown", "reason": "missing", "facts": {"fields": ["built_on"]}}
}

test_future_consultation_is_unknown if judge({"council_consulted_on": "2016-04-01"}).reason == "future"

test_never_consulted_fails if {
	judge({"council_consulted_on": null}) == {"status": "fail", "reason": "never", "facts": {}}
}

test_consulted_too_late_fails if {
	judge({"council_consulted_on": "2014-10-02"}) == {
		"status": "fail",
		"reason": "late",
		"facts": {"council_consulted_on": "2014-10-02", "built_on": "2014-10-01"},
	}
}
