# METADATA
# title: 同じシステムの同じ拠点に同名の利用者IDがない
# description: >-
#   No other active ID of the same system and site is registered under the same name. Where another one of the name may
#   be active at the same site, because its site or status is left out, the verdict is unknown. IDs that name no site
#   are taken to be of one site.
# custom:
#   title_en: No two active user IDs of one system and site with the same name
#   kind: user_id
#   severity: medium
#   guideline: [6]
#   measure: 5
#   source: 大阪市 監査委員監査結果報告 (2024-03-27), 1(1)
#   deciding: [status, system, account]
#   optional: [site]
#   index:
#     same_name: {group: system, name: account, split: site, where: {status: active}}
#   messages:
#     disabled:
#       ja: このIDは無効になっています。
#       en: The ID is disabled.
#     doubtful:
#       ja: "ID名称「{account}」が、拠点か状態の分からない他のIDと重複しているかもしれません（資産番号の例：{others}）。"
#       en: "Other IDs, whose site or status is left out, may have the same name {account}, for example {others}."
#     same_name:
#       ja: "ID名称「{account}」が、有効な他のID{count}件と重複しています（資産番号の例：{others}）。"
#       en: "Other active IDs with the same name {account}: {count}, for example {others}."
#   remediation:
#     ja: どのIDを残すかを決め、不要なIDを無効にするか、名称を改めて、誰のものか分かるようにしてください。
#     en: Decide which ID stays, and disable or rename the others, so that each can be told apart.
package policycheck.controls.technical.user_id_unique

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["status", "system", "account"]

judge(user_id, check) := verdict.not_applicable("disabled", {}) if user_id.status == "disabled"

else := verdict.missing(user_id, deciding) if fields.lacks(user_id, deciding)

else := verdict.unknown("doubtful", {"account": user_id.account, "others": same.doubtful}) if {
	same := check.index.same_name[user_id.id]
	same.count == 0
}

else := verdict.fail("same_name", {"account": user_id.account, "count": same.count, "others": same.others}) if {
	same := check.index.same_name[user_id.id]
}

else := "pass" if {
	check.index.same_name
	not check.index.same_name[user_id.id]
}
