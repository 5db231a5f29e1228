# METADATA
# title: SLAの全項目が定期的に報告されている
# description: >-
#   The last report came within the period, and the periodic report covers every item of the agreed service level. A
#   date of null says that there was no report; an empty list of items, that no service level was agreed.
# custom:
#   title_en: Every item of the service level reported within the period
#   kind: contract
#   severity: medium
#   guideline: [8]
#   measure: 7
#   source: 大阪市 監査委員監査結果報告 (2024-03-27), 1(4)
#   deciding: [sla_items, report_items, reported_on]
#   parameters:
#     period:
#       type: duration
#       default: P1M
#       ja: 定期報告の周期
#       en: Period of the report
#   messages:
#     no_sla:
#       ja: SLAの項目はありません。
#       en: No items of a service level were agreed.
#     never:
#       ja: 定期報告の記録がありません（周期は{period}）。
#       en: "No report is on record (period: {period})."
#     stale:
#       ja: 最後の定期報告は{reported_on}で、周期の{period}を過ぎています。
#       en: Last reported on {reported_on}, longer ago than the period of {period}.
#     uncovered:
#       ja: 定期報告に含まれていないSLAの項目があります（{items}）。
#       en: "The periodic report leaves out these items of the agreed service level: {items}."
#   remediation:
#     ja: 委託先にSLAの全項目を定期的に報告させ、内容を確かめて、報告日を台帳に記録してください。
#     en: Have the contractor report every item of the service level regularly, check the report, and record its date.
package policycheck.controls.outsourcing.sla_reported

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["sla_items", "report_items", "reported_on"]

judge(contract, check) := verdict.not_applicable("no_sla", {}) if contract.sla_items == []

else := verdict.missing(contract, deciding) if fields.lacks(contract, deciding)

else := verdict.future("reported_on", contract.reported_on) if contract.reported_on > check.as_of

else := verdict.fail("never", {}) if contract.reported_on == null

else := verdict.fail("stale", {"reported_on": contract.reported_on}) if {
	contract.reported_on < check.parameters.period.since
}

else := verdict.fail("uncovered", {"items": uncovered}) if {
	uncovered := [item | some item in contract.sla_items; not item in contract.report_items]
	uncovered != []
}

else := "pass" if {
	contract.reported_on >= check.parameters.period.since
	every item in contract.sla_items { item in contract.report_items }
}
