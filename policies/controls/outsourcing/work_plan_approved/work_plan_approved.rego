# METADATA
# title: 仕様書の全項目を定めた業務計画書が業務開始日までに承認されている
# description: >-
#   The work plan lays down every item that the specification demands, and the department approved it no later than the
#   day on which the work begins. While that day lies ahead, a plan that leaves items out or is not approved is
#   unknown. A date of null says that it was not approved.
# custom:
#   title_en: Work plan covers the specification and was approved by the day on which the work begins
#   kind: contract
#   severity: medium
#   guideline: [8]
#   measure: 7
#   source: 大阪市 監査委員監査結果報告 (2024-03-27), 2(3)
#   deciding: [specification_items, work_plan_items, work_plan_approved_on, starts_on]
#   messages:
#     nothing_specified:
#       ja: 仕様書には、業務計画書で定めるべき項目がありません。
#       en: The specification demands nothing of a work plan.
#     not_due:
#       ja: 業務計画書はまだ整っていませんが、期限の業務開始日（{starts_on}）が来ていません。
#       en: The work plan is not complete and approved yet; it is due by {starts_on}, the day on which the work begins.
#     uncovered:
#       ja: 業務計画書に定められていない仕様書の項目があります（{items}）。
#       en: "The work plan leaves out these items of the specification: {items}."
#     never:
#       ja: 業務計画書が承認されていません。
#       en: The work plan was not approved.
#     late:
#       ja: 業務計画書の承認（{work_plan_approved_on}）が、業務開始日（{starts_on}）より後になっています。
#       en: The work plan was approved on {work_plan_approved_on}, after the work began on {starts_on}.
#   remediation:
#     ja: 足りない項目を業務計画書に加えさせて承認し、承認日を台帳に記録してください。今後は業務開始日までに承認してください。
#     en: Have the missing items added, approve the plan and record the date; from now on approve it before work begins.
package policycheck.controls.outsourcing.work_plan_approved

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["specification_items", "work_plan_items", "work_plan_approved_on", "starts_on"]

judge(contract, check) := verdict.not_applicable("nothing_specified", {}) if contract.specification_items == []

else := verdict.missing(contract, deciding) if fields.lacks(contract, deciding)

else := verdict.future("work_plan_approved_on", contract.work_plan_approved_on) if {
	contract.work_plan_approved_on > check.as_of
}

else := verdict.unknown("not_due", {"starts_on": contract.starts_on}) if {
	contract.starts_on > check.as_of
	unfinished(contract)
}

else := verdict.fail("uncovered", {"items": uncovered(contract)}) if uncovered(contract) != []

else := verdict.fail("never", {}) if contract.work_plan_approved_on == null

else := verdict.fail("late", {"work_plan_approved_on": approved, "starts_on": contract.starts_on}) if {
	approved := contract.work_plan_approved_on
	approved > contract.starts_on
}

else := "pass" if {
	contract.work_plan_approved_on <= contract.starts_on
	uncovered(contract) == []
}

unfinished(contract) if uncovered(contract) != []

unfinished(contract) if contract.work_plan_approved_on == null

uncovered(contract) := [item |
	some item in contract.specification_items
	not item in contract.work_plan_items
]
