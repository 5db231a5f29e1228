# METADATA
# title: 情報システム台帳の記載が定期的に更新されている
# description: >-
#   The system's entry in the ledger of systems was updated within the period. A date of null says that there is no
#   entry. The default period of a year is our own.
# custom:
#   title_en: Entry in the ledger of systems updated within its period
#   kind: system
#   severity: medium
#   guideline: [2]
#   measure: 2
#   source: 神戸市 行政監査の措置 (2016-03), 意見(1)台帳(ア)
#   deciding: [ledger_updated_on]
#   parameters:
#     period:
#       type: duration
#       default: P1Y
#       ja: 情報システム台帳の更新の周期
#       en: Period of the update
#   messages:
#     unlisted:
#       ja: 情報システム台帳に記載がありません。
#       en: It has no entry in the ledger of systems.
#     stale:
#       ja: 情報システム台帳の最後の更新は{ledger_updated_on}で、周期の{period}を過ぎています。
#       en: Its entry was last updated on {ledger_updated_on}, longer ago than the period of {period}.
#   remediation:
#     ja: 情報システム台帳の記載を現状に合わせて更新し、更新日を記録してください。記載がなければ加えてください。
#     en: Bring its entry in the ledger of systems up to date, or enter it, and record the date.
package policycheck.controls.assets.system_ledger_updated

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["ledger_updated_on"]

judge(system, check) := verdict.missing(system, deciding) if fields.lacks(system, deciding)

else := verdict.future("ledger_updated_on", system.ledger_updated_on) if system.ledger_updated_on > check.as_of

else := verdict.fail("unlisted", {}) if system.ledger_updated_on == null

else := verdict.fail("stale", {"ledger_updated_on": system.ledger_updated_on}) if {
	system.ledger_updated_on < check.parameters.period.since
}

else := "pass" if system.ledger_updated_on >= check.parameters.period.since
