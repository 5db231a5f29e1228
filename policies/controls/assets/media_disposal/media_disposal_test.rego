package policycheck.controls.assets.media_disposal_test

import data.policycheck.controls.assets.media_disposal

check := {"as_of": "2026-11-20"}

judge(fields) := media_disposal.judge(object.union({"id": "H-1"}, fields), check)

residents(fields) := judge(object.union({"residents_data": true, "network": "mynumber"}, fields))

plain(type, method) := judge({"residents_data": false, "classification": "2", "type": type, "method": method})

lacking(names) := {"status": "unknown", "reason": "missing", "facts": {"fields": names}}

failing(reason) := {"status": "fail", "reason": reason, "facts": {}}

undecided(reason) := {"status": "unknown", "reason": reason, "facts": {}}

test_low_class_is_not_applicable if {
	verdict := judge({"classification": "1", "residents_data": false})
	verdict == {"status": "not_applicable", "reason": "low_class", "facts": {}}
	judge({"classification": "1", "residents_data": true, "method": "none", "network": "lgwan"}) == failing("readable")
}

test_residents_data_destroyed_and_not_reused_passes if {
	residents({"method": "physical_destruction", "reused": false}) == "pass"
	residents({"method": "physical_destruction", "reused": false, "disposed_on": "2026-11-20"}) == "pass"
	residents({"method": "physical_destruction", "reused": false, "disposed_on": "2024-03-29"}) == "pass"
}

test_residents_data_not_destroyed_fails_before_the_revision if {
	every method in ["crypto_erase", "secure_erase", "sanitise", "degauss", "other"] {
		residents({"method": method, "disposed_on": "2026-03-26"}) == failing("residents")
	}
}

test_residents_data_not_destroyed_fails_whatever_the_type if {
	residents({"method": "degauss", "type": "ssd", "disposed_on": "2026-03-26"}) == failing("residents")
	residents({"method": "sanitise", "type": "usb", "disposed_on": "2026-03-26"}) == failing("residents")
}

test_residents_data_not_destroyed_is_unknown_since_the_revision if {
	every method in ["crypto_erase", "secure_erase", "sanitise", "degauss", "other"] {
		residents({"method": method, "disposed_on": "2026-03-27"}) == undecided("terms_not_known")
	}
}

test_destroyed_and_reused_is_unknown if {
	contradiction := {"method": "physical_destruction", "reused": true}
	every type in ["hdd", "ssd", "usb", "optical"] {
		judge(object.union(contradiction, {
			"residents_data": false,
			"classification": "2",
			"type": type,
		})) == undecided("destroyed_and_reused")
	}
	every day in ["2026-03-26", "2026-03-27"] {
		residents(object.union(contradiction, {"disposed_on": day})) == undecided("destroyed_and_reused")
	}
}

test_destroyed_and_reused_is_unknown_without_the_rest if {
	contradiction := {"residents_data": true, "method": "physical_destruction", "reused": true}
	judge(contradiction) == undecided("destroyed_and_reused")
}

test_destroyed_and_reused_of_a_low_class_is_not_applicable if {
	low := {"classification": "1", "residents_data": false, "method": "physical_destruction", "reused": true}
	judge(low).reason == "low_class"
}

test_readable_residents_data_fails_at_any_time if {
	every method in ["none", "format"] {
		residents({"method": method}) == failing("readable")
		residents({"method": method, "disposed_on": "2026-03-26"}) == failing("readable")
		residents({"method": method, "disposed_on": "2026-03-27"}) == failing("readable")
	}
}

test_erased_drive_passes if {
	every type in ["hdd", "ssd"] {
		every method in ["crypto_erase", "secure_erase", "sanitise"] {
			plain(type, method) == "pass"
		}
	}
}

test_degaussed_hdd_passes if plain("hdd", "degauss") == "pass"

test_erased_drive_may_be_reused if {
	drive := {"residents_data": false, "classification": "3A", "type": "ssd", "method": "sanitise", "reused": true}
	judge(drive) == "pass"
}

test_degaussed_ssd_fails if plain("ssd", "degauss") == failing("degaussed")

test_residents_data_elsewhere_is_judged_by_the_type if {
	elsewhere := {"residents_data": true, "network": "core", "disposed_on": "2026-03-26"}
	judge(object.union(elsewhere, {"type": "hdd", "method": "degauss"})) == "pass"
	judge(object.union(elsewhere, {"type": "ssd", "method": "degauss"})) == failing("degaussed")
	judge(object.union(elsewhere, {"type": "usb", "method": "sanitise"})) == failing("portable")
}

test_other_data_on_the_mynumber_tier_is_judged_by_the_type if {
	judge({
		"residents_data": false,
		"classification": "3C",
		"network": "mynumber",
		"type": "hdd",
		"method": "sanitise",
	}) == "pass"
}

test_media_destroyed_pass if {
	every type in ["hdd", "ssd", "usb", "optical"] {
		judge({
			"residents_data": false,
			"classification": "2",
			"type": type,
			"method": "physical_destruction",
			"reused": false,
		}) == "pass"
	}
}

test_portable_media_not_destroyed_fail if {
	every type in ["usb", "optical"] {
		every method in ["crypto_erase", "secure_erase", "sanitise", "degauss"] {
			plain(type, method) == failing("portable")
		}
	}
}

test_portable_media_reused_fail if {
	every method in ["other", "sanitise"] {
		judge({
			"residents_data": false,
			"classification": "2",
			"type": "usb",
			"method": method,
			"reused": true,
		}) == failing("portable")
	}
}

test_readable_fails_whatever_it_is if {
	every method in ["none", "format"] {
		plain("hdd", method) == failing("readable")
		judge({"residents_data": false, "classification": "3", "method": method}) == failing("readable")
	}
}

test_other_method_is_unknown if {
	plain("hdd", "other") == undecided("other_method")
	usb := {"residents_data": false, "classification": "2", "type": "usb", "method": "other", "reused": false}
	judge(usb) == undecided("other_method")
}

test_missing_fields_are_unknown if {
	judge({}) == lacking(["residents_data", "method"])
	judge({"classification": "1"}) == lacking(["residents_data", "method"])
	judge({"classification": "2", "residents_data": false}) == lacking(["method"])
	judge({"residents_data": false, "method": "none"}) == lacking(["classification"])
	judge({"residents_data": true, "method": "none"}) == lacking(["network"])
}

test_missing_reuse_or_day_is_unknown_for_residents_data if {
	residents({"method": "physical_destruction"}) == lacking(["reused"])
	residents({"method": "physical_destruction", "disposed_on": "2026-11-20"}) == lacking(["reused"])
	residents({"method": "sanitise", "reused": false}) == lacking(["disposed_on"])
}

test_missing_type_or_reuse_is_unknown_for_other_media if {
	judge({"residents_data": false, "classification": "2", "method": "sanitise"}) == lacking(["type"])
	judge({"residents_data": true, "network": "lgwan", "method": "degauss"}) == lacking(["type"])
	judge({"residents_data": false, "classification": "2", "method": "other"}) == lacking(["type"])
	plain("optical", "other") == lacking(["reused"])
}

test_missing_reuse_is_unknown_for_destroyed_media if {
	every type in ["hdd", "ssd", "usb", "optical"] { plain(type, "physical_destruction") == lacking(["reused"]) }
}

future := {"status": "unknown", "reason": "future", "facts": {"field": "disposed_on", "date": "2026-11-21"}}

test_future_day_is_unknown if {
	every method in ["none", "sanitise", "other"] {
		residents({"method": method, "disposed_on": "2026-11-21"}) == future
	}
}

test_future_destruction_is_unknown if {
	residents({"method": "physical_destruction", "reused": false, "disposed_on": "2026-11-21"}) == future
}
