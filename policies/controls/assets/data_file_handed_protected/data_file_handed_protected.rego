# METADATA
# title: 外部に渡す機密性3の電子ファイルにパスワード設定か暗号化がある
# description: >-
#   A file with 機密性3 that is handed to someone outside the body has a password or encryption.
# custom:
#   title_en: 機密性3 file handed outside carries a password or encryption
#   kind: data_file
#   severity: high
#   guideline: [2]
#   measure: 2
#   source: 神戸市 行政監査の措置 (2016-03), 4.2.3カ(1)
#   deciding: [classification, handed_outside, password_protected|encrypted]
#   optional: [sensitive]
#   messages:
#     low_class:
#       ja: 機密性3の情報はありません（機密性{classification}）。
#       en: It holds no 機密性3 (class {classification}).
#     kept_inside:
#       ja: 外部には渡されていません。
#       en: It is not handed outside.
#     unprotected:
#       ja: 機密性{classification}のファイルが、パスワードも暗号化もないまま外部に渡されています。
#       en: A file of class {classification} is handed outside with neither a password nor encryption.
#   remediation:
#     ja: ファイルにパスワードを設定するか暗号化してから渡し、パスワードは別の手段で伝えてください。
#     en: Set a password on the file or encrypt it before handing it over, and pass the password on another way.
package policycheck.controls.assets.data_file_handed_protected

import data.policycheck.lib.confidentiality
import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["classification", "handed_outside"]

judge(data_file, _) := verdict.not_applicable("low_class", {"classification": data_file.classification}) if {
	confidentiality.low(data_file)
}

else := verdict.not_applicable("kept_inside", {}) if data_file.handed_outside == false

else := verdict.missing(data_file, deciding) if fields.lacks(data_file, deciding)

else := verdict.missing(data_file, confidentiality.protections) if confidentiality.undecided(data_file)

else := verdict.fail("unprotected", {"classification": data_file.classification}) if {
	not confidentiality.protected(data_file)
}

else := "pass" if confidentiality.protected(data_file)
