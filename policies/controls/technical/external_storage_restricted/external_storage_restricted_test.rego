package policycheck.controls.technical.external_storage_restricted_test

import data.policycheck.controls.technical.external_storage_restricted

pc := {"id": "PC-1", "external_storage_restricted": true}

judge(resource) := external_storage_restricted.judge(resource, {})

change(fields) := judge(object.union(pc, fields))

missing(names) := {"status": "unknown", "reason": "missing", "facts": {"fields": names}}

test_fulfilled_passes if judge(pc) == "pass"

test_missing_fields_are_unknown if {
	judge(object.remove(pc, ["external_storage_restricted"])) == missing(["external_storage_restricted"])
}

test_unrestricted_fails if {
	change({"external_storage_restricted": false}) == {"status": "fail", "reason": "unrestricted", "facts": {}}
}
