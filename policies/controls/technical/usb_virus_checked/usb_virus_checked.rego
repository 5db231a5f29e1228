# METADATA
# title: USBメモリ等のウイルスチェックが使用に先立ち定期的に行われている
# description: >-
#   The medium was checked for viruses within the period, and was not used after the day of the check. A date of null
#   says that it was never checked.
# custom:
#   title_en: USB medium checked for viruses within its period, and not used since
#   kind: usb_medium
#   severity: high
#   guideline: [6]
#   measure: 5
#   source: 大阪市 監査委員監査結果報告 (2024-03-27), 2(2)
#   deciding: [virus_checked_on]
#   optional: [last_used_on]
#   parameters:
#     period:
#       type: duration
#       default: P1Y
#       ja: ウイルスチェックの周期
#       en: Period of the virus check
#   messages:
#     never:
#       ja: ウイルスチェックが一度も行われていません。
#       en: It was never checked for viruses.
#     used_since:
#       ja: 最後のウイルスチェック（{virus_checked_on}）より後の{last_used_on}に使用されています。
#       en: It was used on {last_used_on}, after the last virus check on {virus_checked_on}.
#     stale:
#       ja: 最後のウイルスチェックは{virus_checked_on}で、周期の{period}を過ぎています。
#       en: Last checked for viruses on {virus_checked_on}, longer ago than the period of {period}.
#   remediation:
#     ja: 直ちにウイルスチェックを行い、以後は使用のたびに先に行って、実施日を管理簿に記録してください。
#     en: Check it for viruses at once, from now on before each use, and record the date in the register.
package policycheck.controls.technical.usb_virus_checked

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["virus_checked_on"]

judge(usb_medium, check) := verdict.missing(usb_medium, deciding) if fields.lacks(usb_medium, deciding)

else := verdict.future("virus_checked_on", usb_medium.virus_checked_on) if usb_medium.virus_checked_on > check.as_of

else := verdict.future("last_used_on", usb_medium.last_used_on) if usb_medium.last_used_on > check.as_of

else := verdict.fail("never", {}) if usb_medium.virus_checked_on == null

else := verdict.fail("used_since", used_since(usb_medium)) if usb_medium.last_used_on > usb_medium.virus_checked_on

else := verdict.fail("stale", {"virus_checked_on": usb_medium.virus_checked_on}) if {
	usb_medium.virus_checked_on < check.parameters.period.since
}

else := "pass" if usb_medium.virus_checked_on >= check.parameters.period.since

used_since(usb_medium) := {
	"virus_checked_on": usb_medium.virus_checked_on,
	"last_used_on": usb_medium.last_used_on,
}
