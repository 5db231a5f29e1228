# METADATA
# title: 事務用PCで使える外部記録媒体を許可し管理するものに限っている
# description: >-
#   The PC accepts only external storage that the body has allowed and manages over the network.
# custom:
#   title_en: Office PC accepts only external storage that is allowed and managed
#   kind: office_pc
#   severity: medium
#   guideline: [6]
#   measure: 5
#   source: 荒川区 情報セキュリティ監査報告書 (2017-01), 9(2)エ; 神戸市 行政監査の措置 (2016-03), 指摘(1)(ア)
#   deciding: [external_storage_restricted]
#   messages:
#     unrestricted:
#       ja: 許可していない外部記録媒体や、管理していない外部記録媒体も使えます。
#       en: It also accepts external storage that is not allowed or not managed.
#   remediation:
#     ja: 許可した媒体を登録してネットワークで管理し、それ以外は使えないように設定してください。
#     en: Register the allowed media, manage them over the network, and block all others.
package policycheck.controls.technical.external_storage_restricted

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["external_storage_restricted"]

judge(office_pc, _) := verdict.missing(office_pc, deciding) if fields.lacks(office_pc, deciding)

else := verdict.fail("unrestricted", {}) if office_pc.external_storage_restricted == false

else := "pass" if office_pc.external_storage_restricted == true
