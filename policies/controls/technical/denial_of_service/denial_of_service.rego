# METADATA
# title: 外部からアクセスできるシステムにサービス不能攻撃への対策がある
# description: >-
#   A system that people outside the body can reach has measures that keep it available under denial of service.
# custom:
#   title_en: System that can be reached from outside has measures against denial of service
#   kind: system
#   severity: medium
#   guideline: [6]
#   measure: 5
#   source: 神戸市 行政監査の措置 (2016-03), 7.5.6
#   deciding: [reachable_from_outside, denial_of_service_measures]
#   messages:
#     unreachable:
#       ja: 外部からはアクセスできません。
#       en: It cannot be reached from outside.
#     unprepared:
#       ja: 外部からアクセスできますが、サービス不能攻撃への対策がありません。
#       en: It can be reached from outside, and there are no measures against denial of service.
#   remediation:
#     ja: 通信量の監視や制限、回線と機器の冗長化など、攻撃を受けてもサービスを続けられる対策をとってください。
#     en: Keep it available under attack, for example by watching and limiting traffic, or by spare lines and devices.
package policycheck.controls.technical.denial_of_service

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["reachable_from_outside", "denial_of_service_measures"]

judge(system, _) := verdict.not_applicable("unreachable", {}) if system.reachable_from_outside == false

else := verdict.missing(system, deciding) if fields.lacks(system, deciding)

else := verdict.fail("unprepared", {}) if system.denial_of_service_measures == false

else := "pass" if {
	system.reachable_from_outside == true
	system.denial_of_service_measures == true
}
