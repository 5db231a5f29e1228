# METADATA
# title: 共有ファイルサーバのデータを個人名のフォルダに置いていない
# description: >-
#   On a network that the control covers, no data of the area is kept in folders named after persons.
# custom:
#   title_en: No data in personal folders on the shared file server
#   kind: file_server
#   severity: medium
#   guideline: [2]
#   measure: 2
#   source: 龍ケ崎市 情報セキュリティ内部監査 (2023-09-29), IV 2
#   deciding: [network, personal_folders]
#   parameters:
#     networks:
#       type: list
#       of: file_server.network
#       default: [mynumber, core]
#       ja: 対象とするネットワーク
#       en: Networks that it is required on
#   messages:
#     other_network:
#       ja: ネットワークが{network}で、対象（{networks}）に入っていません。
#       en: Its network is {network}, not one of {networks}.
#     personal:
#       ja: 個人名のフォルダにデータが置かれています。
#       en: Data is kept in folders named after persons.
#   remediation:
#     ja: 個人名のフォルダのデータを業務ごとのフォルダに移し、個人名のフォルダを削除してください。
#     en: Move the data to folders named after the work, and delete the personal ones.
package policycheck.controls.assets.file_server_impersonal

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["network", "personal_folders"]

judge(file_server, check) := verdict.not_applicable("other_network", {"network": file_server.network}) if {
	not file_server.network in check.parameters.networks
}

else := verdict.missing(file_server, deciding) if fields.lacks(file_server, deciding)

else := verdict.fail("personal", {}) if file_server.personal_folders == true

else := "pass" if {
	file_server.network in check.parameters.networks
	file_server.personal_folders == false
}
