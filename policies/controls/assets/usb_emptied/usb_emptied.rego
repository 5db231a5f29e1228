# METADATA
# title: USBメモリ等に使用後のデータが残っていない
# description: >-
#   No data is left on an official portable medium after it was used.
# custom:
#   title_en: No data left on USB media after use
#   kind: usb_medium
#   severity: medium
#   guideline: [2]
#   measure: 2
#   source: 龍ケ崎市 情報セキュリティ内部監査 (2023-09-29), I 5(1)
#   deciding: [holds_data]
#   messages:
#     left:
#       ja: 使用後のデータが残っています。
#       en: Data is left on it after use.
#   remediation:
#     ja: 必要なデータを所定の保存場所に移して媒体から消去し、以後は使用を終えるたびに消去してください。
#     en: Move what is needed to where it belongs, erase the medium, and from now on erase it after each use.
package policycheck.controls.assets.usb_emptied

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["holds_data"]

judge(usb_medium, _) := verdict.missing(usb_medium, deciding) if fields.lacks(usb_medium, deciding)

else := verdict.fail("left", {}) if usb_medium.holds_data == true

else := "pass" if usb_medium.holds_data == false
