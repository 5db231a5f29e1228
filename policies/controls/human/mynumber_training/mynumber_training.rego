# METADATA
# title: 特定個人情報の担当者が研修を受講している
# description: >-
#   At least the given share of those who handle specific personal information finished its training. A record of more
#   people than there are is unknown.
# custom:
#   title_en: Those who handle specific personal information are trained in it
#   kind: department
#   severity: medium
#   guideline: [5]
#   measure: 4
#   source: 龍ケ崎市 情報セキュリティ内部監査 (2023-09-29), III 7
#   deciding: [mynumber_handlers, mynumber_training_attended]
#   parameters:
#     share:
#       type: percent
#       default: 100
#       ja: 受講率（％）の下限
#       en: Share of them that must have finished it, in percent
#   messages:
#     no_handlers:
#       ja: 特定個人情報の担当者はいません。
#       en: Nobody handles specific personal information.
#     impossible:
#       ja: 特定個人情報研修の受講者数（{mynumber_training_attended}人）が担当者数（{mynumber_handlers}人）を超えています。
#       en: "More are said to be trained than handle it: {mynumber_training_attended} of {mynumber_handlers}."
#     too_few:
#       ja: 研修を受講したのは担当者{mynumber_handlers}人のうち{mynumber_training_attended}人で、受講率の下限（{share}％）に達していません。
#       en: Of {mynumber_handlers} who handle it, {mynumber_training_attended} are trained, less than {share} %.
#   remediation:
#     ja: 受講していない担当者に特定個人情報の研修を受講させ、受講者数を台帳に記録してください。
#     en: Have those who have not been trained finish the training, and record the number.
package policycheck.controls.human.mynumber_training

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["mynumber_handlers", "mynumber_training_attended"]

judge(department, check) := verdict.not_applicable("no_handlers", {}) if {
	department.mynumber_handlers == 0
	object.get(department, "mynumber_training_attended", 0) == 0
}

else := verdict.missing(department, deciding) if fields.lacks(department, deciding)

else := verdict.unknown("impossible", {"mynumber_training_attended": attended, "mynumber_handlers": handlers}) if {
	attended := department.mynumber_training_attended
	handlers := department.mynumber_handlers
	attended > handlers
}

else := verdict.fail("too_few", {"mynumber_training_attended": attended, "mynumber_handlers": handlers}) if {
	attended := department.mynumber_training_attended
	handlers := department.mynumber_handlers
	attended * 100 < check.parameters.share * handlers
}

else := "pass" if {
	department.mynumber_training_attended * 100 >= check.parameters.share * department.mynumber_handlers
}
