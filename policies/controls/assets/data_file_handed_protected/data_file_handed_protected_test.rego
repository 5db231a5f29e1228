package policycheck.controls.assets.data_file_handed_protected_test

import data.policycheck.controls.assets.data_file_handed_protected

file := {
	"id": "F-1",
	"classification": "3",
	"handed_outside": true,
	"password_protected": false,
	"encrypted": false,
}

judge(change) := data_file_handed_protected.judge(object.union(file, change), {})

lacking(names) := {"status": "unknown", "reason": "missing", "facts": {"fields": names}}

test_password_or_encryption_passes if {
	judge({"password_protected": true}) == "pass"
	judge({"encrypted": true}) == "pass"
	data_file_handed_protected.judge(
		{"id": "F-1", "classification": "3C", "handed_outside": true, "encrypted": true},
		{},
	) == "pass"
}

test_low_class_is_not_applicable if {
	judge({"classification": "2"}) == {
		"status": "not_applicable",
		"reason": "low_class",
		"facts": {"classification": "2"},
	}
	data_file_handed_protected.judge({"id": "F-1", "classification": "1"}, {}).reason == "low_class"
}

test_kept_inside_is_not_applicable if {
	judge({"handed_outside": false}) == {"status": "not_applicable", "reason": "kept_inside", "facts": {}}
	data_file_handed_protected.judge({"id": "F-1", "handed_outside": false}, {}).reason == "kept_inside"
}

test_missing_fields_are_unknown if {
	data_file_handed_protected.judge({"id": "F-1"}, {}) == lacking(["classification", "handed_outside"])
	data_file_handed_protected.judge({"id": "F-1", "classification": "3"}, {}) == lacking(["handed_outside"])
	data_file_handed_protected.judge({"id": "F-1", "handed_outside": true}, {}) == lacking(["classification"])
}

test_undecided_protection_is_unknown if {
	half := {"id": "F-1", "classification": "3", "handed_outside": true, "password_protected": false}
	data_file_handed_protected.judge(half, {}) == lacking(["encrypted"])
}

test_unprotected_fails if {
	judge({"classification": "3B"}) == {
		"status": "fail",
		"reason": "unprotected",
		"facts": {"classification": "3B"},
	}
	judge({"classification": "2", "sensitive": true}).status == "fail"
}
