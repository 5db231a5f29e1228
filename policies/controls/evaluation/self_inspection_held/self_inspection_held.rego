# METADATA
# title: 情報セキュリティの自己点検が定期的に行われている
# description: >-
#   The department inspected itself within the period. A date of null says that it never did. The default period
#   of a year is our own.
# custom:
#   title_en: Self-inspection held within its period
#   kind: department
#   severity: medium
#   guideline: [9]
#   measure: 8
#   source: 大阪市 監査委員監査結果報告 (2024-03-27), 着眼点(3)イ
#   deciding: [self_inspected_on]
#   parameters:
#     period:
#       type: duration
#       default: P1Y
#       ja: 自己点検の周期
#       en: Period of the self-inspection
#   messages:
#     never:
#       ja: 自己点検の記録がありません（周期は{period}）。
#       en: "No self-inspection is on record (period: {period})."
#     stale:
#       ja: 最後の自己点検は{self_inspected_on}で、周期の{period}を過ぎています。
#       en: Last inspected on {self_inspected_on}, longer ago than the period of {period}.
#   remediation:
#     ja: 自己点検を行い、見つかった不備を改め、実施日を台帳に記録してください。
#     en: Carry out the self-inspection, correct what it finds, and record the date.
package policycheck.controls.evaluation.self_inspection_held

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["self_inspected_on"]

judge(department, check) := verdict.missing(department, deciding) if fields.lacks(department, deciding)

else := verdict.future("self_inspected_on", department.self_inspected_on) if {
	department.self_inspected_on > check.as_of
}

else := verdict.fail("never", {}) if department.self_inspected_on == null

else := verdict.fail("stale", {"self_inspected_on": department.self_inspected_on}) if {
	department.self_inspected_on < check.parameters.period.since
}

else := "pass" if department.self_inspected_on >= check.parameters.period.since
