# METADATA
# title: 停電訓練で停止、起動と当日中の利用再開が確かめられている
# description: >-
#   In a power-failure drill within the period, the emergency power supplied the server or system, it was shut down and
#   started as planned, and it was usable again no later than the day of the drill; what has to be done by hand is
#   written down. Without emergency power nothing else is asked. Whether a shutdown or start happens by itself need not
#   be stated where the manual steps are written down, nor whether they are where both happen by themselves. The
#   default period of a year is our own.
# custom:
#   title_en: Power-failure drill confirmed shutdown, start and use again on the same day
#   kind: drill
#   severity: medium
#   guideline: [7]
#   measure: 6
#   source: 龍ケ崎市 ICT-BCP訓練 (2023-10-07)
#   deciding: [held_on, powered, usable_on, shutdown.as_planned, startup.as_planned]
#   optional: [shutdown.method, startup.method, manual_steps_documented]
#   parameters:
#     period:
#       type: duration
#       default: P1Y
#       ja: 停電訓練の周期
#       en: Period of the drill
#   messages:
#     unpowered:
#       ja: 非常用電源から電力が供給されませんでした。
#       en: The emergency power did not supply it.
#     unconfirmed:
#       ja: 計画どおりに行われたかを訓練で確認できていません：{fields}
#       en: "The drill could not confirm that it went as planned: {fields}."
#     early:
#       ja: 利用再開日{usable_on}が訓練日{held_on}より前です。この訓練の記録か確かめてください。
#       en: "It was confirmed usable on {usable_on}, before the drill of {held_on}: perhaps a record of another drill."
#     old:
#       ja: 最後の停電訓練は{held_on}で、周期の{period}を過ぎています。
#       en: The last drill was held on {held_on}, longer ago than the period of {period}.
#     shutdown_failed:
#       ja: 停止が計画どおりに行われませんでした。
#       en: The shutdown did not go as planned.
#     startup_failed:
#       ja: 起動が計画どおりに行われませんでした。
#       en: The start did not go as planned.
#     unusable:
#       ja: 再び利用できることが確認されていません。
#       en: It was not confirmed usable again.
#     late:
#       ja: 再び利用できることが確認されたのは{usable_on}で、訓練の当日（{held_on}）を過ぎています。
#       en: It was confirmed usable again on {usable_on}, after the day of the drill, {held_on}.
#     undocumented:
#       ja: 停止か起動に手動の操作が要りますが、手順書に書かれていません。
#       en: Something has to be done by hand to shut it down or start it, and the procedure does not say so.
#   remediation:
#     ja: 原因を調べて電源、設定、手順書を改め、もう一度訓練で確かめてください。
#     en: Find the cause, correct the power supply, settings or procedure, and confirm it by another drill.
package policycheck.controls.operation.power_failure_drill

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

required := ["held_on", "powered", "usable_on"]

judge(drill, check) := verdict.future("held_on", drill.held_on) if drill.held_on > check.as_of

else := verdict.fail("unpowered", {}) if drill.powered == false

else := verdict.missing(drill, required) if fields.lacks(drill, required)

else := verdict.future("usable_on", drill.usable_on) if drill.usable_on > check.as_of

else := open if open := unsettled(drill)

else := verdict.fail("old", {"held_on": drill.held_on}) if drill.held_on < check.parameters.period.since

else := verdict.fail("shutdown_failed", {}) if drill.shutdown.as_planned == false

else := verdict.fail("startup_failed", {}) if drill.startup.as_planned == false

else := verdict.fail("unusable", {}) if drill.usable_on == null

else := verdict.fail("late", days(drill)) if drill.usable_on > drill.held_on

else := verdict.fail("undocumented", {}) if undocumented(drill)

else := "pass" if {
	drill.held_on >= check.parameters.period.since
	drill.shutdown.as_planned == true
	drill.startup.as_planned == true
	drill.usable_on == drill.held_on
	steps_settled(drill)
}

phases := ["shutdown", "startup"]

unsettled(drill) := verdict.unknown("early", days(drill)) if {
	is_string(drill.usable_on)
	drill.usable_on < drill.held_on
}

else := verdict.unknown("unconfirmed", {"fields": unstated(drill, "as_planned")}) if {
	unstated(drill, "as_planned") != []
}

else := verdict.missing(drill, ["manual_steps_documented"]) if {
	by_hand(drill)
	fields.lacks(drill, ["manual_steps_documented"])
}

else := verdict.lacking(unstated(drill, "method")) if {
	unstated(drill, "method") != []
	not by_hand(drill)
	not drill.manual_steps_documented
}

unstated(drill, inner) := [concat(".", [phase, inner]) |
	some phase in phases
	fields.lacks_nested(drill, phase, inner)
]

by_hand(drill) if {
	some phase in phases
	drill[phase].method in {"partly_manual", "manual"}
}

days(drill) := {"usable_on": drill.usable_on, "held_on": drill.held_on}

undocumented(drill) if {
	by_hand(drill)
	drill.manual_steps_documented == false
}

steps_settled(drill) if drill.manual_steps_documented == true

steps_settled(drill) if {
	every phase in phases { drill[phase].method == "auto" }
}
