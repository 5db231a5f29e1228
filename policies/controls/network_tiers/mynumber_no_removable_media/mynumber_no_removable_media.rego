# METADATA
# title: マイナンバー利用事務系のシステムからUSBメモリ等でデータを持ち出せない
# description: >-
#   Data cannot be taken out of a system on the マイナンバー利用事務系 (My Number tier) by USB media or the like. A system on
#   a tier of standards before 2018-09 is unknown.
# custom:
#   title_en: No data leaves the My Number tier on removable media
#   kind: system
#   severity: high
#   guideline: [3]
#   measure: 5
#   source: 総務省 地方公共団体における情報セキュリティポリシーに関するガイドライン (2026-03-27改定), 3. 情報システム全体の強靭性の向上
#   deciding: [network, removable_media_blocked]
#   messages:
#     other_tier:
#       ja: マイナンバー利用事務系のシステムだけに適用する規定です。
#       en: The rule is for systems on the My Number tier only.
#     outdated_tier:
#       ja: ネットワークが2018年9月の改定より前の区分で書かれ、この規定を適用するか分かりません。今の区分で書いてください。
#       en: "Its tier is one of standards before 2018-09: whether the rule applies, only today's tier can tell."
#     media_open:
#       ja: USBメモリ等の記録媒体でデータを持ち出せます。
#       en: Data can be taken out of it on USB media or the like.
#   remediation:
#     ja: USBメモリ等の記録媒体にデータを書き出せないよう、端末とサーバの設定を改めてください。
#     en: Change the settings of its terminals and servers so that nothing can be written to USB media or the like.
package policycheck.controls.network_tiers.mynumber_no_removable_media

import data.policycheck.lib.fields
import data.policycheck.lib.tiers
import data.policycheck.lib.verdict

deciding := ["network", "removable_media_blocked"]

judge(system, _) := verdict.not_applicable("other_tier", {}) if tiers.elsewhere(system, "mynumber")

else := verdict.unknown("outdated_tier", {}) if tiers.outdated(system)

else := verdict.missing(system, deciding) if fields.lacks(system, deciding)

else := verdict.fail("media_open", {}) if system.removable_media_blocked == false

else := "pass" if system.removable_media_blocked == true
