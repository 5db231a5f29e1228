package policycheck.controls.assets.usb_protected_test

import data.policycheck.controls.assets.usb_protected

medium := {"id": "M-1", "classification": "3", "password_protected": false, "encrypted": false}

judge(change) := usb_protected.judge(object.union(medium, change), {})

test_password_or_encryption_passes if {
	judge({"password_protected": true}) == "pass"
	judge({"encrypted": true}) == "pass"
	usb_protected.judge({"id": "M-1", "classification": "3B", "encrypted": true}, {}) == "pass"
}

test_low_class_is_not_applicable if judge({"classification": "1"}).reason == "low_class"

test_missing_classification_is_unknown if {
	verdict := usb_protected.judge({"id": "M-1", "encrypted": true}, {})
	verdict.status == "unknown"
	verdict.facts.fields == ["classification"]
}

test_undecided_protection_is_unknown if {
	verdict := usb_protected.judge({"id": "M-1", "classification": "3"}, {})
	verdict.status == "unknown"
	verdict.facts.fields == ["password_protected", "encrypted"]
}

test_unprotected_fails if {
	judge({"classification": "3A"}) == {
		"status": "fail",
		"reason": "unprotected",
		"facts": {"classification": "3A"},
	}
}
