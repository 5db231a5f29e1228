package policycheck.controls.network_tiers.lgwan_split_test

import data.policycheck.controls.network_tiers.lgwan_split

judge(fields) := lgwan_split.judge(object.union({"id": "1", "network": "lgwan"}, fields), {})

lacking(fields) := {"status": "unknown", "reason": "missing", "facts": {"fields": fields}}

test_separated_system_passes if judge({"separated_from_internet": true}) == "pass"

test_other_tier_is_not_applicable if {
	judge({"network": "internet"}).status == "not_applicable"
	every network in ["mynumber", "internet", "standalone"] {
		judge({"network": network, "separated_from_internet": false}) == {
			"status": "not_applicable",
			"reason": "other_tier",
			"facts": {},
		}
	}
}

test_tier_of_earlier_standards_is_unknown if {
	every network in ["core", "office"] {
		judge({"network": network}) == {"status": "unknown", "reason": "outdated_tier", "facts": {}}
		judge({"network": network, "separated_from_internet": false}).reason == "outdated_tier"
	}
}

test_missing_fields_are_unknown if {
	lgwan_split.judge({"id": "1"}, {}) == lacking(["network", "separated_from_internet"])
	lgwan_split.judge({"id": "1", "separated_from_internet": true}, {}) == lacking(["network"])
	judge({}) == lacking(["separated_from_internet"])
}

test_joined_fails if {
	judge({"separated_from_internet": false}) == {"status": "fail", "reason": "joined", "facts": {}}
}
