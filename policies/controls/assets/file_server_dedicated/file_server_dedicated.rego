# METADATA
# title: 共有ファイルサーバに対象の系統以外のデータを置いていない
# description: >-
#   On a network that the control covers, the area holds only data that belongs to the systems it is meant for.
# custom:
#   title_en: Shared file server holds only data of the systems it is meant for
#   kind: file_server
#   severity: medium
#   guideline: [2]
#   measure: 2
#   source: 龍ケ崎市 情報セキュリティ内部監査 (2023-09-29), IV 6
#   deciding: [network, foreign_data]
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
#     foreign:
#       ja: 対象の系統以外のデータが置かれています。
#       en: It holds data that does not belong to the systems it is meant for.
#   remediation:
#     ja: 対象の系統以外のデータを本来の保存先に移し、この領域から消去してください。
#     en: Move that data to where it belongs, and erase it from this area.
package policycheck.controls.assets.file_server_dedicated

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["network", "foreign_data"]

judge(file_server, check) := verdict.not_applicable("other_network", {"network": file_server.network}) if {
	not file_server.network in check.parameters.networks
}

else := verdict.missing(file_server, deciding) if fields.lacks(file_server, deciding)

else := verdict.fail("foreign", {}) if file_server.foreign_data == true

else := "pass" if {
	file_server.network in check.parameters.networks
	file_server.foreign_data == false
}
