package policycheck.controls.assets.nas_restricted_test

import data.policycheck.controls.assets.nas_restricted

share := {"id": "N-1", "classification": "3"}

judge(change) := nas_restricted.judge(object.union(share, change), {})

test_restricted_passes if {
	judge({"access_restricted": true}) == "pass"
	judge({"classification": "3C", "access_restricted": true}) == "pass"
}

test_low_class_is_not_applicable if {
	judge({"classification": "2"}) == {
		"status": "not_applicable",
		"reason": "low_class",
		"facts": {"classification": "2"},
	}
}

test_missing_restriction_is_unknown if {
	judge({}) == {"status": "unknown", "reason": "missing", "facts": {"fields": ["access_restricted"]}}
}

test_missing_classification_is_unknown if {
	verdict := nas_restricted.judge({"id": "N-1", "access_restricted": false}, {})
	verdict.status == "unknown"
	verdict.facts.fields == ["classification"]
}

test_open_fails if {
	judge({"classification": "3A", "access_restricted": false}) == {
		"status": "fail",
		"reason": "open",
		"facts": {"classification": "3A"},
	}
}
