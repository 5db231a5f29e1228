package policycheck.controls.technical.access_log_analysed_test

import data.policycheck.controls.technical.access_log_analysed

parameters := {"period": {"value": "P1M", "since": "2016-02-29"}, "networks": ["mynumber", "core"]}

check := {"as_of": "2016-03-29", "parameters": parameters}

core := {"id": "juki", "network": "core", "log_analysed_on": "2016-03-10"}

judge(change) := access_log_analysed.judge(object.union(core, change), check)

missing(system) := fields if {
	verdict := access_log_analysed.judge(system, check)
	verdict.status == "unknown"
	verdict.reason == "missing"
	fields := verdict.facts.fields
}

test_analysed_within_period_passes if {
	judge({}) == "pass"
	judge({"network": "mynumber"}) == "pass"
	judge({"log_analysed_on": "2016-02-29"}) == "pass"
	judge({"log_analysed_on": "2016-03-29"}) == "pass"
}

test_other_network_is_not_applicable if {
	verdict := access_log_analysed.judge({"id": "bunsho", "network": "lgwan"}, check)
	verdict == {"status": "not_applicable", "reason": "not_core", "facts": {"network": "lgwan"}}
	judge({"network": "office", "log_analysed_on": null}).reason == "not_core"
}

test_missing_fields_are_unknown if {
	missing({"id": "juki"}) == ["network", "log_analysed_on"]
	missing({"id": "juki", "network": "core"}) == ["log_analysed_on"]
	missing({"id": "juki", "log_analysed_on": "2016-03-10"}) == ["network"]
	missing({"id": "juki", "log_analysed_on": null}) == ["network"]
}

test_future_date_is_unknown if {
	judge({"log_analysed_on": "2016-03-30"}) == {
		"status": "unknown",
		"reason": "future",
		"facts": {"field": "log_analysed_on", "date": "2016-03-30"},
	}
}

test_never_analysed_fails if {
	judge({"log_analysed_on": null}) == {"status": "fail", "reason": "never", "facts": {}}
}

test_analysed_too_long_ago_fails if {
	judge({"log_analysed_on": "2016-02-28"}) == {
		"status": "fail",
		"reason": "stale",
		"facts": {"log_analysed_on": "2016-02-28"},
	}
}

test_no_verdict_without_a_parameter if {
	not access_log_analysed.judge(core, {"as_of": "2016-03-29"})
	every name in ["period", "networks"] {
		without := object.remove(parameters, [name])
		not access_log_analysed.judge(core, {"as_of": "2016-03-29", "parameters": without})
	}
	others_only := object.remove(parameters, ["networks"])
	not access_log_analysed.judge({"id": "bunsho", "network": "lgwan"}, {"parameters": others_only}).reason == "not_core"
}
