package policycheck.controls.network_tiers.internet_security_cloud_test

import data.policycheck.controls.network_tiers.internet_security_cloud

watched := {"id": "1", "network": "internet", "through_security_cloud": true, "monitored": true}

judge(change) := internet_security_cloud.judge(object.union(watched, change), {})

judge_without(names) := internet_security_cloud.judge(object.remove(watched, names), {})

lacking(fields) := {"status": "unknown", "reason": "missing", "facts": {"fields": fields}}

test_security_cloud_and_monitoring_pass if judge({}) == "pass"

test_other_tier_is_not_applicable if {
	internet_security_cloud.judge({"id": "1", "network": "lgwan"}, {}).status == "not_applicable"
	every network in ["mynumber", "lgwan", "standalone"] {
		judge({"network": network, "monitored": false}) == {
			"status": "not_applicable",
			"reason": "other_tier",
			"facts": {},
		}
	}
}

test_tier_of_earlier_standards_is_unknown if {
	every network in ["core", "office"] {
		judge({"network": network}) == {"status": "unknown", "reason": "outdated_tier", "facts": {}}
		internet_security_cloud.judge({"id": "1", "network": network}, {}).reason == "outdated_tier"
	}
}

test_missing_fields_are_unknown if {
	internet_security_cloud.judge({"id": "1"}, {}) == lacking(["network", "through_security_cloud", "monitored"])
	judge_without(["network"]) == lacking(["network"])
	judge_without(["through_security_cloud"]) == lacking(["through_security_cloud"])
	judge_without(["monitored"]) == lacking(["monitored"])
}

test_missing_field_beside_a_broken_one_is_unknown if {
	broken := {"id": "1", "network": "internet", "through_security_cloud": false}
	internet_security_cloud.judge(broken, {}) == lacking(["monitored"])
}

test_bypassed_fails if {
	judge({"through_security_cloud": false}) == {"status": "fail", "reason": "bypassed", "facts": {}}
	judge({"through_security_cloud": false, "monitored": false}).reason == "bypassed"
}

test_unwatched_fails if judge({"monitored": false}) == {"status": "fail", "reason": "unwatched", "facts": {}}
