package policycheck.controls.technical.access_log_prescribed_test

import data.policycheck.controls.technical.access_log_prescribed

judge(log_analysis) := access_log_prescribed.judge({"id": "yoyaku", "log_analysis": log_analysis}, {})

lacking(names) := {"status": "unknown", "reason": "missing", "facts": {"fields": names}}

test_done_by_whom_the_procedures_name_passes if {
	judge({"prescribed": "システム管理者", "actual": "システム管理者"}) == "pass"
}

test_missing_fields_are_unknown if {
	both := ["log_analysis.prescribed", "log_analysis.actual"]
	access_log_prescribed.judge({"id": "yoyaku"}, {}) == lacking(both)
	judge({}) == lacking(both)
	judge({"actual": "運用業者"}) == lacking(["log_analysis.prescribed"])
	judge({"prescribed": "運用業者"}) == lacking(["log_analysis.actual"])
}

test_done_by_another_fails if {
	judge({"prescribed": "システム管理者", "actual": "運用業者"}) == {
		"status": "fail",
		"reason": "different",
		"facts": {"prescribed": "システム管理者", "actual": "運用業者"},
	}
}

test_nearly_the_same_name_fails if {
	judge({"prescribed": "システム管理者", "actual": "システム管理者補佐"}).status == "fail"
}
