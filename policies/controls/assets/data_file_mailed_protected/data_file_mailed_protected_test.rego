package policycheck.controls.assets.data_file_mailed_protected_test

import data.policycheck.controls.assets.data_file_mailed_protected

file := {
	"id": "F-1",
	"classification": "3",
	"sent_by_mail": true,
	"password_protected": false,
	"encrypted": false,
}

judge(change) := data_file_mailed_protected.judge(object.union(file, change), {})

lacking(names) := {"status": "unknown", "reason": "missing", "facts": {"fields": names}}

test_password_or_encryption_passes if {
	judge({"password_protected": true}) == "pass"
	judge({"encrypted": true}) == "pass"
	data_file_mailed_protected.judge(
		{"id": "F-1", "classification": "3C", "sent_by_mail": true, "encrypted": true},
		{},
	) == "pass"
}

test_low_class_is_not_applicable if {
	judge({"classification": "2"}) == {
		"status": "not_applicable",
		"reason": "low_class",
		"facts": {"classification": "2"},
	}
	data_file_mailed_protected.judge({"id": "F-1", "classification": "1"}, {}).reason == "low_class"
}

test_not_mailed_is_not_applicable if {
	judge({"sent_by_mail": false}) == {"status": "not_applicable", "reason": "not_mailed", "facts": {}}
	data_file_mailed_protected.judge({"id": "F-1", "sent_by_mail": false}, {}).reason == "not_mailed"
}

test_missing_fields_are_unknown if {
	data_file_mailed_protected.judge({"id": "F-1"}, {}) == lacking(["classification", "sent_by_mail"])
	data_file_mailed_protected.judge({"id": "F-1", "classification": "3"}, {}) == lacking(["sent_by_mail"])
	data_file_mailed_protected.judge({"id": "F-1", "sent_by_mail": true}, {}) == lacking(["classification"])
}

test_undecided_protection_is_unknown if {
	half := {"id": "F-1", "classification": "3", "sent_by_mail": true, "password_protected": false}
	data_file_mailed_protected.judge(half, {}) == lacking(["encrypted"])
}

test_unprotected_fails if {
	judge({"classification": "3B"}) == {
		"status": "fail",
		"reason": "unprotected",
		"facts": {"classification": "3B"},
	}
	judge({"classification": "2", "sensitive": true}).status == "fail"
}
