# METADATA
# title: スタンドアロンPCを業務の担当者だけが使える
# description: >-
#   Only the people in charge of the work can use the standalone PC.
# custom:
#   title_en: Standalone PC usable by the people in charge alone
#   kind: standalone_pc
#   severity: high
#   guideline: [6]
#   measure: 5
#   source: 神戸市 行政監査の措置 (2016-03), 意見(2)スタンドアロン
#   deciding: [access_limited]
#   messages:
#     open:
#       ja: 業務の担当者でない人も使えます。
#       en: People who are not in charge of the work can use it too.
#   remediation:
#     ja: 業務の担当者だけに利用者IDを発行し、担当を外れた人のIDは止めてください。
#     en: Give user IDs to the people in charge alone, and disable the ID of anyone whose duties change.
package policycheck.controls.technical.standalone_pc_access_limited

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["access_limited"]

judge(standalone_pc, _) := verdict.missing(standalone_pc, deciding) if fields.lacks(standalone_pc, deciding)

else := verdict.fail("open", {}) if standalone_pc.access_limited == false

else := "pass" if standalone_pc.access_limited == true
