# METADATA
# title: 情報システムのデータの取扱いが業務フロー図に示されている
# description: >-
#   A flow chart shows how the data of the system is handled.
# custom:
#   title_en: Handling of the system's data shown in a flow chart
#   kind: system
#   severity: low
#   guideline: [2]
#   measure: 2
#   source: 荒川区 情報セキュリティ監査報告書 (2017-01), 9(2)イ
#   deciding: [data_flow_documented]
#   messages:
#     undocumented:
#       ja: データの取扱いを示す業務フロー図がありません。
#       en: No flow chart shows how its data is handled.
#   remediation:
#     ja: データの取得から廃棄までの取扱いを、業務フロー図にまとめてください。
#     en: Draw a flow chart of how its data is handled, from where it is obtained to where it is disposed of.
package policycheck.controls.assets.data_flow_documented

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["data_flow_documented"]

judge(system, _) := verdict.missing(system, deciding) if fields.lacks(system, deciding)

else := verdict.fail("undocumented", {}) if system.data_flow_documented == false

else := "pass" if system.data_flow_documented == true
