# METADATA
# title: 機密性3を入れるUSBメモリ等にパスワード設定か暗号化がある
# description: >-
#   A USB medium that carries 機密性3 has a password or encryption.
# custom:
#   title_en: 機密性3 on USB media carries a password or encryption
#   kind: usb_medium
#   severity: high
#   guideline: [2]
#   measure: 2
#   source: 神戸市 行政監査の措置 (2016-03), 4.2.3オ(1)
#   deciding: [classification, password_protected|encrypted]
#   messages:
#     low_class:
#       ja: 機密性3の情報はありません（機密性{classification}）。
#       en: It holds no 機密性3 (class {classification}).
#     unprotected:
#       ja: 機密性{classification}の情報を入れる媒体に、パスワードも暗号化も設定されていません。
#       en: The medium carries class {classification} with neither a password nor encryption.
#   remediation:
#     ja: 媒体かその中のファイルにパスワードを設定するか、暗号化機能のある媒体に替えてください。
#     en: Set a password on the medium or on its files, or change to a medium that encrypts.
package policycheck.controls.assets.usb_protected

import data.policycheck.lib.confidentiality
import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["classification"]

judge(usb_medium, _) := verdict.not_applicable("low_class", {"classification": usb_medium.classification}) if {
	confidentiality.low(usb_medium)
}

else := verdict.missing(usb_medium, deciding) if fields.lacks(usb_medium, deciding)

else := verdict.missing(usb_medium, confidentiality.protections) if confidentiality.undecided(usb_medium)

else := verdict.fail("unprotected", {"classification": usb_medium.classification}) if {
	not confidentiality.protected(usb_medium)
}

else := "pass" if confidentiality.protected(usb_medium)
