package policycheck.controls.outsourcing.subcontractors_consented_test

import data.policycheck.controls.outsourcing.subcontractors_consented

check := {"as_of": "2017-01-31"}

good := {"name": "甲社", "consented_on": "2016-04-01", "supervised": true}

bad := {"name": "乙社", "consented_on": null, "supervised": false}

judge(subcontractors) := subcontractors_consented.judge({"id": "C-1", "subcontractors": subcontractors}, check)

changed(change) := object.union({"name": "丙社", "consented_on": "2016-04-01", "supervised": true}, change)

test_consented_and_supervised_passes if {
	judge([good]) == "pass"
	judge([good, changed({"consented_on": "2017-01-31"})]) == "pass"
}

test_no_subcontractor_is_not_applicable if {
	judge([]) == {"status": "not_applicable", "reason": "none", "facts": {}}
}

test_missing_list_is_unknown if {
	verdict := subcontractors_consented.judge({"id": "C-1"}, check)
	verdict == {"status": "unknown", "reason": "missing", "facts": {"fields": ["subcontractors"]}}
}

test_incomplete_entry_is_unknown if {
	every field in ["consented_on", "supervised"] {
		judge([good, object.remove(changed({}), [field]), bad]) == {
			"status": "unknown",
			"reason": "incomplete",
			"facts": {"subcontractors": ["丙社"]},
		}
	}
}

test_all_incomplete_entries_are_named if {
	judge([{"name": "丁社"}, {"name": "戊社"}]).facts.subcontractors == ["丁社", "戊社"]
}

test_future_consent_is_unknown if {
	later := [changed({"consented_on": "2017-02-01"}), changed({"consented_on": "2017-03-01"})]
	judge(array.concat([good, bad], later)) == {
		"status": "unknown",
		"reason": "future",
		"facts": {"field": "subcontractors.consented_on", "date": "2017-02-01"},
	}
}

test_without_consent_fails if {
	judge([good, changed({"consented_on": null}), bad]) == {
		"status": "fail",
		"reason": "unconsented",
		"facts": {"subcontractors": ["丙社", "乙社"]},
	}
}

test_without_supervision_fails if {
	judge([good, changed({"supervised": false})]) == {
		"status": "fail",
		"reason": "unsupervised",
		"facts": {"subcontractors": ["丙社"]},
	}
}

test_consent_comes_before_supervision if {
	judge([changed({"supervised": false}), bad]) == {
		"status": "fail",
		"reason": "unconsented",
		"facts": {"subcontractors": ["乙社"]},
	}
}
