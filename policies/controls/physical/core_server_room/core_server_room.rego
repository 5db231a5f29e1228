# METADATA
# title: 基幹系のサーバが一般の職員の入れない室にある
# description: >-
#   A server whose system runs on a core network stands in a room that ordinary staff cannot enter.
# custom:
#   title_en: Core server stands in a room that ordinary staff cannot enter
#   kind: server
#   severity: high
#   guideline: [4]
#   measure: 3
#   source: 神戸市 行政監査の措置 (2016-03), 意見(2)
#   deciding: [system, location.restricted_entry]
#   parameters:
#     networks:
#       type: list
#       of: system.network
#       default: [mynumber, core]
#       ja: 基幹系とするネットワーク
#       en: Networks that count as core
#   index:
#     systems: {lookup: system, fields: [network]}
#   messages:
#     not_core:
#       ja: 基幹系のサーバではありません（ネットワークは{network}）。
#       en: "It is not a server of a core system (network: {network})."
#     accessible:
#       ja: ネットワークが{network}のシステムのサーバですが、設置されている室に一般の職員が入れます。
#       en: Its system is on {network}, and ordinary staff can enter its room.
#   remediation:
#     ja: 入室を制限したサーバ室に移すか、今の室に入れる人を限り、入室の管理を始めてください。
#     en: Move it to a machine room with restricted entry, or restrict and control who may enter its room.
package policycheck.controls.physical.core_server_room

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

judge(server, check) := verdict.not_applicable("not_core", {"network": network}) if {
	network := check.index.systems[server.system].network
	networks := check.parameters.networks
	not network in networks
}

else := verdict.lacking(["system"]) if not server.system

else := verdict.system_not_found(server.system) if not check.index.systems[server.system]

else := verdict.lacking(["system.network"]) if {
	not check.index.systems[server.system].network
}

else := verdict.lacking(["location.restricted_entry"]) if {
	fields.lacks_nested(server, "location", "restricted_entry")
}

else := verdict.fail("accessible", {"network": check.index.systems[server.system].network}) if {
	server.location.restricted_entry == false
}

else := "pass" if {
	check.index.systems[server.system].network in check.parameters.networks
	server.location.restricted_entry == true
}
