package policycheck.controls.assets.usb_registered_test

import data.policycheck.controls.assets.usb_registered

test_registered_passes if usb_registered.judge({"id": "M-1", "registered": true}, {}) == "pass"

test_missing_field_is_unknown if {
	verdict := usb_registered.judge({"id": "M-1"}, {})
	verdict == {"status": "unknown", "reason": "missing", "facts": {"fields": ["registered"]}}
}

test_unregistered_fails if {
	verdict := usb_registered.judge({"id": "M-1", "registered": false}, {})
	verdict == {"status": "fail", "reason": "unregistered", "facts": {}}
}
