# METADATA
# title: マイナンバー利用事務系のシステムと他の系との通信が特定通信に限られている
# description: >-
#   A system on the マイナンバー利用事務系 (My Number tier) communicates with other tiers only by 特定通信, which is limited to
#   named addresses and ports. A system on a tier of standards before 2018-09 is unknown.
# custom:
#   title_en: System on the My Number tier is cut off from the other tiers
#   kind: system
#   severity: high
#   guideline: [3]
#   measure: 5
#   source: 総務省 地方公共団体における情報セキュリティポリシーに関するガイドライン (2026-03-27改定), 3. 情報システム全体の強靭性の向上
#   deciding: [network, connections_limited]
#   messages:
#     other_tier:
#       ja: マイナンバー利用事務系のシステムだけに適用する規定です。
#       en: The rule is for systems on the My Number tier only.
#     outdated_tier:
#       ja: ネットワークが2018年9月の改定より前の区分で書かれ、この規定を適用するか分かりません。今の区分で書いてください。
#       en: "Its tier is one of standards before 2018-09: whether the rule applies, only today's tier can tell."
#     open:
#       ja: 他の系との通信が、接続先のアドレスとポートを限定した特定通信に限られていません。
#       en: It communicates with other tiers in ways that are not limited to named addresses and ports.
#   remediation:
#     ja: 他の系との通信を洗い出し、業務に必要なものだけを接続先のアドレスとポートを限定して許可し、ほかは遮断してください。
#     en: Allow only the communication with other tiers that the work needs, by address and port, and block the rest.
package policycheck.controls.network_tiers.mynumber_isolated

import data.policycheck.lib.fields
import data.policycheck.lib.tiers
import data.policycheck.lib.verdict

deciding := ["network", "connections_limited"]

judge(system, _) := verdict.not_applicable("other_tier", {}) if tiers.elsewhere(system, "mynumber")

else := verdict.unknown("outdated_tier", {}) if tiers.outdated(system)

else := verdict.missing(system, deciding) if fields.lacks(system, deciding)

else := verdict.fail("open", {}) if system.connections_limited == false

else := "pass" if system.connections_limited == true
