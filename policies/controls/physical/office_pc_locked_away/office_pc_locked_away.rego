# METADATA
# title: 持ち運べる事務用PCが業務終了後に施錠保管されている
# description: >-
#   A notebook or tablet is locked away when work is over.
# custom:
#   title_en: Portable office PC locked away after work
#   kind: office_pc
#   severity: medium
#   guideline: [4]
#   measure: 3
#   source: 龍ケ崎市 情報セキュリティ内部監査 (2023-09-29), II 1(3)
#   deciding: [portable, locked_storage]
#   messages:
#     not_portable:
#       ja: 持ち運べるPCではありません。
#       en: It is not a PC that can be carried.
#     unlocked:
#       ja: 業務が終わった後に、鍵のかかる場所に保管されていません。
#       en: It is not locked away when work is over.
#   remediation:
#     ja: 鍵のかかる保管庫を定め、業務が終わったらそこに納めて施錠してください。
#     en: Assign a cabinet with a lock, and lock the PC in it when work is over.
package policycheck.controls.physical.office_pc_locked_away

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["portable", "locked_storage"]

judge(office_pc, _) := verdict.not_applicable("not_portable", {}) if office_pc.portable == false

else := verdict.missing(office_pc, deciding) if fields.lacks(office_pc, deciding)

else := verdict.fail("unlocked", {}) if office_pc.locked_storage == false

else := "pass" if {
	office_pc.portable == true
	office_pc.locked_storage == true
}
