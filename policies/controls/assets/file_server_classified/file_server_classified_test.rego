package policycheck.controls.assets.file_server_classified_test

import data.policycheck.controls.assets.file_server_classified

check := {"parameters": {"networks": ["mynumber", "core"]}}

area := {"id": "F-1", "network": "mynumber", "classified": true}

judge(resource) := file_server_classified.judge(resource, check)

change(fields) := judge(object.union(area, fields))

missing(names) := {"status": "unknown", "reason": "missing", "facts": {"fields": names}}

elsewhere := {"status": "not_applicable", "reason": "other_network", "facts": {"network": "lgwan"}}

test_fulfilled_passes if {
	judge(area) == "pass"
	change({"network": "core"}) == "pass"
}

test_other_network_is_not_applicable if {
	change({"network": "lgwan"}) == elsewhere
	change({"network": "lgwan", "classified": false}) == elsewhere
	judge({"id": "F-1", "network": "lgwan"}) == elsewhere
}

test_missing_fields_are_unknown if {
	judge(object.remove(area, ["network"])) == missing(["network"])
	judge(object.remove(area, ["classified"])) == missing(["classified"])
	judge({"id": "F-1"}) == missing(["network", "classified"])
	judge({"id": "F-1", "classified": false}) == missing(["network"])
}

test_unclassified_fails if {
	change({"classified": false}) == {"status": "fail", "reason": "unclassified", "facts": {}}
}

test_no_verdict_without_the_parameter if not file_server_classified.judge(area, {})
