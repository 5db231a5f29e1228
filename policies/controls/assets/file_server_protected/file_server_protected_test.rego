package policycheck.controls.assets.file_server_protected_test

import data.policycheck.controls.assets.file_server_protected

check := {"parameters": {"networks": ["mynumber", "core"]}}

area := {"id": "F-1", "network": "mynumber", "important_files": true, "important_files_protected": true}

judge(resource) := file_server_protected.judge(resource, check)

change(fields) := judge(object.union(area, fields))

missing(names) := {"status": "unknown", "reason": "missing", "facts": {"fields": names}}

elsewhere := {"status": "not_applicable", "reason": "other_network", "facts": {"network": "lgwan"}}

no_important_files := {"status": "not_applicable", "reason": "no_important_files", "facts": {}}

test_fulfilled_passes if {
	judge(area) == "pass"
	change({"network": "core"}) == "pass"
}

test_other_network_is_not_applicable if {
	change({"network": "lgwan"}) == elsewhere
	change({"network": "lgwan", "important_files_protected": false}) == elsewhere
	judge({"id": "F-1", "network": "lgwan"}) == elsewhere
}

test_no_important_files_is_not_applicable if {
	change({"important_files": false, "important_files_protected": false}) == no_important_files
	judge({"id": "F-1", "important_files": false}) == no_important_files
}

test_missing_fields_are_unknown if {
	judge(object.remove(area, ["network"])) == missing(["network"])
	judge(object.remove(area, ["important_files"])) == missing(["important_files"])
	judge(object.remove(area, ["important_files_protected"])) == missing(["important_files_protected"])
	judge({"id": "F-1"}) == missing(["network", "important_files", "important_files_protected"])
	judge({"id": "F-1", "important_files_protected": false}) == missing(["network", "important_files"])
}

test_unprotected_fails if {
	change({"important_files_protected": false}) == {"status": "fail", "reason": "unprotected", "facts": {}}
}

test_no_verdict_without_the_parameter if not file_server_protected.judge(area, {})
