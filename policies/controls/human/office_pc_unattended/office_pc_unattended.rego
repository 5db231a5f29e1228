# METADATA
# title: 事務用PCが離席時にロックされている
# description: >-
#   The PC locks itself, or is locked, when its user leaves the desk.
# custom:
#   title_en: Office PC locked while its user is away
#   kind: office_pc
#   severity: medium
#   guideline: [5]
#   measure: 4
#   source: 龍ケ崎市 情報セキュリティ内部監査 (2023-09-29), I 2(1)
#   deciding: [locks_unattended]
#   messages:
#     unlocked:
#       ja: 利用者が席を離れるときにロックされていません。
#       en: It is not locked when its user leaves the desk.
#   remediation:
#     ja: 一定の時間で自動的にロックされる設定にし、席を離れるときはロックするよう周知してください。
#     en: Set it to lock itself after a while, and tell its users to lock it whenever they leave the desk.
package policycheck.controls.human.office_pc_unattended

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["locks_unattended"]

judge(office_pc, _) := verdict.missing(office_pc, deciding) if fields.lacks(office_pc, deciding)

else := verdict.fail("unlocked", {}) if office_pc.locks_unattended == false

else := "pass" if office_pc.locks_unattended == true
