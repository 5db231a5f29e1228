package policycheck.controls.organisation.document_topics_test

import data.policycheck.controls.organisation.document_topics

check := {"parameters": {"types": ["security_standard"], "topics": ["組織体制", "運用"]}}

judge(fields) := document_topics.judge(object.union({"id": "D-1"}, fields), check)

test_every_topic_passes if {
	judge({"type": "security_standard", "topics": ["組織体制", "運用"]}) == "pass"
	judge({"type": "security_standard", "topics": ["運用", "例外措置", "組織体制"]}) == "pass"
}

test_other_type_is_not_applicable if {
	judge({"type": "procedures", "topics": []}) == {"status": "not_applicable", "reason": "other_type", "facts": {}}
	judge({"type": "procedures"}).reason == "other_type"
}

test_missing_fields_are_unknown if {
	verdict := judge({})
	verdict == {"status": "unknown", "reason": "missing", "facts": {"fields": ["type", "topics"]}}
	judge({"type": "security_standard"}).facts.fields == ["topics"]
	judge({"topics": ["組織体制", "運用"]}).facts.fields == ["type"]
}

test_absent_topics_fail if {
	judge({"type": "security_standard", "topics": ["運用", "組織"]}) == {
		"status": "fail",
		"reason": "incomplete",
		"facts": {"absent": ["組織体制"]},
	}
	judge({"type": "security_standard", "topics": []}).facts.absent == ["組織体制", "運用"]
}

test_no_verdict_without_the_parameters if {
	document := {"id": "D-1", "type": "security_standard", "topics": ["組織体制", "運用"]}
	not document_topics.judge(document, {"parameters": {"types": ["security_standard"]}})
	not document_topics.judge(document, {"parameters": {"topics": ["組織体制"]}})
}
