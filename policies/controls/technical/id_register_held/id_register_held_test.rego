package policycheck.controls.technical.id_register_held_test

import data.policycheck.controls.technical.id_register_held

judge(system) := id_register_held.judge(object.union({"id": "yoyaku"}, system), {})

test_every_site_registered_passes if {
	judge({"sites": ["会館A", "会館B"], "id_register_sites": ["会館B", "会館A"]}) == "pass"
}

test_used_nowhere_is_not_applicable if judge({"sites": []}).reason == "unused"

test_missing_fields_are_unknown if {
	verdict := judge({})
	verdict.status == "unknown"
	verdict.facts.fields == ["sites", "id_register_sites"]
	judge({"sites": ["会館A"]}).facts.fields == ["id_register_sites"]
}

test_unregistered_site_fails if {
	judge({"sites": ["会館A", "会館B"], "id_register_sites": ["会館A"]}) == {
		"status": "fail",
		"reason": "unregistered",
		"facts": {"sites": ["会館B"]},
	}
	judge({"sites": ["会館A"], "id_register_sites": []}).facts.sites == ["会館A"]
}
