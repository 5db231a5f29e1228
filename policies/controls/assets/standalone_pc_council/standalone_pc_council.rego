# METADATA
# title: 個人情報を持つスタンドアロンPCを構築の前に審議会に諮っている
# description: >-
#   The privacy council was consulted on a standalone PC with personal data no later than the day on which it was built.
#   A date of null says that it was not.
# custom:
#   title_en: Council consulted before a standalone PC with personal data was built
#   kind: standalone_pc
#   severity: medium
#   guideline: [2]
#   measure: 2
#   source: 神戸市 行政監査の措置 (2016-03), 意見(2)
#   deciding: [personal_data, council_consulted_on, built_on]
#   messages:
#     no_personal_data:
#       ja: 個人情報はありません。
#       en: It holds no personal data.
#     never:
#       ja: 個人情報を扱うことについて、審議会に諮られていません。
#       en: The council was not consulted on the personal data in it.
#     late:
#       ja: 審議会への諮問（{council_consulted_on}）が、構築（{built_on}）より後になっています。
#       en: The council was consulted on {council_consulted_on}, after it was built on {built_on}.
#   remediation:
#     ja: 審議会への諮問が済んでいなければ速やかに諮問し、今後は構築に先立って諮問してください。
#     en: Consult the council without delay if that was not done, and from now on before anything is built.
package policycheck.controls.assets.standalone_pc_council

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["personal_data", "council_consulted_on", "built_on"]

judge(standalone_pc, check) := verdict.not_applicable("no_personal_data", {}) if standalone_pc.personal_data == false

else := verdict.missing(standalone_pc, deciding) if fields.lacks(standalone_pc, deciding)

else := verdict.future("council_consulted_on", standalone_pc.council_consulted_on) if {
	standalone_pc.council_consulted_on > check.as_of
}

else := verdict.fail("never", {}) if standalone_pc.council_consulted_on == null

else := verdict.fail("late", late(standalone_pc)) if standalone_pc.council_consulted_on > standalone_pc.built_on

else := "pass" if standalone_pc.council_consulted_on <= standalone_pc.built_on

late(standalone_pc) := {
	"council_consulted_on": standalone_pc.council_consulted_on,
	"built_on": standalone_pc.built_on,
}
