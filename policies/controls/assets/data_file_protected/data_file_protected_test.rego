package policycheck.controls.assets.data_file_protected_test

import data.policycheck.controls.assets.data_file_protected

file := {"id": "F-1", "classification": "3", "password_protected": false, "encrypted": false}

judge(change) := data_file_protected.judge(object.union(file, change), {})

test_password_or_encryption_passes if {
	judge({"password_protected": true}) == "pass"
	judge({"encrypted": true}) == "pass"
	data_file_protected.judge({"id": "F-1", "classification": "3C", "encrypted": true}, {}) == "pass"
}

test_low_class_is_not_applicable if judge({"classification": "2"}).reason == "low_class"

test_missing_classification_is_unknown if {
	verdict := data_file_protected.judge({"id": "F-1", "password_protected": false, "encrypted": false}, {})
	verdict.status == "unknown"
	verdict.facts.fields == ["classification"]
}

test_undecided_protection_is_unknown if {
	verdict := data_file_protected.judge({"id": "F-1", "classification": "3", "password_protected": false}, {})
	verdict.status == "unknown"
	verdict.facts.fields == ["encrypted"]
}

test_unprotected_fails if {
	judge({"classification": "3B"}) == {
		"status": "fail",
		"reason": "unprotected",
		"facts": {"classification": "3B"},
	}
}
