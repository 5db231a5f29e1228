# METADATA
# title: LGWAN接続系のシステムに取り込むものが無害化されている
# description: >-
#   What comes from the internet into a system on the LGWAN接続系 (LGWAN tier) is made harmless first: mail turned
#   into text, screen transfer, or cleaned files. A system on a tier of standards before 2018-09 is unknown.
# custom:
#   title_en: What comes into the LGWAN tier is made harmless
#   kind: system
#   severity: medium
#   guideline: [3]
#   measure: 5
#   source: 総務省 地方公共団体における情報セキュリティポリシーに関するガイドライン (2026-03-27改定), 3. 情報システム全体の強靭性の向上
#   deciding: [network, incoming_sanitised]
#   messages:
#     other_tier:
#       ja: LGWAN接続系のシステムだけに適用する規定です。
#       en: The rule is for systems on the LGWAN tier only.
#     outdated_tier:
#       ja: ネットワークが2018年9月の改定より前の区分で書かれ、この規定を適用するか分かりません。今の区分で書いてください。
#       en: "Its tier is one of standards before 2018-09: whether the rule applies, only today's tier can tell."
#     unsanitised:
#       ja: インターネットから入るメールやファイルが、無害化されていません。
#       en: Mail and files come into it from the internet without being made harmless.
#   remediation:
#     ja: メールのテキスト化、画面転送、ファイルの無害化などの仕組みを設け、それを通ったものだけを取り込んでください。
#     en: Turn mail into text, transfer screens only, or clean files, and let in nothing else.
package policycheck.controls.network_tiers.lgwan_sanitised

import data.policycheck.lib.fields
import data.policycheck.lib.tiers
import data.policycheck.lib.verdict

deciding := ["network", "incoming_sanitised"]

judge(system, _) := verdict.not_applicable("other_tier", {}) if tiers.elsewhere(system, "lgwan")

else := verdict.unknown("outdated_tier", {}) if tiers.outdated(system)

else := verdict.missing(system, deciding) if fields.lacks(system, deciding)

else := verdict.fail("unsanitised", {}) if system.incoming_sanitised == false

else := "pass" if system.incoming_sanitised == true
