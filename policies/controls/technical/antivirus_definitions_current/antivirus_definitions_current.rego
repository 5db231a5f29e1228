# METADATA
# title: スタンドアロンPCのウイルス定義ファイルが定期的に更新されている
# description: >-
#   The virus definitions of the standalone PC were updated within the period. A date of null says that they were never
#   updated.
# custom:
#   title_en: Antivirus definitions of the standalone PC updated within their period
#   kind: standalone_pc
#   severity: high
#   guideline: [6]
#   measure: 5
#   source: 大阪市 監査委員監査結果報告 (2024-03-27), 2(1)
#   deciding: [antivirus.definitions_updated_on]
#   parameters:
#     period:
#       type: duration
#       default: P3M
#       ja: 定義ファイル更新の周期
#       en: Period of the update
#   messages:
#     never:
#       ja: ウイルス定義ファイルが一度も更新されていません（周期は{period}）。
#       en: "The virus definitions were never updated (period: {period})."
#     stale:
#       ja: ウイルス定義ファイルの最後の更新は{definitions_updated_on}で、周期の{period}を過ぎています。
#       en: The virus definitions were last updated on {definitions_updated_on}, longer ago than the period of {period}.
#   remediation:
#     ja: 定義ファイルを最新のものに更新し、担当者と更新時期を定めて、更新日を台帳に記録してください。
#     en: Update the definitions, settle who updates them and when, and record the date of each update.
package policycheck.controls.technical.antivirus_definitions_current

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

judge(standalone_pc, check) := verdict.lacking(["antivirus.definitions_updated_on"]) if {
	fields.lacks_nested(standalone_pc, "antivirus", "definitions_updated_on")
}

else := verdict.future("antivirus.definitions_updated_on", standalone_pc.antivirus.definitions_updated_on) if {
	standalone_pc.antivirus.definitions_updated_on > check.as_of
}

else := verdict.fail("never", {}) if standalone_pc.antivirus.definitions_updated_on == null

else := verdict.fail("stale", {"definitions_updated_on": standalone_pc.antivirus.definitions_updated_on}) if {
	standalone_pc.antivirus.definitions_updated_on < check.parameters.period.since
}

else := "pass" if standalone_pc.antivirus.definitions_updated_on >= check.parameters.period.since
