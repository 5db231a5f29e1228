# METADATA
# title: 利用者IDのパスワードが定期的に変更されている
# description: >-
#   The password of an active ID was changed within the period. A date of null says that it was never changed.
# custom:
#   title_en: Password changed within its period
#   kind: user_id
#   severity: medium
#   guideline: [5]
#   measure: 4
#   source: 荒川区 情報セキュリティ監査報告書 (2017-01), (8)
#   deciding: [status, password_changed_on]
#   parameters:
#     period:
#       type: duration
#       default: P1Y
#       ja: パスワード変更の周期
#       en: Period of the change of password
#   messages:
#     disabled:
#       ja: このIDは無効になっています。
#       en: The ID is disabled.
#     never:
#       ja: パスワードが一度も変更されていません（周期は{period}）。
#       en: "The password was never changed (period: {period})."
#     stale:
#       ja: パスワードの最後の変更は{password_changed_on}で、周期の{period}を過ぎています。
#       en: The password was last changed on {password_changed_on}, longer ago than the period of {period}.
#   remediation:
#     ja: 利用者にパスワードを変更させ、変更日を台帳に記録してください。
#     en: Have the holder change the password, and record the date.
package policycheck.controls.human.password_changed

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["status", "password_changed_on"]

judge(user_id, check) := verdict.not_applicable("disabled", {}) if user_id.status == "disabled"

else := verdict.missing(user_id, deciding) if fields.lacks(user_id, deciding)

else := verdict.future("password_changed_on", user_id.password_changed_on) if {
	user_id.password_changed_on > check.as_of
}

else := verdict.fail("never", {}) if user_id.password_changed_on == null

else := verdict.fail("stale", {"password_changed_on": user_id.password_changed_on}) if {
	user_id.password_changed_on < check.parameters.period.since
}

else := "pass" if user_id.password_changed_on >= check.parameters.period.since
