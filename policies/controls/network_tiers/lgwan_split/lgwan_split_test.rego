package policycheck.controls.network_tiers.lgwan_split_test

import data.policycheck.controls.network_tiers.lgwan_split

judge(fields) := lgwan_split.judge(object.union({"id": "1", "network": "lgwan"}, fields), {})

lacking(fields) := {"status": "unknown", "reason": "missing", "facts": {"fields": fields}}

test_separated_system_passes if judge({"separated_from_internet": true}) == "pass"

test_other_tier_is_not_applicable if {
	judge({"network": "internet"}).status == "not_applicable"
	every network in ["mynumber", "internet", "standalone", "core", "office"] {
		judge({"network": network, "separated_from_internet": false}) == {
			"status": "not_applicable",
			"reason": "other_tier",
			"facts": {},
		}
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
