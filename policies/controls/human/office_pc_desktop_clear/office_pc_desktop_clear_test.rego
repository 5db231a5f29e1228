package policycheck.controls.human.office_pc_desktop_clear_test

import data.policycheck.controls.human.office_pc_desktop_clear

check := {"parameters": {"networks": ["lgwan", "internet"]}}

pc := {"id": "PC-1", "network": "lgwan", "data_on_desktop": false}

judge(resource) := office_pc_desktop_clear.judge(resource, check)

change(fields) := judge(object.union(pc, fields))

missing(names) := {"status": "unknown", "reason": "missing", "facts": {"fields": names}}

elsewhere := {"status": "not_applicable", "reason": "other_network", "facts": {"network": "mynumber"}}

test_fulfilled_passes if {
	judge(pc) == "pass"
	change({"network": "internet"}) == "pass"
}

test_other_network_is_not_applicable if {
	change({"network": "mynumber"}) == elsewhere
	change({"network": "mynumber", "data_on_desktop": true}) == elsewhere
	judge({"id": "PC-1", "network": "mynumber"}) == elsewhere
}

test_missing_fields_are_unknown if {
	judge(object.remove(pc, ["network"])) == missing(["network"])
	judge(object.remove(pc, ["data_on_desktop"])) == missing(["data_on_desktop"])
	judge({"id": "PC-1"}) == missing(["network", "data_on_desktop"])
	judge({"id": "PC-1", "data_on_desktop": true}) == missing(["network"])
}

test_on_desktop_fails if {
	change({"data_on_desktop": true}) == {"status": "fail", "reason": "on_desktop", "facts": {}}
}

test_no_verdict_without_the_parameter if not office_pc_desktop_clear.judge(pc, {})
