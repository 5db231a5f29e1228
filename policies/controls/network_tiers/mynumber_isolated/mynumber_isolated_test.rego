package policycheck.controls.network_tiers.mynumber_isolated_test

import data.policycheck.controls.network_tiers.mynumber_isolated

judge(fields) := mynumber_isolated.judge(object.union({"id": "1", "network": "mynumber"}, fields), {})

lacking(fields) := {"status": "unknown", "reason": "missing", "facts": {"fields": fields}}

test_limited_connections_pass if judge({"connections_limited": true}) == "pass"

test_other_tier_is_not_applicable if {
	judge({"network": "lgwan"}).status == "not_applicable"
	every network in ["lgwan", "internet", "standalone"] {
		judge({"network": network, "connections_limited": false}) == {
			"status": "not_applicable",
			"reason": "other_tier",
			"facts": {},
		}
	}
}

test_tier_of_earlier_standards_is_unknown if {
	every network in ["core", "office"] {
		judge({"network": network}) == {"status": "unknown", "reason": "outdated_tier", "facts": {}}
		judge({"network": network, "connections_limited": false}).reason == "outdated_tier"
	}
}

test_missing_fields_are_unknown if {
	mynumber_isolated.judge({"id": "1"}, {}) == lacking(["network", "connections_limited"])
	mynumber_isolated.judge({"id": "1", "connections_limited": true}, {}) == lacking(["network"])
	judge({}) == lacking(["connections_limited"])
}

test_open_fails if {
	judge({"connections_limited": false}) == {"status": "fail", "reason": "open", "facts": {}}
}
