# METADATA
# title: 共有ファイルサーバの重要ファイルにパスワードが設定されている
# description: >-
#   On a network that the control covers, every file of the area with important data, such as individual numbers,
#   carries a password.
# custom:
#   title_en: Important files on the shared file server carry a password
#   kind: file_server
#   severity: high
#   guideline: [2]
#   measure: 2
#   source: 龍ケ崎市 情報セキュリティ内部監査 (2023-09-29), IV 4
#   deciding: [network, important_files, important_files_protected]
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
#     no_important_files:
#       ja: 重要ファイルはありません。
#       en: It holds no files with important data.
#     unprotected:
#       ja: パスワードが設定されていない重要ファイルがあります。
#       en: Some of its files with important data carry no password.
#   remediation:
#     ja: すべての重要ファイルにパスワードを設定し、業務で必要な人だけに知らせてください。
#     en: Set a password on every file with important data, and tell it only to those whose work needs it.
package policycheck.controls.assets.file_server_protected

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["network", "important_files", "important_files_protected"]

judge(file_server, check) := verdict.not_applicable("other_network", {"network": file_server.network}) if {
	not file_server.network in check.parameters.networks
}

else := verdict.not_applicable("no_important_files", {}) if file_server.important_files == false

else := verdict.missing(file_server, deciding) if fields.lacks(file_server, deciding)

else := verdict.fail("unprotected", {}) if file_server.important_files_protected == false

else := "pass" if {
	file_server.network in check.parameters.networks
	file_server.important_files == true
	file_server.important_files_protected == true
}
