# METADATA
# title: スタンドアロンPCの利用に本人を確かめる認証がある
# description: >-
#   The way in which a person logs in to the standalone PC is one that tells who it is: by default a personal ID with
#   its password, biometrics, or several factors.
# custom:
#   title_en: Standalone PC needs ID and password or biometrics
#   kind: standalone_pc
#   severity: high
#   guideline: [6]
#   measure: 5
#   source: 神戸市 行政監査の措置 (2016-03), 意見(2)
#   deciding: [authentication]
#   parameters:
#     accepted:
#       type: list
#       of: standalone_pc.authentication
#       default: [id_password, biometrics, multi_factor]
#       ja: 認める認証方式
#       en: Accepted ways to log in
#   messages:
#     weak:
#       ja: 認証方式（{authentication}）は、利用者本人を確かめる方式として認められていません。
#       en: Its way to log in ({authentication}) is not accepted as one that tells who the user is.
#   remediation:
#     ja: 利用者ごとのIDとパスワードか、生体認証でログインする設定に改めてください。
#     en: Have everyone log in with an ID and password of their own, or by biometrics.
package policycheck.controls.technical.standalone_pc_authentication

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["authentication"]

judge(standalone_pc, check) := verdict.missing(standalone_pc, deciding) if fields.lacks(standalone_pc, deciding)

else := verdict.fail("weak", {"authentication": standalone_pc.authentication}) if {
	not standalone_pc.authentication in check.parameters.accepted
}

else := "pass" if standalone_pc.authentication in check.parameters.accepted
