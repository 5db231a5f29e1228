# METADATA
# title: 異動者や退職者の利用者IDが無効になっている
# description: >-
#   The holder of an active ID still does the work that it was issued for: neither moved to other work nor left.
# custom:
#   title_en: No active user ID of someone who moved or left
#   kind: user_id
#   severity: high
#   guideline: [5]
#   measure: 4
#   source: 大阪市 監査委員監査結果報告 (2024-03-27), 1(1)
#   deciding: [status, holder_status]
#   messages:
#     disabled:
#       ja: このIDは無効になっています。
#       en: The ID is disabled.
#     moved:
#       ja: 利用者が異動した後も、このIDは有効なままです。
#       en: The holder was moved to other work, and the ID is still active.
#     left:
#       ja: 利用者が退職した後も、このIDは有効なままです。
#       en: The holder has left, and the ID is still active.
#   remediation:
#     ja: このIDを速やかに無効にし、後任者には新しいIDを発行してください。
#     en: Disable the ID without delay, and issue the successor a new one.
package policycheck.controls.human.user_id_holder_current

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["status", "holder_status"]

judge(user_id, _) := verdict.not_applicable("disabled", {}) if user_id.status == "disabled"

else := verdict.missing(user_id, deciding) if fields.lacks(user_id, deciding)

else := verdict.fail("moved", {}) if {
	user_id.holder_status == "moved"
}

else := verdict.fail("left", {}) if {
	user_id.holder_status == "left"
}

else := "pass" if {
	user_id.holder_status == "active"
}
