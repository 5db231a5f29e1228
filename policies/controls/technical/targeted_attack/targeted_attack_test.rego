package policycheck.controls.technical.targeted_attack_test

import data.policycheck.controls.technical.targeted_attack

measures := {
	"training": true,
	"autorun_disabled": true,
	"internal_detection": true,
	"traffic_inspected": true,
}

judge(taken) := targeted_attack.judge({"id": "groupware", "targeted_attack": taken}, {})

lacking(names) := {"status": "unknown", "reason": "missing", "facts": {"fields": names}}

incomplete(names) := {"status": "fail", "reason": "incomplete", "facts": {"fields": names}}

test_every_measure_passes if judge(measures) == "pass"

test_missing_measures_are_unknown if {
	all_four := [
		"targeted_attack.training",
		"targeted_attack.autorun_disabled",
		"targeted_attack.internal_detection",
		"targeted_attack.traffic_inspected",
	]
	targeted_attack.judge({"id": "groupware"}, {}) == lacking(all_four)
	judge({}) == lacking(all_four)
	every measure, _ in measures {
		judge(object.remove(measures, [measure])) == lacking([concat(".", ["targeted_attack", measure])])
	}
}

test_missing_comes_before_untaken if {
	verdict := judge({"training": false, "autorun_disabled": true, "traffic_inspected": false})
	verdict == lacking(["targeted_attack.internal_detection"])
}

test_untaken_measures_fail if {
	every measure, _ in measures {
		verdict := judge(object.union(measures, {measure: false}))
		verdict == incomplete([concat(".", ["targeted_attack", measure])])
	}
}

test_untaken_measures_are_listed_in_order if {
	verdict := judge(object.union(measures, {"traffic_inspected": false, "training": false}))
	verdict == incomplete(["targeted_attack.training", "targeted_attack.traffic_inspected"])
}
