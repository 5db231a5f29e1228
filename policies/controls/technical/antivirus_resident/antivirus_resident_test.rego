package policycheck.controls.technical.antivirus_resident_test

import data.policycheck.controls.technical.antivirus_resident

judge(antivirus) := antivirus_resident.judge({"id": "P-1", "antivirus": antivirus}, {})

missing := {"status": "unknown", "reason": "missing", "facts": {"fields": ["antivirus.resident"]}}

test_resident_passes if judge({"resident": true}) == "pass"

test_missing_field_is_unknown if {
	judge({}) == missing
	antivirus_resident.judge({"id": "P-1"}, {}) == missing
}

test_absent_fails if judge({"resident": false}) == {"status": "fail", "reason": "absent", "facts": {}}
