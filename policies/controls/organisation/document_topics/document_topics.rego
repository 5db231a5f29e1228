# METADATA
# title: 定めるべき事項がすべて文書に定められている
# description: >-
#   The document lays down every topic that it must. A topic counts only where the inventory names it as the parameter
#   does.
# custom:
#   title_en: Document lays down every topic that it must
#   kind: document
#   severity: high
#   guideline: [1]
#   measure: 1
#   source: >-
#     地方自治法施行規則 16条の3; 荒川区 情報セキュリティ監査報告書 (2017-01), 9(1)エ; 神戸市 行政監査の措置 (2016-03),
#     意見(3), 意見(4)
#   deciding: [type, topics]
#   parameters:
#     types:
#       type: list
#       of: document.type
#       default: [security_standard]
#       ja: 対象とする文書の種類
#       en: Types of document that it concerns
#     topics:
#       type: list
#       default:
#         - 組織体制
#         - 情報資産の分類と管理
#         - 物理的セキュリティ
#         - 人的セキュリティ
#         - 技術的セキュリティ
#         - 運用
#         - 業務委託と外部サービスの利用
#         - 評価・見直し
#       ja: 定めるべき事項
#       en: Topics that it must lay down
#   messages:
#     other_type:
#       ja: これらの事項を定めるべき種類の文書ではありません。
#       en: It is not of a type that must lay these topics down.
#     incomplete:
#       ja: 定められていない事項があります（{absent}）。
#       en: "It does not lay down these topics: {absent}."
#   remediation:
#     ja: 足りない事項を文書に定め、台帳の「定めている事項」に加えてください。
#     en: Lay down in the document what is lacking, and enter it among its topics in the inventory.
package policycheck.controls.organisation.document_topics

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["type", "topics"]

judge(document, check) := verdict.not_applicable("other_type", {}) if {
	type := document.type
	types := check.parameters.types
	not type in types
}

else := verdict.missing(document, deciding) if fields.lacks(document, deciding)

else := verdict.fail("incomplete", {"absent": absent}) if {
	absent := [topic | some topic in check.parameters.topics; not topic in document.topics]
	absent != []
}

else := "pass" if {
	document.type in check.parameters.types
	every topic in check.parameters.topics { topic in document.topics }
}
