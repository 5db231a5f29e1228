# METADATA
# title: サーバが持ち去られないように固定されている
# description: >-
#   The server is fixed, by a rack or a chain for example, so that it cannot be carried away.
# custom:
#   title_en: Server fixed so that it cannot be carried away
#   kind: server
#   severity: medium
#   guideline: [4]
#   measure: 3
#   source: 神戸市 行政監査の措置 (2016-03), 指摘(2)
#   deciding: [fixed]
#   messages:
#     loose:
#       ja: 固定されておらず、持ち去られるおそれがあります。
#       en: It is not fixed and could be carried away.
#   remediation:
#     ja: ラックに取り付けるか、鎖などで固定してください。
#     en: Mount it in a rack, or fasten it with a chain or the like.
package policycheck.controls.physical.server_fixed

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["fixed"]

judge(server, _) := verdict.missing(server, deciding) if fields.lacks(server, deciding)

else := verdict.fail("loose", {}) if server.fixed == false

else := "pass" if server.fixed == true
