package policycheck.controls.operation.contact_chart_complete_test

import data.policycheck.controls.operation.contact_chart_complete

judge(system) := contact_chart_complete.judge(object.union({"id": "yoyaku"}, system), {})

lacking(names) := {"status": "unknown", "reason": "missing", "facts": {"fields": names}}

test_chart_with_every_party_passes if {
	judge({"contact_chain": ["所管課", "運用業者"], "contact_chart": ["運用業者", "所管課"]}) == "pass"
	judge({"contact_chain": ["所管課"], "contact_chart": ["所管課", "CSIRT"]}) == "pass"
}

test_missing_fields_are_unknown if {
	judge({}) == lacking(["contact_chain", "contact_chart"])
	judge({"contact_chain": ["所管課"]}) == lacking(["contact_chart"])
	judge({"contact_chart": ["所管課"]}) == lacking(["contact_chain"])
}

test_empty_chain_is_unknown if {
	no_chain := {"status": "unknown", "reason": "no_chain", "facts": {}}
	judge({"contact_chain": [], "contact_chart": ["所管課"]}) == no_chain
	judge({"contact_chain": [], "contact_chart": []}) == no_chain
	judge({"contact_chain": []}) == lacking(["contact_chart"])
}

test_party_left_out_fails if {
	judge({"contact_chain": ["指定管理者", "所管課", "運用業者"], "contact_chart": ["所管課"]}) == {
		"status": "fail",
		"reason": "left_out",
		"facts": {"parties": ["指定管理者", "運用業者"]},
	}
	judge({"contact_chain": ["所管課"], "contact_chart": []}).facts.parties == ["所管課"]
}
