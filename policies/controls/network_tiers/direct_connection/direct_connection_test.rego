package policycheck.controls.network_tiers.direct_connection_test

import data.policycheck.controls.network_tiers.direct_connection

check := {"index": {"models": {
	"M-a": {"model": "alpha"},
	"M-ap": {"model": "alpha_prime"},
	"M-b": {"model": "beta"},
	"M-bp": {"model": "beta_prime"},
	"M-0": {},
}}}

direct := {"id": "C-1", "direct_connection": true, "network_model": "M-ap", "named_service": true}

judge(change) := direct_connection.judge(object.union(direct, change), check)

judge_without(names) := direct_connection.judge(object.remove(direct, names), check)

lacking(fields) := {"status": "unknown", "reason": "missing", "facts": {"fields": fields}}

test_named_service_under_alpha_prime_passes if judge({}) == "pass"

test_indirect_connection_is_not_applicable if {
	direct_connection.judge({"id": "C-1", "direct_connection": false}, {}) == {
		"status": "not_applicable",
		"reason": "indirect",
		"facts": {},
	}
	judge({"direct_connection": false, "network_model": "M-a"}).status == "not_applicable"
}

test_missing_fields_are_unknown if {
	direct_connection.judge({"id": "C-1"}, check) == lacking(["direct_connection", "network_model", "named_service"])
	judge_without(["direct_connection"]) == lacking(["direct_connection"])
	judge_without(["network_model"]) == lacking(["network_model"])
	judge_without(["named_service"]) == lacking(["named_service"])
}

test_model_outside_the_inventory_is_unknown if {
	judge({"network_model": "M-9", "named_service": false}) == {
		"status": "unknown",
		"reason": "network_model_not_found",
		"facts": {"network_model": "M-9"},
	}
	direct_connection.judge(direct, {}).reason == "network_model_not_found"
}

test_missing_model_is_unknown if judge({"network_model": "M-0"}) == lacking(["network_model.model"])

test_other_model_fails if {
	judge({"network_model": "M-a"}) == {"status": "fail", "reason": "other_model", "facts": {"model": "α"}}
	judge({"network_model": "M-b"}).facts.model == "β"
	judge({"network_model": "M-bp", "named_service": false}).facts.model == "β′"
}

test_unnamed_service_fails if judge({"named_service": false}) == {"status": "fail", "reason": "unnamed", "facts": {}}
