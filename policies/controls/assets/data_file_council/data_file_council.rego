# METADATA
# title: 専用システムの外で扱うセンシティブ情報を審議会に諮っている
# description: >-
#   The privacy council was consulted on a file of sensitive personal data that is kept outside the system meant for it.
#   A date of null says that it was not.
# custom:
#   title_en: Sensitive data outside its system went before the council
#   kind: data_file
#   severity: high
#   guideline: [2]
#   measure: 2
#   source: 神戸市 行政監査の措置 (2016-03), 指摘(1)(イ)
#   deciding: [sensitive, within_dedicated_system, council_consulted_on]
#   messages:
#     not_sensitive:
#       ja: センシティブ情報はありません。
#       en: It holds no sensitive data.
#     inside:
#       ja: 専用のシステムの中で扱われています。
#       en: It is part of the system that is meant for the data.
#     never:
#       ja: センシティブ情報を専用のシステムの外で扱うことについて、審議会に諮られていません。
#       en: The council was not consulted on sensitive data being kept outside the system meant for it.
#   remediation:
#     ja: このファイルを専用のシステムの中に移すか、審議会に諮問して、その日を台帳に記録してください。
#     en: Move the file into the system meant for it, or consult the council and record the date.
package policycheck.controls.assets.data_file_council

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["sensitive", "within_dedicated_system", "council_consulted_on"]

judge(data_file, check) := verdict.not_applicable("not_sensitive", {}) if data_file.sensitive == false

else := verdict.not_applicable("inside", {}) if data_file.within_dedicated_system

else := verdict.missing(data_file, deciding) if fields.lacks(data_file, deciding)

else := verdict.future("council_consulted_on", data_file.council_consulted_on) if {
	data_file.council_consulted_on > check.as_of
}

else := verdict.fail("never", {}) if data_file.council_consulted_on == null

else := "pass" if data_file.council_consulted_on <= check.as_of
