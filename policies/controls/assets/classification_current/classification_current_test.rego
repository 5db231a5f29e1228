package policycheck.controls.assets.classification_current_test

import data.policycheck.controls.assets.classification_current

judge(classification, as_of) := classification_current.judge(
	{"id": "F-1", "classification": classification},
	{"as_of": as_of},
)

test_current_class_passes if {
	every classification in ["1", "2", "3A", "3B", "3C"] {
		judge(classification, "2024-10-01") == "pass"
	}
}

test_before_the_revision_is_not_applicable if {
	judge("3", "2024-09-30") == {"status": "not_applicable", "reason": "before_revision", "facts": {}}
	classification_current.judge({"id": "F-1"}, {"as_of": "2024-09-30"}).reason == "before_revision"
}

test_missing_class_is_unknown if {
	verdict := classification_current.judge({"id": "F-1"}, {"as_of": "2024-10-01"})
	verdict == {"status": "unknown", "reason": "missing", "facts": {"fields": ["classification"]}}
}

test_undivided_class_fails if {
	judge("3", "2024-10-01") == {"status": "fail", "reason": "undivided", "facts": {}}
	judge("3", "2026-11-20").reason == "undivided"
}
