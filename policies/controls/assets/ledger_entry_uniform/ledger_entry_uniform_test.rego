package policycheck.controls.assets.ledger_entry_uniform_test

import data.policycheck.controls.assets.ledger_entry_uniform

check := {"parameters": {"importance": ["3B", "2"], "media": ["紙", "サーバ"], "disposals": ["溶解", "データ消去"]}}

entry := {"id": "A-1", "importance": "3B", "medium": "紙", "storage": "書庫", "disposal": "溶解"}

judge(change) := ledger_entry_uniform.judge(object.union(entry, change), check)

test_filled_in_the_vocabulary_passes if {
	judge({}) == "pass"
	judge({"medium": "サーバ", "disposal": "データ消去", "storage": "2階のサーバ室"}) == "pass"
}

test_missing_fields_are_unknown if {
	verdict := ledger_entry_uniform.judge({"id": "A-1"}, check)
	verdict.status == "unknown"
	verdict.reason == "missing"
	verdict.facts.fields == ["importance", "medium", "storage", "disposal"]
}

test_each_missing_field_is_unknown if {
	every name in ["importance", "medium", "storage", "disposal"] {
		rest := {key: value | some key, value in entry; key != name}
		verdict := ledger_entry_uniform.judge(rest, check)
		verdict == {"status": "unknown", "reason": "missing", "facts": {"fields": [name]}}
	}
}

test_blank_fails if {
	judge({"storage": null}) == {"status": "fail", "reason": "blank", "facts": {"fields": ["storage"]}}
	judge({"disposal": null, "importance": null}).facts.fields == ["importance", "disposal"]
	judge({"disposal": null, "medium": "書類"}).reason == "blank"
}

test_other_words_fail if {
	judge({"importance": "重要"}) == {"status": "fail", "reason": "wording", "facts": {"words": ["重要"]}}
	judge({"importance": "３Ｂ", "medium": "サーバー", "disposal": "廃棄"}).facts.words == ["３Ｂ", "サーバー", "廃棄"]
}

test_no_verdict_without_a_vocabulary if {
	every name in ["importance", "media", "disposals"] {
		vocabularies := {key: words | some key, words in check.parameters; key != name}
		not ledger_entry_uniform.judge(entry, {"parameters": vocabularies})
	}
}
