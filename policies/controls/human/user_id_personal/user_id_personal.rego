# METADATA
# title: 利用者IDを一人ずつ別に割り当てている
# description: >-
#   An active ID is used by one person alone, so that what was done under it can be traced to that person.
# custom:
#   title_en: User ID belongs to one person
#   kind: user_id
#   severity: high
#   guideline: [5]
#   measure: 4
#   source: 大阪市 監査委員監査結果報告 (2024-03-27), 1(1)
#   deciding: [status, shared]
#   messages:
#     disabled:
#       ja: このIDは無効になっています。
#       en: The ID is disabled.
#     shared:
#       ja: このIDを複数の人が共用しているため、操作した人を特定できません。
#       en: Several people use this ID, so nobody can tell which of them did what.
#   remediation:
#     ja: 利用者ごとに別のIDを発行し、共用しているIDを無効にしてください。
#     en: Issue each user an ID of their own, and disable the shared one.
package policycheck.controls.human.user_id_personal

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["status", "shared"]

judge(user_id, _) := verdict.not_applicable("disabled", {}) if user_id.status == "disabled"

else := verdict.missing(user_id, deciding) if fields.lacks(user_id, deciding)

else := verdict.fail("shared", {}) if user_id.shared

else := "pass" if user_id.shared == false
