package policycheck.controls.outsourcing.cloud_terms_test

import data.policycheck.controls.outsourcing.cloud_terms

judge(fields) := cloud_terms.judge(object.union({"id": "C-1"}, fields), {})

lacking(fields) := {"status": "unknown", "reason": "missing", "facts": {"fields": fields}}

test_negotiated_terms_pass if {
	every class in ["2", "3", "3A", "3B", "3C"] {
		judge({"classification": class, "uniform_terms": false}) == "pass"
	}
}

test_low_class_is_not_applicable if {
	judge({"classification": "1"}) == {
		"status": "not_applicable",
		"reason": "low_class",
		"facts": {"classification": "1"},
	}
	judge({"classification": "1", "uniform_terms": true}).status == "not_applicable"
}

test_missing_fields_are_unknown if {
	judge({}) == lacking(["classification", "uniform_terms"])
	judge({"uniform_terms": false}) == lacking(["classification"])
	judge({"uniform_terms": true}) == lacking(["classification"])
	judge({"classification": "2"}) == lacking(["uniform_terms"])
}

test_uniform_terms_fail if {
	every class in ["2", "3", "3A", "3B", "3C"] {
		judge({"classification": class, "uniform_terms": true}) == {
			"status": "fail",
			"reason": "uniform",
			"facts": {"classification": class},
		}
	}
}
