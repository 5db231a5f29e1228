# METADATA
# title: 共有ファイルサーバのフォルダが文書管理の分類に沿って整理されている
# description: >-
#   On a network that the control covers, the folders of the area follow the classification of the document rules.
# custom:
#   title_en: Folders on the shared file server follow the classification of documents
#   kind: file_server
#   severity: medium
#   guideline: [2]
#   measure: 2
#   source: 龍ケ崎市 情報セキュリティ内部監査 (2023-09-29), IV 1
#   deciding: [network, classified]
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
#     unclassified:
#       ja: フォルダが文書管理の分類に沿って整理されていません。
#       en: Its folders do not follow the classification of the document rules.
#   remediation:
#     ja: 文書管理の分類に合わせてフォルダを作り直し、データを該当するフォルダに移してください。
#     en: Set up its folders by the classification of the document rules, and move the data into them.
package policycheck.controls.assets.file_server_classified

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["network", "classified"]

judge(file_server, check) := verdict.not_applicable("other_network", {"network": file_server.network}) if {
	not file_server.network in check.parameters.networks
}

else := verdict.missing(file_server, deciding) if fields.lacks(file_server, deciding)

else := verdict.fail("unclassified", {}) if file_server.classified == false

else := "pass" if {
	file_server.network in check.parameters.networks
	file_server.classified == true
}
