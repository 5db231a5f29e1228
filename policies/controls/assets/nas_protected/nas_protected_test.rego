package policycheck.controls.assets.nas_protected_test

import data.policycheck.controls.assets.nas_protected

shared := {"id": "N-1", "classification": "3", "password_protected": false, "encrypted": false}

judge(change) := nas_protected.judge(object.union(shared, change), {})

test_password_or_encryption_passes if {
	judge({"password_protected": true}) == "pass"
	judge({"encrypted": true}) == "pass"
	nas_protected.judge({"id": "N-1", "classification": "3B", "encrypted": true}, {}) == "pass"
}

test_low_class_is_not_applicable if judge({"classification": "2"}).reason == "low_class"

test_single_user_is_not_applicable if judge({"shared": false}).reason == "single_user"

test_missing_classification_is_unknown if {
	verdict := nas_protected.judge({"id": "N-1", "encrypted": true}, {})
	verdict.facts.fields == ["classification"]
}

test_undecided_protection_is_unknown if {
	verdict := nas_protected.judge({"id": "N-1", "classification": "3", "encrypted": false}, {})
	verdict.status == "unknown"
	verdict.facts.fields == ["password_protected"]
}

test_unprotected_fails if {
	judge({"classification": "3C"}) == {
		"status": "fail",
		"reason": "unprotected",
		"facts": {"classification": "3C"},
	}
}
