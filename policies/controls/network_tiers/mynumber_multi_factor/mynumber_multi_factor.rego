# METADATA
# title: マイナンバー利用事務系のシステムの利用に多要素認証がある
# description: >-
#   A person logs in to a system on the マイナンバー利用事務系 (My Number tier) with several factors.
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
#     not_multi_factor:
#       ja: 多要素認証を使わずにログインできます。
#       en: People can log in to it without multi-factor authentication.
#   remediation:
#     ja: パスワードにICカードや生体認証などを組み合わせ、二つ以上の要素でログインする設定に改めてください。
#     en: Have people log in with two factors or more, such as a password together with an IC card or biometrics.
package policycheck.controls.network_tiers.mynumber_multi_factor

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["network", "authentication"]

judge(system, _) := verdict.not_applicable("other_tier", {}) if system.network != "mynumber"

else := verdict.missing(system, deciding) if fields.lacks(system, deciding)

else := verdict.fail("not_multi_factor", {}) if {
	system.authentication != "multi_factor"
}

else := "pass" if {
	system.authentication == "multi_factor"
}
