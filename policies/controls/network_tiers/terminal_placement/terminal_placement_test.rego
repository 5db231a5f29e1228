package policycheck.controls.network_tiers.terminal_placement_test

import data.policycheck.controls.network_tiers.terminal_placement

check := {"index": {"models": {
	"M-a": {"model": "alpha"},
	"M-ap": {"model": "alpha_prime"},
	"M-b": {"model": "beta"},
	"M-bp": {"model": "beta_prime"},
	"M-0": {},
}}}

main := {"id": "T-1", "main_terminal": true, "network": "internet", "network_model": "M-b"}

judge(change) := terminal_placement.judge(object.union(main, change), check)

judge_without(names) := terminal_placement.judge(object.remove(main, names), check)

lacking(fields) := {"status": "unknown", "reason": "missing", "facts": {"fields": fields}}

test_lgwan_passes_under_every_model if {
	every model in ["M-a", "M-ap", "M-b", "M-bp"] {
		judge({"network": "lgwan", "network_model": model}) == "pass"
	}
}

test_internet_passes_under_beta if {
	judge({}) == "pass"
	judge({"network_model": "M-bp"}) == "pass"
}

test_other_terminal_is_not_applicable if {
	judge({"main_terminal": false}) == {"status": "not_applicable", "reason": "not_main", "facts": {}}
	terminal_placement.judge({"id": "T-1", "main_terminal": false}, {}).reason == "not_main"
}

test_other_tier_is_not_applicable if {
	terminal_placement.judge({"id": "T-1", "network": "mynumber"}, {}).reason == "other_tier"
	every network in ["mynumber", "standalone", "core", "office"] {
		judge({"network": network}) == {"status": "not_applicable", "reason": "other_tier", "facts": {}}
	}
}

test_missing_fields_are_unknown if {
	terminal_placement.judge({"id": "T-1"}, check) == lacking(["main_terminal", "network", "network_model"])
	judge_without(["main_terminal"]) == lacking(["main_terminal"])
	judge_without(["network"]) == lacking(["network"])
	judge_without(["network_model"]) == lacking(["network_model"])
}

test_model_outside_the_inventory_is_unknown if {
	judge({"network": "lgwan", "network_model": "M-9"}) == {
		"status": "unknown",
		"reason": "network_model_not_found",
		"facts": {"network_model": "M-9"},
	}
	terminal_placement.judge(main, {}).reason == "network_model_not_found"
}

test_missing_model_is_unknown if {
	judge({"network_model": "M-0"}) == lacking(["network_model.model"])
	judge({"network": "lgwan", "network_model": "M-0"}) == lacking(["network_model.model"])
}

test_internet_fails_under_alpha if {
	judge({"network_model": "M-a"}) == {"status": "fail", "reason": "on_internet", "facts": {"model": "α"}}
	judge({"network_model": "M-ap"}) == {"status": "fail", "reason": "on_internet", "facts": {"model": "α′"}}
}
