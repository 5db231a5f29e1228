# METADATA
# title: USBメモリ等が施錠保管されている
# description: >-
#   The medium is locked away while it is not in use.
# custom:
#   title_en: USB medium kept locked
#   kind: usb_medium
#   severity: medium
#   guideline: [4]
#   measure: 3
#   source: 龍ケ崎市 情報セキュリティ内部監査 (2023-09-29), I 5(2)
#   deciding: [locked_storage]
#   messages:
#     unlocked:
#       ja: 使用しないときに、鍵のかかる場所に保管されていません。
#       en: It is not locked away when not in use.
#   remediation:
#     ja: 鍵のかかる保管庫を定め、使用しないときは必ずそこに納めて施錠してください。
#     en: Assign a cabinet with a lock, and keep the medium locked in it whenever it is not in use.
package policycheck.controls.physical.usb_locked

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["locked_storage"]

judge(usb_medium, _) := verdict.missing(usb_medium, deciding) if fields.lacks(usb_medium, deciding)

else := verdict.fail("unlocked", {}) if usb_medium.locked_storage == false

else := "pass" if usb_medium.locked_storage == true
