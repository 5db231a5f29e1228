package policycheck.controls.physical.server_maintained_test

import data.policycheck.controls.physical.server_maintained

check := {"as_of": "2023-09-29", "parameters": {"period": {"value": "P1Y", "since": "2022-09-29"}}}

judge(date) := server_maintained.judge({"id": "S-1", "last_maintained_on": date}, check)

test_maintained_within_period_passes if {
	judge("2022-09-29") == "pass"
	judge("2023-09-29") == "pass"
}

test_missing_field_is_unknown if {
	verdict := server_maintained.judge({"id": "S-1"}, check)
	verdict == {"status": "unknown", "reason": "missing", "facts": {"fields": ["last_maintained_on"]}}
}

test_future_date_is_unknown if judge("2023-09-30").reason == "future"

test_never_maintained_fails if judge(null) == {"status": "fail", "reason": "never", "facts": {}}

test_maintained_too_long_ago_fails if {
	verdict := judge("2022-09-28")
	verdict == {"status": "fail", "reason": "stale", "facts": {"last_maintained_on": "2022-09-28"}}
}

test_no_verdict_without_the_period if {
	not server_maintained.judge({"id": "S-1", "last_maintained_on": "2022-09-28"}, {"as_of": "2023-09-29"})
}
