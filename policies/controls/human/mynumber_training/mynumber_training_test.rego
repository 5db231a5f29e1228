package policycheck.controls.human.mynumber_training_test

import data.policycheck.controls.human.mynumber_training

judge_share(share, change) := mynumber_training.judge(department, {"parameters": {"share": share}}) if {
	department := object.union({"id": "市民課", "mynumber_handlers": 20, "mynumber_training_attended": 20}, change)
}

judge(change) := judge_share(100, change)

test_all_trained_passes if judge({}) == "pass"

test_share_reached_exactly_passes if {
	judge_share(75, {"mynumber_training_attended": 15}) == "pass"
	judge_share(0, {"mynumber_training_attended": 0}) == "pass"
}

test_no_handlers_is_not_applicable if {
	verdict := judge({"mynumber_handlers": 0, "mynumber_training_attended": 0})
	verdict == {"status": "not_applicable", "reason": "no_handlers", "facts": {}}
	mynumber_training.judge({"id": "市民課", "mynumber_handlers": 0}, {}).reason == "no_handlers"
}

test_missing_fields_are_unknown if {
	verdict := mynumber_training.judge({"id": "市民課"}, {})
	verdict.status == "unknown"
	verdict.facts.fields == ["mynumber_handlers", "mynumber_training_attended"]
	attended_alone := mynumber_training.judge({"id": "市民課", "mynumber_training_attended": 3}, {})
	attended_alone.facts.fields == ["mynumber_handlers"]
	handlers_alone := mynumber_training.judge({"id": "市民課", "mynumber_handlers": 3}, {})
	handlers_alone.facts.fields == ["mynumber_training_attended"]
}

test_more_than_there_are_is_unknown if {
	judge({"mynumber_training_attended": 21}) == {
		"status": "unknown",
		"reason": "impossible",
		"facts": {"mynumber_training_attended": 21, "mynumber_handlers": 20},
	}
	judge({"mynumber_handlers": 0, "mynumber_training_attended": 1}).reason == "impossible"
}

test_too_few_trained_fails if {
	judge({"mynumber_training_attended": 19}) == {
		"status": "fail",
		"reason": "too_few",
		"facts": {"mynumber_training_attended": 19, "mynumber_handlers": 20},
	}
	judge_share(75, {"mynumber_training_attended": 14}).reason == "too_few"
	judge_share(1, {"mynumber_training_attended": 0}).reason == "too_few"
}

test_no_verdict_without_the_share if {
	not mynumber_training.judge({"id": "市民課", "mynumber_handlers": 1, "mynumber_training_attended": 1}, {})
}
