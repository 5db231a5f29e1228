# METADATA
# title: 緊急時の連絡体制図に実際の連絡先がすべて載っている
# description: >-
#   Every party that word of a failure or breach really passes through is named in the emergency contact chart of the
#   procedures. Where the list of those parties is empty, nobody has written down the chain, and the verdict is unknown.
# custom:
#   title_en: Emergency contact chart names every party of the real chain
#   kind: system
#   severity: medium
#   guideline: [7]
#   measure: 6
#   source: 大阪市 監査委員監査結果報告 (2024-03-27), 1(2)
#   deciding: [contact_chain, contact_chart]
#   messages:
#     no_chain:
#       ja: 実際の連絡経路が書き出されていないため、連絡体制図と照らし合わせることができません。
#       en: Nobody has written down the real chain, so that the contact chart cannot be compared with it.
#     left_out:
#       ja: 実際の連絡経路にありながら、連絡体制図に載っていない連絡先があります（{parties}）。
#       en: "Parties of the real chain that the contact chart leaves out: {parties}."
#   remediation:
#     ja: 障害や情報漏えいのときに実際に連絡する先を確かめ、連絡体制図を改めて、関係者に周知してください。
#     en: Find out who is really told of a failure or breach, correct the chart, and make it known to all concerned.
package policycheck.controls.operation.contact_chart_complete

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["contact_chain", "contact_chart"]

judge(system, _) := verdict.missing(system, deciding) if fields.lacks(system, deciding)

else := verdict.unknown("no_chain", {}) if system.contact_chain == []

else := verdict.fail("left_out", {"parties": left_out}) if {
	left_out := [party | some party in system.contact_chain; not party in system.contact_chart]
	left_out != []
}

else := "pass" if {
	every party in system.contact_chain { party in system.contact_chart }
}
