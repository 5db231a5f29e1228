# METADATA
# title: 基幹系のシステムのアクセスログが定期的に分析されている
# description: >-
#   The access log of a system on a core network was analysed within the period. A date of null says that it was never
#   analysed.
# custom:
#   title_en: Access log of a core system analysed within its period
#   kind: system
#   severity: medium
#   guideline: [6]
#   measure: 5
#   source: 神戸市 行政監査の措置 (2016-03), 意見(4)ログ
#   deciding: [network, log_analysed_on]
#   parameters:
#     period:
#       type: duration
#       default: P1M
#       ja: ログ分析の周期
#       en: Period of the analysis
#     networks:
#       type: list
#       of: system.network
#       default: [mynumber, core]
#       ja: 基幹系とするネットワーク
#       en: Networks that count as core
#   messages:
#     not_core:
#       ja: 基幹系のシステムではありません（ネットワークは{network}）。
#       en: "It is not a core system (network: {network})."
#     never:
#       ja: アクセスログが一度も分析されていません（周期は{period}）。
#       en: "The access log was never analysed (period: {period})."
#     stale:
#       ja: アクセスログの最後の分析は{log_analysed_on}で、周期の{period}を過ぎています。
#       en: The access log was last analysed on {log_analysed_on}, longer ago than the period of {period}.
#   remediation:
#     ja: アクセスログを分析し、次回からの担当者と時期を定めて、分析日を台帳に記録してください。
#     en: Analyse the access log, settle who does it and when from now on, and record the date of each analysis.
package policycheck.controls.technical.access_log_analysed

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["network", "log_analysed_on"]

judge(system, check) := verdict.not_applicable("not_core", {"network": system.network}) if {
	networks := check.parameters.networks
	not system.network in networks
}

else := verdict.missing(system, deciding) if fields.lacks(system, deciding)

else := verdict.future("log_analysed_on", system.log_analysed_on) if system.log_analysed_on > check.as_of

else := verdict.fail("never", {}) if system.log_analysed_on == null

else := verdict.fail("stale", {"log_analysed_on": system.log_analysed_on}) if {
	system.log_analysed_on < check.parameters.period.since
}

else := "pass" if {
	system.network in check.parameters.networks
	system.log_analysed_on >= check.parameters.period.since
}
