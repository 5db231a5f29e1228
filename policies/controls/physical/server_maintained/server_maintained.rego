# METADATA
# title: サーバの保守点検が定期的に行われている
# description: >-
#   The server was maintained within the period. A date of null says that it was never maintained.
# custom:
#   title_en: Server maintained within its period
#   kind: server
#   severity: medium
#   guideline: [4]
#   measure: 3
#   source: 龍ケ崎市 情報セキュリティ内部監査 (2023-09-29), II 2(1)
#   deciding: [last_maintained_on]
#   parameters:
#     period:
#       type: duration
#       default: P1Y
#       ja: 保守点検の周期
#       en: Period of the maintenance
#   messages:
#     never:
#       ja: 保守点検の記録がありません（周期は{period}）。
#       en: "No maintenance is on record (period: {period})."
#     stale:
#       ja: 最後の保守点検は{last_maintained_on}で、周期の{period}を過ぎています。
#       en: Last maintained on {last_maintained_on}, longer ago than the period of {period}.
#   remediation:
#     ja: 保守点検を行い、次回の予定を立て、実施日を台帳に記録してください。
#     en: Have the server maintained, plan the next time, and record the date.
package policycheck.controls.physical.server_maintained

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["last_maintained_on"]

judge(server, check) := verdict.missing(server, deciding) if fields.lacks(server, deciding)

else := verdict.future("last_maintained_on", server.last_maintained_on) if server.last_maintained_on > check.as_of

else := verdict.fail("never", {}) if server.last_maintained_on == null

else := verdict.fail("stale", {"last_maintained_on": server.last_maintained_on}) if {
	server.last_maintained_on < check.parameters.period.since
}

else := "pass" if server.last_maintained_on >= check.parameters.period.since
