# METADATA
# title: スタンドアロンPCが施錠できる場所に保管されている
# description: >-
#   The standalone PC is kept in a place that is locked while it is not in use.
# custom:
#   title_en: Standalone PC kept in a lockable place
#   kind: standalone_pc
#   severity: medium
#   guideline: [4]
#   measure: 3
#   source: 神戸市 行政監査の措置 (2016-03), 意見(2)
#   deciding: [lockable_storage]
#   messages:
#     unlocked:
#       ja: 使用しないときに、施錠できる場所に保管されていません。
#       en: It is not kept in a lockable place when not in use.
#   remediation:
#     ja: 鍵のかかる部屋か保管庫を定め、使用しないときはそこに置いて施錠してください。
#     en: Assign a room or cabinet with a lock, and keep the PC locked in it when it is not in use.
package policycheck.controls.physical.standalone_pc_lockable

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["lockable_storage"]

judge(standalone_pc, _) := verdict.missing(standalone_pc, deciding) if fields.lacks(standalone_pc, deciding)

else := verdict.fail("unlocked", {}) if standalone_pc.lockable_storage == false

else := "pass" if standalone_pc.lockable_storage == true
