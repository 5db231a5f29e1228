package policycheck.controls.assets.file_server_impersonal_test

import data.policycheck.controls.assets.file_server_impersonal

check := {"parameters": {"networks": ["mynumber", "core"]}}

area := {"id": "F-1", "network": "mynumber", "personal_folders": false}

judge(resource) := file_server_impersonal.judge(resource, check)

change(fields) := judge(object.union(area, fields))

missing(names) := {"status": "unknown", "reason": "missing", "facts": {"fields": names}}

elsewhere := {"status": "not_applicable", "reason": "other_network", "facts": {"network": "lgwan"}}

test_fulfilled_passes if {
	judge(area) == "pass"
	change({"network": "core"}) == "pass"
}

test_other_network_is_not_applicable if {
	change({"network": "lgwan"}) == elsewhere
	change({"network": "lgwan", "personal_folders": true}) == elsewhere
	judge({"id": "F-1", "network": "lgwan"}) == elsewhere
}

test_missing_fields_are_unknown if {
	judge(object.remove(area, ["network"])) == missing(["network"])
	judge(object.remove(area, ["personal_folders"])) == missing(["personal_folders"])
	judge({"id": "F-1"}) == missing(["network", "personal_folders"])
	judge({"id": "F-1", "personal_folders": true}) == missing(["network"])
}

test_personal_fails if {
	change({"personal_folders": true}) == {"status": "fail", "reason": "personal", "facts": {}}
}

test_no_verdict_without_the_parameter if not file_server_impersonal.judge(area, {})
