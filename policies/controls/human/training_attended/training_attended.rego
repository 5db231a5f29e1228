# METADATA
# title: 職員が情報セキュリティ研修を定期的に受講している
# description: >-
#   The last security training was held within the period, and at least the given share of those who must take part
#   did. A date of null says that there was none. A record of more people than there are is unknown. The default
#   period of a year is our own.
# custom:
#   title_en: Staff took part in security training within the period
#   kind: department
#   severity: medium
#   guideline: [5]
#   measure: 4
#   source: 龍ケ崎市 情報セキュリティ内部監査 (2023-09-29), I 6
#   deciding: [staff, training_attended, trained_on]
#   parameters:
#     period:
#       type: duration
#       default: P1Y
#       ja: 研修の周期
#       en: Period of the training
#     share:
#       type: percent
#       default: 100
#       ja: 受講率（％）の下限
#       en: Share of the staff that must take part, in percent
#   messages:
#     no_staff:
#       ja: 研修を受けるべき職員はいません。
#       en: There is nobody who must take part.
#     impossible:
#       ja: 研修受講者数（{training_attended}人）が職員数（{staff}人）を超えています。
#       en: "More are said to have taken part than there are staff: {training_attended} of {staff}."
#     never:
#       ja: 研修の記録がありません（周期は{period}）。
#       en: "No training is on record (period: {period})."
#     stale:
#       ja: 最後の研修は{trained_on}で、周期の{period}を過ぎています。
#       en: Last trained on {trained_on}, longer ago than the period of {period}.
#     too_few:
#       ja: 研修を受講したのは職員{staff}人のうち{training_attended}人で、受講率の下限（{share}％）に達していません。
#       en: Of {staff} staff, {training_attended} took part in the training, less than {share} %.
#   remediation:
#     ja: 研修を定期的に行い、欠席した職員にも補講などで受講させて、実施日と受講者数を台帳に記録してください。
#     en: Hold training regularly, have those who missed it make up for it, and record the date and the number.
package policycheck.controls.human.training_attended

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["staff", "training_attended", "trained_on"]

judge(department, check) := verdict.not_applicable("no_staff", {}) if {
	department.staff == 0
	object.get(department, "training_attended", 0) == 0
}

else := verdict.missing(department, deciding) if fields.lacks(department, deciding)

else := verdict.unknown("impossible", {"training_attended": attended, "staff": department.staff}) if {
	attended := department.training_attended
	attended > department.staff
}

else := verdict.future("trained_on", department.trained_on) if department.trained_on > check.as_of

else := verdict.fail("never", {}) if department.trained_on == null

else := verdict.fail("stale", {"trained_on": department.trained_on}) if {
	department.trained_on < check.parameters.period.since
}

else := verdict.fail("too_few", {"training_attended": attended, "staff": department.staff}) if {
	attended := department.training_attended
	attended * 100 < check.parameters.share * department.staff
}

else := "pass" if {
	department.trained_on >= check.parameters.period.since
	department.training_attended * 100 >= check.parameters.share * department.staff
}
