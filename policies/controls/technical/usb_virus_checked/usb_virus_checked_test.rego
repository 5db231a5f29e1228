package policycheck.controls.technical.usb_virus_checked_test

import data.policycheck.controls.technical.usb_virus_checked

check := {"as_of": "2024-03-27", "parameters": {"period": {"value": "P1Y", "since": "2023-03-27"}}}

judge(medium) := usb_virus_checked.judge(object.union({"id": "M-1"}, medium), check)

test_checked_within_period_passes if {
	judge({"virus_checked_on": "2023-03-27"}) == "pass"
	judge({"virus_checked_on": "2024-03-27"}) == "pass"
}

test_used_up_to_the_day_of_the_check_passes if {
	judge({"virus_checked_on": "2024-02-01", "last_used_on": "2024-01-31"}) == "pass"
	judge({"virus_checked_on": "2024-02-01", "last_used_on": "2024-02-01"}) == "pass"
}

test_missing_check_is_unknown if {
	judge({"last_used_on": "2024-02-01"}) == {
		"status": "unknown",
		"reason": "missing",
		"facts": {"fields": ["virus_checked_on"]},
	}
}

test_future_check_is_unknown if {
	verdict := judge({"virus_checked_on": "2024-03-28"})
	verdict.status == "unknown"
	verdict.facts == {"field": "virus_checked_on", "date": "2024-03-28"}
}

test_future_use_is_unknown if {
	verdict := judge({"virus_checked_on": "2024-02-01", "last_used_on": "2024-03-28"})
	verdict.status == "unknown"
	verdict.facts == {"field": "last_used_on", "date": "2024-03-28"}
}

test_never_checked_fails if {
	judge({"virus_checked_on": null}) == {"status": "fail", "reason": "never", "facts": {}}
	judge({"virus_checked_on": null, "last_used_on": "2024-02-01"}).reason == "never"
}

test_used_since_the_check_fails if {
	judge({"virus_checked_on": "2024-02-01", "last_used_on": "2024-02-02"}) == {
		"status": "fail",
		"reason": "used_since",
		"facts": {"virus_checked_on": "2024-02-01", "last_used_on": "2024-02-02"},
	}
}

test_checked_too_long_ago_fails if {
	judge({"virus_checked_on": "2023-03-26"}) == {
		"status": "fail",
		"reason": "stale",
		"facts": {"virus_checked_on": "2023-03-26"},
	}
}

test_no_verdict_without_the_period if {
	not usb_virus_checked.judge({"id": "M-1", "virus_checked_on": "2023-03-26"}, {"as_of": "2024-03-27"})
}
