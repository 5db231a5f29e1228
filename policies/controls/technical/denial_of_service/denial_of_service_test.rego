package policycheck.controls.technical.denial_of_service_test

import data.policycheck.controls.technical.denial_of_service

judge(system) := denial_of_service.judge(object.union({"id": "koho"}, system), {})

lacking(names) := {"status": "unknown", "reason": "missing", "facts": {"fields": names}}

test_measures_pass if {
	judge({"reachable_from_outside": true, "denial_of_service_measures": true}) == "pass"
}

test_not_reachable_is_not_applicable if {
	judge({"reachable_from_outside": false}) == {"status": "not_applicable", "reason": "unreachable", "facts": {}}
	judge({"reachable_from_outside": false, "denial_of_service_measures": false}).status == "not_applicable"
}

test_missing_fields_are_unknown if {
	judge({}) == lacking(["reachable_from_outside", "denial_of_service_measures"])
	judge({"reachable_from_outside": true}) == lacking(["denial_of_service_measures"])
	judge({"denial_of_service_measures": true}) == lacking(["reachable_from_outside"])
	judge({"denial_of_service_measures": false}) == lacking(["reachable_from_outside"])
}

test_no_measures_fail if {
	verdict := judge({"reachable_from_outside": true, "denial_of_service_measures": false})
	verdict == {"status": "fail", "reason": "unprepared", "facts": {}}
}
