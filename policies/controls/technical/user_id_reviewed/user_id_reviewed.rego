# METADATA
# title: 利用者IDが定期的に点検されている
# description: >-
#   Whether an active ID is still needed was reviewed within the period. A review date of null says that no review is
#   on record, which counts as never reviewed.
# custom:
#   title_en: User ID reviewed within its period
#   kind: user_id
#   severity: medium
#   guideline: [6]
#   measure: 5
#   source: 大阪市 監査委員監査結果報告 (2024-03-27), 1(1)
#   deciding: [status, last_reviewed_on]
#   parameters:
#     period:
#       type: duration
#       default: P6M
#       ja: 点検の周期
#       en: Period of the review
#   messages:
#     disabled:
#       ja: このIDは無効になっています。
#       en: The ID is disabled.
#     never:
#       ja: 点検の記録がありません（周期は{period}）。
#       en: "No review is on record (period: {period})."
#     stale:
#       ja: 最後の点検は{last_reviewed_on}で、周期の{period}を過ぎています。
#       en: Last reviewed on {last_reviewed_on}, longer ago than the period of {period}.
#   remediation:
#     ja: このIDがまだ必要かを利用者の所属に確かめ、不要なら無効にし、点検日を台帳に記録してください。
#     en: Ask the holder's department whether the ID is still needed, disable it if not, and record the review.
package policycheck.controls.technical.user_id_reviewed

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["status", "last_reviewed_on"]

judge(user_id, check) := verdict.not_applicable("disabled", {}) if user_id.status == "disabled"

else := verdict.missing(user_id, deciding) if fields.lacks(user_id, deciding)

else := verdict.future("last_reviewed_on", user_id.last_reviewed_on) if user_id.last_reviewed_on > check.as_of

else := verdict.fail("never", {}) if user_id.last_reviewed_on == null

else := verdict.fail("stale", {"last_reviewed_on": user_id.last_reviewed_on}) if {
	user_id.last_reviewed_on < check.parameters.period.since
}

else := "pass" if user_id.last_reviewed_on >= check.parameters.period.since
