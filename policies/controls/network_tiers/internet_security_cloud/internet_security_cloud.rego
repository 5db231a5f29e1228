# METADATA
# title: インターネット接続系のシステムの通信がセキュリティクラウドを通り、監視されている
# description: >-
#   A system on the インターネット接続系 (internet tier) reaches the internet through the prefecture's security cloud, and
#   its communication with the internet is watched. A system on a tier of standards before 2018-09 is unknown.
# custom:
#   title_en: System on the internet tier goes through the security cloud and is watched
#   kind: system
#   severity: medium
#   guideline: [3]
#   measure: 5
#   source: 総務省 地方公共団体における情報セキュリティポリシーに関するガイドライン (2026-03-27改定), 3. 情報システム全体の強靭性の向上
#   deciding: [network, through_security_cloud, monitored]
#   messages:
#     other_tier:
#       ja: インターネット接続系のシステムだけに適用する規定です。
#       en: The rule is for systems on the internet tier only.
#     outdated_tier:
#       ja: ネットワークが2018年9月の改定より前の区分で書かれ、この規定を適用するか分かりません。今の区分で書いてください。
#       en: "Its tier is one of standards before 2018-09: whether the rule applies, only today's tier can tell."
#     bypassed:
#       ja: 自治体情報セキュリティクラウドを通らずに、インターネットと通信しています。
#       en: It communicates with the internet without going through the prefecture's security cloud.
#     unwatched:
#       ja: インターネットとの通信が監視されていません。
#       en: Its communication with the internet is not watched.
#   remediation:
#     ja: インターネットとの通信をすべて自治体情報セキュリティクラウドに通し、監視の対象に加えてください。
#     en: Send all communication with the internet through the prefecture's security cloud, and have it watched.
package policycheck.controls.network_tiers.internet_security_cloud

import data.policycheck.lib.fields
import data.policycheck.lib.tiers
import data.policycheck.lib.verdict

deciding := ["network", "through_security_cloud", "monitored"]

judge(system, _) := verdict.not_applicable("other_tier", {}) if tiers.elsewhere(system, "internet")

else := verdict.unknown("outdated_tier", {}) if tiers.outdated(system)

else := verdict.missing(system, deciding) if fields.lacks(system, deciding)

else := verdict.fail("bypassed", {}) if system.through_security_cloud == false

else := verdict.fail("unwatched", {}) if system.monitored == false

else := "pass" if {
	system.through_security_cloud == true
	system.monitored == true
}
