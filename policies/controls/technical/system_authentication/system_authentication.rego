# METADATA
# title: 情報システムの利用に本人を確かめる認証がある
# description: >-
#   The way in which a person logs in to the system is one that tells who it is: by default a personal ID with its
#   password, an IC card, biometrics, or several factors.
# custom:
#   title_en: System needs a log-in that tells who the user is
#   kind: system
#   severity: high
#   guideline: [6]
#   measure: 5
#   source: 荒川区 情報セキュリティ監査報告書 (2017-01), 9(2)ウ
#   deciding: [authentication]
#   parameters:
#     accepted:
#       type: list
#       of: system.authentication
#       default: [id_password, ic_card, biometrics, multi_factor]
#       ja: 認める認証方式
#       en: Accepted ways to log in
#   messages:
#     weak:
#       ja: 利用者の認証が、本人を確かめる方式として認められたものではありません。
#       en: Its way to log in is not accepted as one that tells who the user is.
#   remediation:
#     ja: 利用者ごとのIDとパスワード、ICカード、生体認証など、認められた方式でログインするように改めてください。
#     en: Have everyone log in with an ID and password of their own, an IC card, biometrics, or another accepted way.
package policycheck.controls.technical.system_authentication

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["authentication"]

judge(system, check) := verdict.missing(system, deciding) if fields.lacks(system, deciding)

else := verdict.fail("weak", {"authentication": system.authentication}) if {
	not system.authentication in check.parameters.accepted
}

else := "pass" if system.authentication in check.parameters.accepted
