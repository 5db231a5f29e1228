package policycheck.controls.technical.user_id_unique_test

import data.policycheck.controls.technical.user_id_unique

check := {"index": {"same_name": {
	"U-1": {"count": 2, "others": ["U-2", "U-3"], "doubtful": ["U-5"]},
	"U-6": {"count": 0, "others": [], "doubtful": ["U-5"]},
}}}

active := {"id": "U-1", "status": "active", "system": "yoyaku", "account": "madoguchi"}

judge(change) := user_id_unique.judge(object.union(active, change), check)

test_only_one_of_its_name_passes if {
	judge({"id": "U-4"}) == "pass"
	user_id_unique.judge(active, {"index": {"same_name": {}}}) == "pass"
}

test_disabled_is_not_applicable if {
	judge({"status": "disabled"}) == {"status": "not_applicable", "reason": "disabled", "facts": {}}
}

test_missing_fields_are_unknown if {
	verdict := user_id_unique.judge({"id": "U-1", "site": "中央会館"}, check)
	verdict.status == "unknown"
	verdict.facts.fields == ["status", "system", "account"]
}

test_name_of_another_whose_site_is_unknown_is_unknown if {
	judge({"id": "U-6"}) == {
		"status": "unknown",
		"reason": "doubtful",
		"facts": {"account": "madoguchi", "others": ["U-5"]},
	}
}

test_same_name_fails if {
	judge({}) == {
		"status": "fail",
		"reason": "same_name",
		"facts": {"account": "madoguchi", "count": 2, "others": ["U-2", "U-3"]},
	}
}

test_no_verdict_without_the_index if {
	not user_id_unique.judge(active, {"index": {}})
	not user_id_unique.judge(active, {})
	not user_id_unique.judge(active, {"index": {"same_name": {"U-1": {"others": ["U-2"]}}}})
}
