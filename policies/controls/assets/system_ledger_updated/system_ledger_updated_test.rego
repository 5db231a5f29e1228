package policycheck.controls.assets.system_ledger_updated_test

import data.policycheck.controls.assets.system_ledger_updated

check := {"as_of": "2016-03-31", "parameters": {"period": {"value": "P1Y", "since": "2015-03-31"}}}

judge(date) := system_ledger_updated.judge({"id": "juki", "ledger_updated_on": date}, check)

test_updated_within_period_passes if {
	judge("2015-03-31") == "pass"
	judge("2016-03-31") == "pass"
}

test_missing_date_is_unknown if {
	verdict := system_ledger_updated.judge({"id": "juki"}, check)
	verdict == {"status": "unknown", "reason": "missing", "facts": {"fields": ["ledger_updated_on"]}}
}

test_future_date_is_unknown if {
	judge("2016-04-01") == {
		"status": "unknown",
		"reason": "future",
		"facts": {"field": "ledger_updated_on", "date": "2016-04-01"},
	}
}

test_no_entry_fails if judge(null) == {"status": "fail", "reason": "unlisted", "facts": {}}

test_updated_too_long_ago_fails if {
	judge("2015-03-30") == {
		"status": "fail",
		"reason": "stale",
		"facts": {"ledger_updated_on": "2015-03-30"},
	}
}

test_no_verdict_without_the_period if {
	not system_ledger_updated.judge({"id": "juki", "ledger_updated_on": "2015-03-30"}, {"as_of": "2016-03-31"})
}
