package policycheck.controls.physical.core_server_room_test

import data.policycheck.controls.physical.core_server_room

check := {
	"parameters": {"networks": ["mynumber", "core"]},
	"index": {"systems": {
		"juki": {"network": "mynumber"},
		"seiho": {"network": "core"},
		"bunsho": {"network": "lgwan"},
		"koho": {},
	}},
}

judge(system, location) := core_server_room.judge({"id": "S-1", "system": system, "location": location}, check)

lacking(field) := {"status": "unknown", "reason": "missing", "facts": {"fields": [field]}}

test_restricted_entry_passes if {
	judge("juki", {"restricted_entry": true}) == "pass"
	judge("seiho", {"restricted_entry": true}) == "pass"
}

test_other_network_is_not_applicable if {
	judge("bunsho", {}) == {"status": "not_applicable", "reason": "not_core", "facts": {"network": "lgwan"}}
}

test_missing_system_is_unknown if {
	verdict := core_server_room.judge({"id": "S-1", "location": {"restricted_entry": true}}, check)
	verdict == lacking("system")
}

test_system_outside_the_inventory_is_unknown if {
	judge("zeimu", {"restricted_entry": true}) == {
		"status": "unknown",
		"reason": "system_not_found",
		"facts": {"system": "zeimu"},
	}
}

test_missing_network_is_unknown if judge("koho", {"restricted_entry": true}) == lacking("system.network")

test_missing_entry_is_unknown if {
	judge("juki", {"room": "電算室"}) == lacking("location.restricted_entry")
	core_server_room.judge({"id": "S-1", "system": "juki"}, check) == lacking("location.restricted_entry")
}

test_accessible_fails if {
	judge("juki", {"restricted_entry": false}) == {
		"status": "fail",
		"reason": "accessible",
		"facts": {"network": "mynumber"},
	}
}

test_unknown_without_the_index if {
	server := {"id": "S-1", "system": "juki", "location": {"restricted_entry": true}}
	core_server_room.judge(server, {"parameters": check.parameters}).status == "unknown"
}

test_no_verdict_without_the_parameter if {
	server := {"id": "S-1", "system": "bunsho", "location": {"restricted_entry": true}}
	not core_server_room.judge(server, {"index": check.index})
}
