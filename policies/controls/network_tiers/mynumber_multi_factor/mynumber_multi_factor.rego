# METADATA
# title: マイナンバー利用事務系のシステムの利用に多要素認証がある
# description: >-
#   A person logs in to a system on the マイナンバー利用事務系 (My Number tier) with several factors. A system on a tier of
#   standards before 2018-09 is unknown.
# custom:
#   title_en: System on the My Number tier needs multi-factor login
#   kind: system
#   severity: high
#   guideline: [3]
#   measure: 5
#   source: 総務省 地方公共団体における情報セキュリティポリシーに関するガイドライン (2026-03-27改定), 3. 情報システム全体の強靭性の向上
#   deciding: [network, authentication]
#   messages:
#     other_tier:
#       ja: マイナンバー利用事務系のシステムだけに適用する規定です。
#       en: The rule is for systems on the My Number tier only.
#     outdated_tier:
#       ja: ネットワークが2018年9月の改定より前の区分で書かれ、この規定を適用するか分かりません。今の区分で書いてください。
#       en: "Its tier is one of standards before 2018-09: whether the rule applies, only today's tier can tell."
#     not_multi_factor:
#       ja: 多要素認証を使わずにログインできます。
#       en: People can log in to it without multi-factor authentication.
#   remediation:
#     ja: パスワードにICカードや生体認証などを組み合わせ、二つ以上の要素でログインする設定に改めてください。
#     en: Have people log in with two factors or more, such as a password together with an IC card or biometrics.
package policycheck.controls.network_tiers.mynumber_multi_factor

import data.policycheck.lib.fields
import data.policycheck.lib.tiers
import data.policycheck.lib.verdict

deciding := ["network", "authentication"]

judge(system, _) := verdict.not_applicable("other_tier", {}) if tiers.elsewhere(system, "mynumber")

else := verdict.unknown("outdated_tier", {}) if tiers.outdated(system)

else := verdict.missing(system, deciding) if fields.lacks(system, deciding)

else := verdict.fail("not_multi_factor", {}) if {
	system.authentication != "multi_factor"
}

else := "pass" if {
	system.authentication == "multi_factor"
}
