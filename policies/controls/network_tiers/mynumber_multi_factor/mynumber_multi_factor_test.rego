package policycheck.controls.network_tiers.mynumber_multi_factor_test

import data.policycheck.controls.network_tiers.mynumber_multi_factor

judge(fields) := mynumber_multi_factor.judge(object.union({"id": "1", "network": "mynumber"}, fields), {})

lacking(fields) := {"status": "unknown", "reason": "missing", "facts": {"fields": fields}}

test_multi_factor_passes if judge({"authentication": "multi_factor"}) == "pass"

test_other_tier_is_not_applicable if {
	judge({"network": "lgwan"}).status == "not_applicable"
	every network in ["lgwan", "internet", "standalone"] {
		judge({"network": network, "authentication": "password"}) == {
			"status": "not_applicable",
			"reason": "other_tier",
			"facts": {},
		}
	}
}

test_tier_of_earlier_standards_is_unknown if {
	every network in ["core", "office"] {
		judge({"network": network}) == {"status": "unknown", "reason": "outdated_tier", "facts": {}}
		judge({"network": network, "authentication": "password"}).reason == "outdated_tier"
	}
}

test_missing_fields_are_unknown if {
	mynumber_multi_factor.judge({"id": "1"}, {}) == lacking(["network", "authentication"])
	mynumber_multi_factor.judge({"id": "1", "authentication": "multi_factor"}, {}) == lacking(["network"])
	judge({}) == lacking(["authentication"])
}

test_not_multi_factor_fails if {
	judge({"authentication": "password"}) == {"status": "fail", "reason": "not_multi_factor", "facts": {}}
	judge({"authentication": "none"}).status == "fail"
	judge({"authentication": "id_password"}).status == "fail"
	judge({"authentication": "ic_card"}).status == "fail"
	judge({"authentication": "biometrics"}).status == "fail"
}
