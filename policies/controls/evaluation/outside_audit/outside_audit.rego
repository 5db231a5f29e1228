# METADATA
# title: β、β′、α′モデルの団体が外部監査を受け、その報告をJ-LISに提出している
# description: >-
#   Where the network model is β, β′ or α′, an outside body audited it within the period, and the report of that
#   audit was sent to J-LIS. A date of null says that it was not audited, or not reported. A report older than the
#   audit is of another audit, and unknown. The default period of a year is our own.
# custom:
#   title_en: Outside audit under models β, β′ and α′ done and reported to J-LIS
#   kind: network_model
#   severity: medium
#   guideline: [9]
#   measure: 8
#   source: 総務省 地方公共団体における情報セキュリティポリシーに関するガイドライン (2026-03-27改定), 9. 評価・見直し
#   deciding: [model, audited_on, audit_reported_on]
#   parameters:
#     period:
#       type: duration
#       default: P1Y
#       ja: 外部監査の周期
#       en: Period of the outside audit
#   messages:
#     alpha:
#       ja: β、β′、α′モデルだけに適用する規定です（三層の構成はαモデル）。
#       en: The rule is for models β, β′ and α′ only, and the model is α.
#     never:
#       ja: 外部監査を一度も受けていません（周期は{period}）。
#       en: "No outside audit was ever done (period: {period})."
#     stale:
#       ja: 最後の外部監査は{audited_on}で、周期の{period}を過ぎています。
#       en: The last outside audit was on {audited_on}, longer ago than the period of {period}.
#     unreported:
#       ja: "{audited_on}の外部監査の報告が、J-LISに提出されていません。"
#       en: The report of the outside audit of {audited_on} was not sent to J-LIS.
#     earlier_report:
#       ja: J-LISへの提出日{audit_reported_on}が外部監査の日{audited_on}より前です。この監査の報告か確かめてください。
#       en: "Reported on {audit_reported_on}, before the audit of {audited_on}: perhaps the report of another audit."
#   remediation:
#     ja: 外部監査を受け、その報告をJ-LISに提出し、監査日と提出日を台帳に記録してください。
#     en: Have an outside body audit it, send the report to J-LIS, and record both dates.
package policycheck.controls.evaluation.outside_audit

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["model", "audited_on", "audit_reported_on"]

judge(network_model, check) := verdict.not_applicable("alpha", {}) if network_model.model == "alpha"

else := verdict.missing(network_model, deciding) if fields.lacks(network_model, ["model", "audited_on"])

else := verdict.fail("never", {}) if network_model.audited_on == null

else := verdict.missing(network_model, deciding) if fields.lacks(network_model, deciding)

else := verdict.future("audited_on", network_model.audited_on) if network_model.audited_on > check.as_of

else := verdict.future("audit_reported_on", network_model.audit_reported_on) if {
	network_model.audit_reported_on > check.as_of
}

else := verdict.unknown("earlier_report", dates(network_model)) if reported_early(network_model)

else := verdict.fail("stale", {"audited_on": network_model.audited_on}) if {
	network_model.audited_on < check.parameters.period.since
}

else := verdict.fail("unreported", {"audited_on": network_model.audited_on}) if {
	network_model.audit_reported_on == null
}

else := "pass" if {
	network_model.audited_on >= check.parameters.period.since
	network_model.audit_reported_on >= network_model.audited_on
}

reported_early(network_model) if {
	is_string(network_model.audit_reported_on)
	network_model.audit_reported_on < network_model.audited_on
}

dates(network_model) := {
	"audited_on": network_model.audited_on,
	"audit_reported_on": network_model.audit_reported_on,
}
