package policycheck.controls.operation.power_failure_drill_test

import data.policycheck.controls.operation.power_failure_drill

check := {"as_of": "2024-10-06", "parameters": {"period": {"value": "P1Y", "since": "2023-10-06"}}}

automatic := {
	"id": "D-1",
	"held_on": "2023-10-07",
	"powered": true,
	"shutdown": {"method": "auto", "as_planned": true},
	"startup": {"method": "auto", "as_planned": true},
	"usable_on": "2023-10-07",
}

judge(change) := power_failure_drill.judge(object.union(automatic, change), check)

judge_without(name, change) := power_failure_drill.judge(
	object.union(object.remove(automatic, [name]), change),
	check,
)

lacking(names) := {"status": "unknown", "reason": "missing", "facts": {"fields": names}}

unconfirmed(names) := {"status": "unknown", "reason": "unconfirmed", "facts": {"fields": names}}

failed(reason) := {"status": "fail", "reason": reason, "facts": {}}

test_drill_as_planned_passes if {
	judge({}) == "pass"
	judge({"held_on": "2023-10-06", "usable_on": "2023-10-06"}) == "pass"
	judge({"held_on": "2024-10-06", "usable_on": "2024-10-06"}) == "pass"
}

test_automatic_drill_needs_no_documented_steps if judge({"manual_steps_documented": false}) == "pass"

test_documented_manual_steps_pass if {
	every method in ["partly_manual", "manual"] {
		judge({"shutdown": {"method": method}, "manual_steps_documented": true}) == "pass"
		judge({"startup": {"method": method}, "manual_steps_documented": true}) == "pass"
	}
}

test_method_is_not_needed_where_steps_are_documented if {
	judge_without("startup", {"startup": {"as_planned": true}, "manual_steps_documented": true}) == "pass"
}

test_unpowered_fails_whatever_else_is_left_out if {
	power_failure_drill.judge({"id": "D-1", "powered": false}, check) == failed("unpowered")
	judge({"powered": false}) == failed("unpowered")
	judge({"powered": false, "held_on": "2023-10-05", "usable_on": null}) == failed("unpowered")
}

test_missing_fields_are_unknown if {
	power_failure_drill.judge({"id": "D-1"}, check) == lacking(["held_on", "powered", "usable_on"])
	every name in ["held_on", "powered", "usable_on"] {
		judge_without(name, {}) == lacking([name])
	}
}

test_null_does_not_make_up_for_a_missing_field if {
	judge_without("held_on", {"usable_on": null}) == lacking(["held_on"])
}

test_future_drill_is_unknown if {
	future := {"status": "unknown", "reason": "future", "facts": {"field": "held_on", "date": "2024-10-07"}}
	judge({"held_on": "2024-10-07"}) == future
	judge({"held_on": "2024-10-07", "powered": false}) == future
}

test_future_use_is_unknown if {
	judge({"usable_on": "2024-10-07"}) == {
		"status": "unknown",
		"reason": "future",
		"facts": {"field": "usable_on", "date": "2024-10-07"},
	}
}

test_what_the_drill_could_not_confirm_is_unknown if {
	judge_without("shutdown", {"shutdown": {"method": "auto"}}) == unconfirmed(["shutdown.as_planned"])
	judge_without("startup", {"startup": {"method": "manual"}}) == unconfirmed(["startup.as_planned"])
	judge_without("startup", {}) == unconfirmed(["startup.as_planned"])
	judge_without("startup", {"shutdown": {"as_planned": false}}) == unconfirmed(["startup.as_planned"])
	power_failure_drill.judge(object.remove(automatic, ["shutdown", "startup"]), check) == unconfirmed([
		"shutdown.as_planned",
		"startup.as_planned",
	])
}

test_manual_steps_of_which_nothing_is_known_are_unknown if {
	every method in ["partly_manual", "manual"] {
		judge({"shutdown": {"method": method}}) == lacking(["manual_steps_documented"])
		judge({"startup": {"method": method}}) == lacking(["manual_steps_documented"])
	}
	manual := {"shutdown": {"method": "manual"}, "startup": {"as_planned": true}}
	judge_without("startup", manual) == lacking(["manual_steps_documented"])
}

test_missing_method_is_unknown_where_steps_are_not_documented if {
	startup := {"startup": {"as_planned": true}}
	judge_without("startup", startup) == lacking(["startup.method"])
	judge_without("startup", object.union(startup, {"manual_steps_documented": false})) == lacking(["startup.method"])
	unstated := {"shutdown": {"as_planned": true}, "startup": {"as_planned": true}}
	drill := object.union(object.remove(automatic, ["shutdown", "startup"]), unstated)
	power_failure_drill.judge(drill, check) == lacking(["shutdown.method", "startup.method"])
}

test_drill_too_long_ago_fails if {
	judge({"held_on": "2023-10-05", "usable_on": "2023-10-05"}) == {
		"status": "fail",
		"reason": "old",
		"facts": {"held_on": "2023-10-05"},
	}
}

test_shutdown_not_as_planned_fails if judge({"shutdown": {"as_planned": false}}) == failed("shutdown_failed")

test_start_not_as_planned_fails if judge({"startup": {"as_planned": false}}) == failed("startup_failed")

test_not_usable_again_fails if judge({"usable_on": null}) == failed("unusable")

test_usable_later_than_the_drill_fails if {
	judge({"usable_on": "2023-10-08"}) == {
		"status": "fail",
		"reason": "late",
		"facts": {"usable_on": "2023-10-08", "held_on": "2023-10-07"},
	}
}

test_undocumented_manual_steps_fail if {
	every phase in ["shutdown", "startup"] {
		judge({phase: {"method": "manual"}, "manual_steps_documented": false}) == failed("undocumented")
		judge({phase: {"method": "partly_manual"}, "manual_steps_documented": false}) == failed("undocumented")
	}
	half := {"shutdown": {"method": "manual"}, "startup": {"as_planned": true}, "manual_steps_documented": false}
	judge_without("startup", half) == failed("undocumented")
}

test_no_verdict_without_the_period if not power_failure_drill.judge(automatic, {"as_of": "2024-10-06"})

test_usable_before_the_drill_is_unknown if {
	judge({"usable_on": "2023-10-06"}) == {
		"status": "unknown",
		"reason": "early",
		"facts": {"usable_on": "2023-10-06", "held_on": "2023-10-07"},
	}
}
