package policycheck.controls.assets.usb_emptied_test

import data.policycheck.controls.assets.usb_emptied

test_empty_passes if usb_emptied.judge({"id": "M-1", "holds_data": false}, {}) == "pass"

test_missing_field_is_unknown if {
	verdict := usb_emptied.judge({"id": "M-1"}, {})
	verdict == {"status": "unknown", "reason": "missing", "facts": {"fields": ["holds_data"]}}
}

test_data_left_fails if {
	verdict := usb_emptied.judge({"id": "M-1", "holds_data": true}, {})
	verdict == {"status": "fail", "reason": "left", "facts": {}}
}
