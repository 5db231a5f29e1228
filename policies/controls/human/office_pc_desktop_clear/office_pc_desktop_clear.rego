# METADATA
# title: 事務用PCのデスクトップにデータを置いていない
# description: >-
#   On a network that the control covers, no data is kept on the desktop of the PC. By default it covers every network.
# custom:
#   title_en: No data kept on the desktop of the office PC
#   kind: office_pc
#   severity: medium
#   guideline: [5]
#   measure: 4
#   source: 龍ケ崎市 情報セキュリティ内部監査 (2023-09-29), I 2(2), IV 5
#   deciding: [network, data_on_desktop]
#   parameters:
#     networks:
#       type: list
#       of: office_pc.network
#       default: [mynumber, lgwan, internet, standalone, core, office]
#       ja: 対象とするネットワーク
#       en: Networks that it is required on
#   messages:
#     other_network:
#       ja: ネットワークが{network}で、対象（{networks}）に入っていません。
#       en: Its network is {network}, not one of {networks}.
#     on_desktop:
#       ja: デスクトップにデータが置かれています。
#       en: Data is kept on its desktop.
#   remediation:
#     ja: デスクトップのデータを所定の保存先に移し、デスクトップに置かないよう周知してください。
#     en: Move the data to its proper place, and tell its users to keep none on the desktop.
package policycheck.controls.human.office_pc_desktop_clear

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["network", "data_on_desktop"]

judge(office_pc, check) := verdict.not_applicable("other_network", {"network": office_pc.network}) if {
	not office_pc.network in check.parameters.networks
}

else := verdict.missing(office_pc, deciding) if fields.lacks(office_pc, deciding)

else := verdict.fail("on_desktop", {}) if office_pc.data_on_desktop == true

else := "pass" if {
	office_pc.network in check.parameters.networks
	office_pc.data_on_desktop == false
}
