# METADATA
# title: スタンドアロンPCのデータを他のネットワークで共有していない
# description: >-
#   The data of the standalone PC is kept on it, and not shared on another network as well.
# custom:
#   title_en: Data of the standalone PC not shared on another network
#   kind: standalone_pc
#   severity: high
#   guideline: [2]
#   measure: 2
#   source: 神戸市 行政監査の措置 (2016-03), 意見(2)
#   deciding: [data_shared_outside]
#   messages:
#     shared_outside:
#       ja: このPCのデータが、他のネットワークでも共有されています。
#       en: Its data is also shared on another network.
#   remediation:
#     ja: 他のネットワークでの共有をやめ、そこに残るデータを消去してください。
#     en: End the sharing, and erase the data that is left on the other network.
package policycheck.controls.assets.standalone_pc_data_kept

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["data_shared_outside"]

judge(standalone_pc, _) := verdict.missing(standalone_pc, deciding) if fields.lacks(standalone_pc, deciding)

else := verdict.fail("shared_outside", {}) if standalone_pc.data_shared_outside

else := "pass" if standalone_pc.data_shared_outside == false
