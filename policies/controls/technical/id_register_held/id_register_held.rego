# METADATA
# title: 所管部署が拠点ごとの利用者IDの台帳を持っている
# description: >-
#   Of every site at which the system is used, the department that owns the system holds a register of the user IDs.
#   An empty list of sites says that it is used nowhere.
# custom:
#   title_en: Owning department holds the register of user IDs of each site
#   kind: system
#   severity: medium
#   guideline: [6]
#   measure: 5
#   source: 大阪市 監査委員監査結果報告 (2024-03-27), 1(1)
#   deciding: [sites, id_register_sites]
#   messages:
#     unused:
#       ja: どの拠点でも使われていません。
#       en: It is used at no site.
#     unregistered:
#       ja: 所管部署に利用者IDの台帳のない拠点があります（{sites}）。
#       en: "The owning department has no register of the user IDs of these sites: {sites}."
#   remediation:
#     ja: 拠点ごとに、登録している利用者IDを報告させ、所管部署の台帳にまとめてください。
#     en: Have each site report the user IDs that it has registered, and enter them in the department's own register.
package policycheck.controls.technical.id_register_held

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["sites", "id_register_sites"]

judge(system, _) := verdict.not_applicable("unused", {}) if system.sites == []

else := verdict.missing(system, deciding) if fields.lacks(system, deciding)

else := verdict.fail("unregistered", {"sites": unregistered}) if {
	unregistered := [site | some site in system.sites; not site in system.id_register_sites]
	unregistered != []
}

else := "pass" if {
	every site in system.sites { site in system.id_register_sites }
}
