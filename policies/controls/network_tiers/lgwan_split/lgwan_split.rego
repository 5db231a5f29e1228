# METADATA
# title: LGWAN接続系のシステムがインターネットから分離されている
# description: >-
#   The network of a system on the LGWAN接続系 (LGWAN tier) is split from the internet. A system on a tier of
#   standards before 2018-09 is unknown.
# custom:
#   title_en: System on the LGWAN tier is split from the internet
#   kind: system
#   severity: high
#   guideline: [3]
#   measure: 5
#   source: 総務省 地方公共団体における情報セキュリティポリシーに関するガイドライン (2026-03-27改定), 3. 情報システム全体の強靭性の向上
#   deciding: [network, separated_from_internet]
#   messages:
#     other_tier:
#       ja: LGWAN接続系のシステムだけに適用する規定です。
#       en: The rule is for systems on the LGWAN tier only.
#     outdated_tier:
#       ja: ネットワークが2018年9月の改定より前の区分で書かれ、この規定を適用するか分かりません。今の区分で書いてください。
#       en: "Its tier is one of standards before 2018-09: whether the rule applies, only today's tier can tell."
#     joined:
#       ja: LGWAN接続系のネットワークが、インターネットから分離されていません。
#       en: Its network on the LGWAN tier is not split from the internet.
#   remediation:
#     ja: インターネットとの通信経路を切り離し、外から取り込むものは無害化してください。
#     en: Cut the path to the internet, and make what comes in from there harmless first.
package policycheck.controls.network_tiers.lgwan_split

import data.policycheck.lib.fields
import data.policycheck.lib.tiers
import data.policycheck.lib.verdict

deciding := ["network", "separated_from_internet"]

judge(system, _) := verdict.not_applicable("other_tier", {}) if tiers.elsewhere(system, "lgwan")

else := verdict.unknown("outdated_tier", {}) if tiers.outdated(system)

else := verdict.missing(system, deciding) if fields.lacks(system, deciding)

else := verdict.fail("joined", {}) if system.separated_from_internet == false

else := "pass" if system.separated_from_internet == true
