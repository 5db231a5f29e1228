# METADATA
# title: 手順書に定めた担い手がアクセスログを取得し分析している
# description: >-
#   Whoever the procedures name for taking and analysing the access log is who does it in practice. The two names are
#   compared letter by letter.
# custom:
#   title_en: Access log taken and analysed by whom the procedures name
#   kind: system
#   severity: medium
#   guideline: [6]
#   measure: 5
#   source: 大阪市 監査委員監査結果報告 (2024-03-27), 1(3)
#   deciding: [log_analysis.prescribed, log_analysis.actual]
#   messages:
#     different:
#       ja: アクセスログの取得と分析は、手順書では{prescribed}が行うことになっていますが、実際には{actual}が行っています。
#       en: By the procedures {prescribed} takes and analyses the access log; in practice {actual} does.
#   remediation:
#     ja: 手順書どおりの担い手に改めるか、実態が適切であれば手順書を改定してください。
#     en: Have it done by whom the procedures name, or revise them if what is done in practice is right.
package policycheck.controls.technical.access_log_prescribed

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

judge(system, _) := verdict.lacking(unstated) if {
	unstated := [concat(".", ["log_analysis", side]) |
		some side in ["prescribed", "actual"]
		fields.lacks_nested(system, "log_analysis", side)
	]
	unstated != []
}

else := verdict.fail("different", {"prescribed": prescribed, "actual": actual}) if {
	prescribed := system.log_analysis.prescribed
	actual := system.log_analysis.actual
	prescribed != actual
}

else := "pass" if system.log_analysis.prescribed == system.log_analysis.actual
