# METADATA
# title: 共有ファイルサーバに不要なデータが残っていない
# description: >-
#   On a network that the control covers, the area holds no data that nobody needs any more.
# custom:
#   title_en: No obsolete data left on the shared file server
#   kind: file_server
#   severity: medium
#   guideline: [2]
#   measure: 2
#   source: 龍ケ崎市 情報セキュリティ内部監査 (2023-09-29), IV 3
#   deciding: [network, obsolete_data]
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
#     obsolete:
#       ja: 不要になったデータが残っています。
#       en: Data that nobody needs any more is still there.
#   remediation:
#     ja: 保存期間と業務での必要を確かめて不要なデータを消去し、次に整理する時期を決めてください。
#     en: Check what must be kept and what is still in use, erase the rest, and settle when to do so again.
package policycheck.controls.assets.file_server_cleaned

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["network", "obsolete_data"]

judge(file_server, check) := verdict.not_applicable("other_network", {"network": file_server.network}) if {
	not file_server.network in check.parameters.networks
}

else := verdict.missing(file_server, deciding) if fields.lacks(file_server, deciding)

else := verdict.fail("obsolete", {}) if file_server.obsolete_data == true

else := "pass" if {
	file_server.network in check.parameters.networks
	file_server.obsolete_data == false
}
