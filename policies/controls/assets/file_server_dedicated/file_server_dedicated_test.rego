package policycheck.controls.assets.file_server_dedicated_test

import data.policycheck.controls.assets.file_server_dedicated

check := {"parameters": {"networks": ["mynumber", "core"]}}

area := {"id": "F-1", "network": "mynumber", "foreign_data": false}

judge(resource) := file_server_dedicated.judge(resource, check)

change(fields) := judge(object.union(area, fields))

missing(names) := {"status": "unknown", "reason": "missing", "facts": {"fields": names}}

elsewhere := {"status": "not_applicable", "reason": "other_network", "facts": {"network": "lgwan"}}

test_fulfilled_passes if {
	judge(area) == "pass"
	change({"network": "core"}) == "pass"
}

test_other_network_is_not_applicable if {
	change({"network": "lgwan"}) == elsewhere
	change({"network": "lgwan", "foreign_data": true}) == elsewhere
	judge({"id": "F-1", "network": "lgwan"}) == elsewhere
}

test_missing_fields_are_unknown if {
	judge(object.remove(area, ["network"])) == missing(["network"])
	judge(object.remove(area, ["foreign_data"])) == missing(["foreign_data"])
	judge({"id": "F-1"}) == missing(["network", "foreign_data"])
	judge({"id": "F-1", "foreign_data": true}) == missing(["network"])
}

test_foreign_fails if change({"foreign_data": true}) == {"status": "fail", "reason": "foreign", "facts": {}}

test_no_verdict_without_the_parameter if not file_server_dedicated.judge(area, {})
