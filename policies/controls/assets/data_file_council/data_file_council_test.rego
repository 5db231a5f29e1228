package policycheck.controls.assets.data_file_council_test

import data.policycheck.controls.assets.data_file_council

check := {"as_of": "2016-03-31"}

outside := {
	"id": "F-1",
	"sensitive": true,
	"within_dedicated_system": false,
	"council_consulted_on": "2016-02-10",
}

judge(change) := data_file_council.judge(object.union(outside, change), check)

test_consulted_passes if {
	judge({}) == "pass"
	judge({"council_consulted_on": "2016-03-31"}) == "pass"
}

test_not_sensitive_is_not_applicable if {
	verdict := data_file_council.judge({"id": "F-1", "sensitive": false}, check)
	verdict == {"status": "not_applicable", "reason": "not_sensitive", "facts": {}}
}

test_inside_its_system_is_not_applicable if {
	verdict := data_file_council.judge({"id": "F-1", "sensitive": true, "within_dedicated_system": true}, check)
	verdict == {"status": "not_applicable", "reason": "inside", "facts": {}}
}

test_missing_fields_are_unknown if {
	verdict := data_file_council.judge({"id": "F-1"}, check)
	verdict.status == "unknown"
	verdict.facts.fields == ["sensitive", "within_dedicated_system", "council_consulted_on"]
}

test_missing_consultation_is_unknown if {
	verdict := data_file_council.judge({"id": "F-1", "sensitive": true, "within_dedicated_system": false}, check)
	verdict == {"status": "unknown", "reason": "missing", "facts": {"fields": ["council_consulted_on"]}}
}

test_future_consultation_is_unknown if judge({"council_consulted_on": "2016-04-01"}).reason == "future"

test_never_consulted_fails if {
	judge({"council_consulted_on": null}) == {"status": "fail", "reason": "never", "facts": {}}
}
