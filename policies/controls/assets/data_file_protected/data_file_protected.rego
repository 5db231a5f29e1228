# METADATA
# title: 機密性3の電子ファイルにパスワード設定か暗号化がある
# description: >-
#   A file or set of files with 機密性3 has a password or encryption.
# custom:
#   title_en: 機密性3 file carries a password or encryption
#   kind: data_file
#   severity: high
#   guideline: [2]
#   measure: 2
#   source: 神戸市 行政監査の措置 (2016-03), 4.2.3オ(1), 指摘(1)(イ)
#   deciding: [classification, password_protected|encrypted]
#   optional: [sensitive]
#   messages:
#     low_class:
#       ja: 機密性3の情報はありません（機密性{classification}）。
#       en: It holds no 機密性3 (class {classification}).
#     unprotected:
#       ja: 機密性{classification}のファイルに、パスワードも暗号化も設定されていません。
#       en: A file of class {classification} has neither a password nor encryption.
#   remediation:
#     ja: ファイルにパスワードを設定するか、暗号化してください。複数のファイルがあるときは、漏れなく設定してください。
#     en: Set a password on the file or encrypt it; where there are several files, on every one of them.
package policycheck.controls.assets.data_file_protected

import data.policycheck.lib.confidentiality
import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["classification"]

judge(data_file, _) := verdict.not_applicable("low_class", {"classification": data_file.classification}) if {
	confidentiality.low(data_file)
}

else := verdict.missing(data_file, deciding) if fields.lacks(data_file, deciding)

else := verdict.missing(data_file, confidentiality.protections) if confidentiality.undecided(data_file)

else := verdict.fail("unprotected", {"classification": data_file.classification}) if {
	not confidentiality.protected(data_file)
}

else := "pass" if confidentiality.protected(data_file)
