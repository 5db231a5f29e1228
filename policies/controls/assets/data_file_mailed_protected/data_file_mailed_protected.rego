# METADATA
# title: メールで送る機密性3の電子ファイルにパスワード設定か暗号化がある
# description: >-
#   A file with 機密性3 that is sent by e-mail has a password or encryption.
# custom:
#   title_en: 機密性3 file sent by e-mail carries a password or encryption
#   kind: data_file
#   severity: high
#   guideline: [2]
#   measure: 2
#   source: 神戸市 行政監査の措置 (2016-03), 4.2.3エ(3)
#   deciding: [classification, sent_by_mail, password_protected|encrypted]
#   optional: [sensitive]
#   messages:
#     low_class:
#       ja: 機密性3の情報はありません（機密性{classification}）。
#       en: It holds no 機密性3 (class {classification}).
#     not_mailed:
#       ja: メールでは送られていません。
#       en: It is not sent by e-mail.
#     unprotected:
#       ja: 機密性{classification}のファイルが、パスワードも暗号化もないままメールで送られています。
#       en: A file of class {classification} is sent by e-mail with neither a password nor encryption.
#   remediation:
#     ja: ファイルにパスワードを設定するか暗号化してから送り、パスワードは別の手段で伝えてください。
#     en: Set a password on the file or encrypt it before sending it, and pass the password on another way.
package policycheck.controls.assets.data_file_mailed_protected

import data.policycheck.lib.confidentiality
import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["classification", "sent_by_mail"]

judge(data_file, _) := verdict.not_applicable("low_class", {"classification": data_file.classification}) if {
	confidentiality.low(data_file)
}

else := verdict.not_applicable("not_mailed", {}) if data_file.sent_by_mail == false

else := verdict.missing(data_file, deciding) if fields.lacks(data_file, deciding)

else := verdict.missing(data_file, confidentiality.protections) if confidentiality.undecided(data_file)

else := verdict.fail("unprotected", {"classification": data_file.classification}) if {
	not confidentiality.protected(data_file)
}

else := "pass" if confidentiality.protected(data_file)
