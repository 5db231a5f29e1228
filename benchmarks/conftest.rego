# METADATA
# description: >-
#   What conftest needs to judge by the policies of policycheck: an entry for each verdict that someone must act on, and
#   one with the counts. A single rule, because conftest asks for each rule anew.
package main

violation contains {"msg": verdict.reason, "status": verdict.status, "check": [control, number, place]} if {
	some control, checks in data.policycheck.verdicts
	some number, verdicts in checks
	some place, verdict in verdicts
	verdict.status in {"fail", "unknown"}
}

violation contains {"msg": "counts", "counts": counts} if {
	judged := [verdict | some checks in data.policycheck.verdicts; some verdicts in checks; some verdict in verdicts]
	counts := {
		"pass": count([verdict | some verdict in judged; verdict == "pass"]),
		"fail": count([verdict | some verdict in judged; verdict.status == "fail"]),
		"unknown": count([verdict | some verdict in judged; verdict.status == "unknown"]),
		"not_applicable": count([verdict | some verdict in judged; verdict.status == "not_applicable"]),
	}
}
