package policycheck.controls.assets.system_ledger_scope_test

import data.policycheck.controls.assets.system_ledger_scope

judge(fields) := system_ledger_scope.judge(object.union({"id": "juki"}, fields), {})

test_both_stated_passes if {
	judge({"ledger_type": "information_system", "ledger_owner": "own"}) == "pass"
	judge({"ledger_type": "dedicated_pc", "ledger_owner": "state"}) == "pass"
}

test_missing_fields_are_unknown if {
	verdict := judge({})
	verdict == {"status": "unknown", "reason": "missing", "facts": {"fields": ["ledger_type", "ledger_owner"]}}
	judge({"ledger_type": null}) == {"status": "unknown", "reason": "missing", "facts": {"fields": ["ledger_owner"]}}
	judge({"ledger_owner": "own"}).facts.fields == ["ledger_type"]
}

test_unstated_fails if {
	judge({"ledger_type": null, "ledger_owner": "own"}) == {
		"status": "fail",
		"reason": "unstated",
		"facts": {"fields": ["ledger_type"]},
	}
	judge({"ledger_type": "information_system", "ledger_owner": null}).facts.fields == ["ledger_owner"]
	judge({"ledger_type": null, "ledger_owner": null}).facts.fields == ["ledger_type", "ledger_owner"]
}
