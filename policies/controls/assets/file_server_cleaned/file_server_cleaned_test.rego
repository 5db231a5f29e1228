package policycheck.controls.assets.file_server_cleaned_test

import data.policycheck.controls.assets.file_server_cleaned

check := {"parameters": {"networks": ["mynumber", "core"]}}

area := {"id": "F-1", "network": "mynumber", "obsolete_data": false}

judge(resource) := file_server_cleaned.judge(resource, check)

change(fields) := judge(object.union(area, fields))

missing(names) := {"status": "unknown", "reason": "missing", "facts": {"fields": names}}

elsewhere := {"status": "not_applicable", "reason": "other_network", "facts": {"network": "lgwan"}}

test_fulfilled_passes if {
	judge(area) == "pass"
	change({"network": "core"}) == "pass"
}

test_other_network_is_not_applicable if {
	change({"network": "lgwan"}) == elsewhere
	change({"network": "lgwan", "obsolete_data": true}) == elsewhere
	judge({"id": "F-1", "network": "lgwan"}) == elsewhere
}

test_missing_fields_are_unknown if {
	judge(object.remove(area, ["network"])) == missing(["network"])
	judge(object.remove(area, ["obsolete_data"])) == missing(["obsolete_data"])
	judge({"id": "F-1"}) == missing(["network", "obsolete_data"])
	judge({"id": "F-1", "obsolete_data": true}) == missing(["network"])
}

test_obsolete_fails if change({"obsolete_data": true}) == {"status": "fail", "reason": "obsolete", "facts": {}}

test_no_verdict_without_the_parameter if not file_server_cleaned.judge(area, {})
