# METADATA
# title: USBメモリ等が管理簿に登録されている
# description: >-
#   The medium is entered in the register of media.
# custom:
#   title_en: USB medium entered in the register
#   kind: usb_medium
#   severity: medium
#   guideline: [2]
#   measure: 2
#   source: 大阪市 監査委員監査結果報告 (2024-03-27), 2(2)
#   deciding: [registered]
#   messages:
#     unregistered:
#       ja: 管理簿に登録されていません。
#       en: It is not entered in the register.
#   remediation:
#     ja: 管理簿に登録するか、業務に要らない媒体であれば使用をやめて廃棄の手続をとってください。
#     en: Enter it in the register, or take it out of use and have it disposed of if the work does not need it.
package policycheck.controls.assets.usb_registered

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["registered"]

judge(usb_medium, _) := verdict.missing(usb_medium, deciding) if fields.lacks(usb_medium, deciding)

else := verdict.fail("unregistered", {}) if usb_medium.registered == false

else := "pass" if usb_medium.registered == true
