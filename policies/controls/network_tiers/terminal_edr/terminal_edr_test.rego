package policycheck.controls.network_tiers.terminal_edr_test

import data.policycheck.controls.network_tiers.terminal_edr

check := {"index": {"models": {
	"M-a": {"model": "alpha"},
	"M-ap": {"model": "alpha_prime"},
	"M-b": {"model": "beta"},
	"M-bp": {"model": "beta_prime"},
	"M-0": {},
}}}

main := {"id": "T-1", "main_terminal": true, "network": "internet", "network_model": "M-b", "edr": true}

judge(change) := terminal_edr.judge(object.union(main, change), check)

judge_without(names) := terminal_edr.judge(object.remove(main, names), check)

lacking(fields) := {"status": "unknown", "reason": "missing", "facts": {"fields": fields}}

test_edr_passes if {
	judge({}) == "pass"
	judge({"network_model": "M-bp"}) == "pass"
}

test_other_terminal_is_not_applicable if {
	judge({"main_terminal": false, "edr": false}) == {"status": "not_applicable", "reason": "not_main", "facts": {}}
	terminal_edr.judge({"id": "T-1", "main_terminal": false}, {}).reason == "not_main"
}

test_other_tier_is_not_applicable if {
	terminal_edr.judge({"id": "T-1", "network": "lgwan"}, {}).reason == "other_tier"
	every network in ["mynumber", "lgwan", "standalone", "core", "office"] {
		judge({"network": network, "edr": false}) == {
			"status": "not_applicable",
			"reason": "other_tier",
			"facts": {},
		}
	}
}

test_other_model_is_not_applicable if {
	judge({"network_model": "M-a", "edr": false}) == {
		"status": "not_applicable",
		"reason": "other_model",
		"facts": {"model": "α"},
	}
	judge({"network_model": "M-ap"}).facts.model == "α′"
	terminal_edr.judge({"id": "T-1", "network_model": "M-a"}, check).reason == "other_model"
}

test_missing_fields_are_unknown if {
	terminal_edr.judge({"id": "T-1"}, check) == lacking(["main_terminal", "network", "network_model", "edr"])
	judge_without(["main_terminal"]) == lacking(["main_terminal"])
	judge_without(["network"]) == lacking(["network"])
	judge_without(["network_model"]) == lacking(["network_model"])
	judge_without(["edr"]) == lacking(["edr"])
}

test_model_outside_the_inventory_is_unknown if {
	judge({"network_model": "M-9", "edr": false}) == {
		"status": "unknown",
		"reason": "network_model_not_found",
		"facts": {"network_model": "M-9"},
	}
	terminal_edr.judge(main, {}).reason == "network_model_not_found"
}

test_missing_model_is_unknown if judge({"network_model": "M-0"}) == lacking(["network_model.model"])

test_no_edr_fails if {
	judge({"edr": false}) == {"status": "fail", "reason": "no_edr", "facts": {"model": "β"}}
	judge({"network_model": "M-bp", "edr": false}).facts.model == "β′"
}
