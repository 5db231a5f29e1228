package policycheck.controls.network_tiers.mynumber_no_removable_media_test

import data.policycheck.controls.network_tiers.mynumber_no_removable_media

judge(fields) := mynumber_no_removable_media.judge(object.union({"id": "1", "network": "mynumber"}, fields), {})

lacking(fields) := {"status": "unknown", "reason": "missing", "facts": {"fields": fields}}

test_blocked_media_pass if judge({"removable_media_blocked": true}) == "pass"

test_other_tier_is_not_applicable if {
	judge({"network": "lgwan"}).status == "not_applicable"
	every network in ["lgwan", "internet", "standalone"] {
		judge({"network": network, "removable_media_blocked": false}) == {
			"status": "not_applicable",
			"reason": "other_tier",
			"facts": {},
		}
	}
}

test_tier_of_earlier_standards_is_unknown if {
	every network in ["core", "office"] {
		judge({"network": network}) == {"status": "unknown", "reason": "outdated_tier", "facts": {}}
		judge({"network": network, "removable_media_blocked": false}).reason == "outdated_tier"
	}
}

test_missing_fields_are_unknown if {
	mynumber_no_removable_media.judge({"id": "1"}, {}) == lacking(["network", "removable_media_blocked"])
	mynumber_no_removable_media.judge({"id": "1", "removable_media_blocked": true}, {}) == lacking(["network"])
	judge({}) == lacking(["removable_media_blocked"])
}

test_media_open_fails if {
	judge({"removable_media_blocked": false}) == {"status": "fail", "reason": "media_open", "facts": {}}
}
