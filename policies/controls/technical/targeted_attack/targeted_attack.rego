# METADATA
# title: 標的型攻撃への対策がそろっている
# description: >-
#   All four measures against targeted attack are taken: the users of the system are trained, media start nothing by
#   themselves, an intruder inside is noticed early, and traffic is checked.
# custom:
#   title_en: Every measure against targeted attack is taken
#   kind: system
#   severity: high
#   guideline: [6]
#   measure: 5
#   source: 神戸市 行政監査の措置 (2016-03), 7.5.7
#   deciding:
#     - targeted_attack.training
#     - targeted_attack.autorun_disabled
#     - targeted_attack.internal_detection
#     - targeted_attack.traffic_inspected
#   messages:
#     incomplete:
#       ja: 標的型攻撃への対策のうち、とられていないものがあります：{fields}
#       en: "Measures against targeted attack that are not taken: {fields}."
#   remediation:
#     ja: とられていない対策を、担当者と期限を決めて実施してください。
#     en: Carry out the measures that are not taken, settling who does each and by when.
package policycheck.controls.technical.targeted_attack

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

judge(system, _) := verdict.lacking(unstated(system)) if unstated(system) != []

else := verdict.fail("incomplete", {"fields": untaken(system)}) if untaken(system) != []

else := "pass" if {
	every measure in measures { system.targeted_attack[measure] == true }
}

measures := ["training", "autorun_disabled", "internal_detection", "traffic_inspected"]

unstated(system) := [concat(".", ["targeted_attack", measure]) |
	some measure in measures
	fields.lacks_nested(system, "targeted_attack", measure)
]

untaken(system) := [concat(".", ["targeted_attack", measure]) |
	some measure in measures
	system.targeted_attack[measure] == false
]
