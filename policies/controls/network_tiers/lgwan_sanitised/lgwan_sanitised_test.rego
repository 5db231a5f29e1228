package policycheck.controls.network_tiers.lgwan_sanitised_test

import data.policycheck.controls.network_tiers.lgwan_sanitised

judge(fields) := lgwan_sanitised.judge(object.union({"id": "1", "network": "lgwan"}, fields), {})

lacking(fields) := {"status": "unknown", "reason": "missing", "facts": {"fields": fields}}

test_sanitised_data_passes if judge({"incoming_sanitised": true}) == "pass"

test_other_tier_is_not_applicable if {
	judge({"network": "internet"}).status == "not_applicable"
	every network in ["mynumber", "internet", "standalone"] {
		judge({"network": network, "incoming_sanitised": false}) == {
			"status": "not_applicable",
			"reason": "other_tier",
			"facts": {},
		}
	}
}

test_tier_of_earlier_standards_is_unknown if {
	every network in ["core", "office"] {
		judge({"network": network}) == {"status": "unknown", "reason": "outdated_tier", "facts": {}}
		judge({"network": network, "incoming_sanitised": false}).reason == "outdated_tier"
	}
}

test_missing_fields_are_unknown if {
	lgwan_sanitised.judge({"id": "1"}, {}) == lacking(["network", "incoming_sanitised"])
	lgwan_sanitised.judge({"id": "1", "incoming_sanitised": true}, {}) == lacking(["network"])
	judge({}) == lacking(["incoming_sanitised"])
}

test_unsanitised_fails if {
	judge({"incoming_sanitised": false}) == {"status": "fail", "reason": "unsanitised", "facts": {}}
}
