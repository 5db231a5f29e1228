# METADATA
# title: 再委託を承諾し、再委託先への監督を確かめている
# description: >-
#   The body consented to every subcontractor, and the contractor's supervision of each is checked. A date of null says
#   that it did not consent; an empty list, that there is no subcontractor.
# custom:
#   title_en: Every subcontractor consented to, and its supervision checked
#   kind: contract
#   severity: high
#   guideline: [8]
#   measure: 7
#   source: 荒川区 情報セキュリティ監査報告書 (2017-01), 9(1)ウ
#   deciding: [subcontractors]
#   messages:
#     none:
#       ja: 再委託先はありません。
#       en: There is no subcontractor.
#     incomplete:
#       ja: 承諾日か監督の有無が台帳にない再委託先があります（{subcontractors}）。
#       en: "The day of the consent or the supervision is left out for these subcontractors: {subcontractors}."
#     unconsented:
#       ja: 承諾していない再委託先があります（{subcontractors}）。
#       en: "No consent was given to these subcontractors: {subcontractors}."
#     unsupervised:
#       ja: 委託先による監督を確かめていない再委託先があります（{subcontractors}）。
#       en: "The contractor's supervision of these subcontractors is not checked: {subcontractors}."
#   remediation:
#     ja: 承諾していない再委託は内容を審査して承諾の可否を決め、委託先に監督の状況を報告させて確かめてください。
#     en: Examine what was passed on without consent, decide on it, and have the contractor report how it supervises.
package policycheck.controls.outsourcing.subcontractors_consented

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

judge(contract, check) := verdict.not_applicable("none", {}) if contract.subcontractors == []

else := verdict.missing(contract, ["subcontractors"]) if fields.lacks(contract, ["subcontractors"])

else := verdict.unknown("incomplete", {"subcontractors": names}) if {
	names := [each.name | some each in contract.subcontractors; fields.lacks(each, ["consented_on", "supervised"])]
	names != []
}

else := verdict.future("subcontractors.consented_on", dates[0]) if {
	dates := [each.consented_on | some each in contract.subcontractors; each.consented_on > check.as_of]
}

else := verdict.fail("unconsented", {"subcontractors": names}) if {
	names := [each.name | some each in contract.subcontractors; each.consented_on == null]
	names != []
}

else := verdict.fail("unsupervised", {"subcontractors": names}) if {
	names := [each.name | some each in contract.subcontractors; each.supervised == false]
	names != []
}

else := "pass" if {
	every each in contract.subcontractors {
		each.consented_on != null
		each.consented_on <= check.as_of
		each.supervised == true
	}
}
