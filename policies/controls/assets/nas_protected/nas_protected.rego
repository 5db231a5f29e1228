# METADATA
# title: 複数人で共用する機密性3のNASにパスワード設定か暗号化がある
# description: >-
#   A NAS share that holds 機密性3 and that several people use carries a password or encryption. A share is taken to be
#   used by several people unless it says otherwise.
# custom:
#   title_en: Shared 機密性3 on NAS carries a password or encryption
#   kind: nas_share
#   severity: high
#   guideline: [2]
#   measure: 2
#   source: 神戸市 行政監査の措置 (2016-03), 4.2.3オ(1), 指摘(1)(ア)
#   deciding: [classification, password_protected|encrypted]
#   optional: [sensitive, shared]
#   messages:
#     low_class:
#       ja: 機密性3の情報はありません（機密性{classification}）。
#       en: It holds no 機密性3 (class {classification}).
#     single_user:
#       ja: 一人だけが使う領域です。
#       en: One person alone uses it.
#     unprotected:
#       ja: 機密性{classification}の情報を共用していますが、パスワードも暗号化も設定されていません。
#       en: Class {classification} is shared with neither a password nor encryption.
#   remediation:
#     ja: 共有領域かその中のファイルにパスワードを設定するか、暗号化してください。
#     en: Set a password on the share or on its files, or encrypt them.
package policycheck.controls.assets.nas_protected

import data.policycheck.lib.confidentiality
import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["classification"]

judge(nas_share, _) := verdict.not_applicable("low_class", {"classification": nas_share.classification}) if {
	confidentiality.low(nas_share)
}

else := verdict.not_applicable("single_user", {}) if nas_share.shared == false

else := verdict.missing(nas_share, deciding) if fields.lacks(nas_share, deciding)

else := verdict.missing(nas_share, confidentiality.protections) if confidentiality.undecided(nas_share)

else := verdict.fail("unprotected", {"classification": nas_share.classification}) if {
	not confidentiality.protected(nas_share)
}

else := "pass" if confidentiality.protected(nas_share)
