# METADATA
# title: 情報資産管理台帳の必須項目が決められた用語で記載されている
# description: >-
#   The entry fills importance, medium, storage and disposal, and words all but the storage by the fixed vocabulary. A
#   value of null says that it is left blank; another spelling of a word is another word.
# custom:
#   title_en: Ledger entry fills every required field, in the fixed vocabulary
#   kind: ledger_entry
#   severity: low
#   guideline: [2]
#   measure: 2
#   source: 荒川区 情報セキュリティ監査報告書 (2017-01), 9(3)イ
#   deciding: [importance, medium, storage, disposal]
#   parameters:
#     importance:
#       type: list
#       default: ["3A", "3B", "3C", "2", "1"]
#       ja: 重要性の用語
#       en: Words for the importance
#     media:
#       type: list
#       default: [紙, サーバ, パソコン, 記録媒体, クラウド]
#       ja: 媒体の用語
#       en: Words for the medium
#     disposals:
#       type: list
#       default: [裁断, 溶解, 物理破壊, データ消去, 返却]
#       ja: 廃棄方法の用語
#       en: Words for the disposal
#   messages:
#     blank:
#       ja: 記載のない必須項目があります：{fields}
#       en: "Required fields are left blank: {fields}."
#     wording:
#       ja: 決められた用語にない記載があります（{words}）。
#       en: "It uses words that are not in the vocabulary: {words}."
#   remediation:
#     ja: 空欄を埋め、重要性、媒体、廃棄方法を決められた用語に改めてください。
#     en: Fill what is blank, and word the importance, the medium and the disposal by the vocabulary.
package policycheck.controls.assets.ledger_entry_uniform

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["importance", "medium", "storage", "disposal"]

judge(ledger_entry, check) := verdict.missing(ledger_entry, deciding) if fields.lacks(ledger_entry, deciding)

else := verdict.fail("blank", {"fields": blank(ledger_entry)}) if blank(ledger_entry) != []

else := verdict.fail("wording", {"words": strange(ledger_entry, check)}) if strange(ledger_entry, check) != []

else := "pass" if strange(ledger_entry, check) == []

blank(entry) := [name | some name in deciding; entry[name] == null]

strange(entry, check) := words if {
	vocabularies := [
		[entry.importance, check.parameters.importance],
		[entry.medium, check.parameters.media],
		[entry.disposal, check.parameters.disposals],
	]
	words := [word | some [word, vocabulary] in vocabularies; not word in vocabulary]
}
