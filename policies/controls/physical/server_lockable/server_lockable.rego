# METADATA
# title: サーバが施錠できる区画に設置されている
# description: >-
#   The server stands in a room, rack or cabinet that is locked.
# custom:
#   title_en: Server stands in a lockable compartment
#   kind: server
#   severity: high
#   guideline: [4]
#   measure: 3
#   source: 神戸市 行政監査の措置 (2016-03), 指摘(2)
#   deciding: [location.lockable]
#   messages:
#     open:
#       ja: 施錠できる区画に設置されていません。
#       en: It does not stand in a lockable compartment.
#   remediation:
#     ja: 施錠できる部屋に移すか、鍵のかかるラックや保管庫に納めてください。
#     en: Move it to a room with a lock, or put it into a rack or cabinet with one.
package policycheck.controls.physical.server_lockable

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

judge(server, _) := verdict.lacking(["location.lockable"]) if {
	fields.lacks_nested(server, "location", "lockable")
}

else := verdict.fail("open", {}) if server.location.lockable == false

else := "pass" if server.location.lockable == true
