package policycheck.controls.evaluation.outside_audit_test

import data.policycheck.controls.evaluation.outside_audit

check := {"as_of": "2026-11-20", "parameters": {"period": {"value": "P1Y", "since": "2025-11-20"}}}

audited := {"id": "honcho", "model": "beta", "audited_on": "2026-02-10", "audit_reported_on": "2026-03-25"}

judge(change) := outside_audit.judge(object.union(audited, change), check)

judge_without(names) := outside_audit.judge(object.remove(audited, names), check)

lacking(fields) := {"status": "unknown", "reason": "missing", "facts": {"fields": fields}}

future(field) := {"status": "unknown", "reason": "future", "facts": {"field": field, "date": "2026-11-21"}}

test_audit_and_report_pass if {
	judge({}) == "pass"
	judge({"model": "beta_prime"}) == "pass"
	judge({"model": "alpha_prime"}) == "pass"
}

test_first_and_last_day_pass if {
	judge({"audited_on": "2025-11-20"}) == "pass"
	judge({"audited_on": "2025-11-20", "audit_reported_on": "2025-11-20"}) == "pass"
	judge({"audited_on": "2026-11-20", "audit_reported_on": "2026-11-20"}) == "pass"
}

test_alpha_is_not_applicable if {
	outside_audit.judge({"id": "honcho", "model": "alpha"}, check) == {
		"status": "not_applicable",
		"reason": "alpha",
		"facts": {},
	}
	judge({"model": "alpha", "audited_on": null}).status == "not_applicable"
}

test_missing_fields_are_unknown if {
	outside_audit.judge({"id": "honcho"}, check) == lacking(["model", "audited_on", "audit_reported_on"])
	judge_without(["model"]) == lacking(["model"])
	judge_without(["audited_on"]) == lacking(["audited_on"])
	judge_without(["audit_reported_on"]) == lacking(["audit_reported_on"])
	outside_audit.judge({"id": "honcho", "audited_on": null}, check) == lacking(["model", "audit_reported_on"])
}

test_future_dates_are_unknown if {
	judge({"audited_on": "2026-11-21"}) == future("audited_on")
	judge({"audit_reported_on": "2026-11-21"}) == future("audit_reported_on")
	judge({"audited_on": "2026-11-21", "audit_reported_on": null}) == future("audited_on")
}

test_never_audited_fails if {
	judge({"audited_on": null}) == {"status": "fail", "reason": "never", "facts": {}}
	judge({"audited_on": null, "audit_reported_on": null}).reason == "never"
	judge({"audited_on": null, "audit_reported_on": "2026-11-21"}).reason == "never"
	outside_audit.judge({"id": "honcho", "model": "beta", "audited_on": null}, check).reason == "never"
}

test_audited_too_long_ago_fails if {
	judge({"audited_on": "2025-11-19"}) == {
		"status": "fail",
		"reason": "stale",
		"facts": {"audited_on": "2025-11-19"},
	}
	judge({"audited_on": "2025-11-19", "audit_reported_on": null}).reason == "stale"
}

test_unreported_audit_fails if {
	judge({"audit_reported_on": null}) == {
		"status": "fail",
		"reason": "unreported",
		"facts": {"audited_on": "2026-02-10"},
	}
}

test_report_before_the_audit_is_unknown if {
	judge({"audit_reported_on": "2026-02-09"}) == {
		"status": "unknown",
		"reason": "earlier_report",
		"facts": {"audited_on": "2026-02-10", "audit_reported_on": "2026-02-09"},
	}
	judge({"audit_reported_on": "2026-02-10"}) == "pass"
	judge({"audited_on": "2025-11-19", "audit_reported_on": "2025-11-18"}).reason == "earlier_report"
}

test_no_verdict_without_the_period if not outside_audit.judge(audited, {"as_of": "2026-11-20"})
