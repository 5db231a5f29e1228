package policycheck.controls.physical.usb_locked_test

import data.policycheck.controls.physical.usb_locked

test_locked_passes if usb_locked.judge({"id": "M-1", "locked_storage": true}, {}) == "pass"

test_missing_field_is_unknown if {
	verdict := usb_locked.judge({"id": "M-1"}, {})
	verdict == {"status": "unknown", "reason": "missing", "facts": {"fields": ["locked_storage"]}}
}

test_unlocked_fails if {
	verdict := usb_locked.judge({"id": "M-1", "locked_storage": false}, {})
	verdict == {"status": "fail", "reason": "unlocked", "facts": {}}
}
