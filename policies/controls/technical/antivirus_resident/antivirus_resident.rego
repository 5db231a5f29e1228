# METADATA
# title: スタンドアロンPCにウイルス対策ソフトが常駐している
# description: >-
#   Antivirus software is installed on the standalone PC and always running.
# custom:
#   title_en: Antivirus software resident on the standalone PC
#   kind: standalone_pc
#   severity: high
#   guideline: [6]
#   measure: 5
#   source: 神戸市 行政監査の措置 (2016-03), 意見(2)
#   deciding: [antivirus.resident]
#   messages:
#     absent:
#       ja: ウイルス対策ソフトが常駐していません。
#       en: No antivirus software is always running.
#   remediation:
#     ja: ウイルス対策ソフトを導入し、常に動作する設定にしてください。
#     en: Install antivirus software, and set it to run at all times.
package policycheck.controls.technical.antivirus_resident

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

judge(standalone_pc, _) := verdict.lacking(["antivirus.resident"]) if {
	fields.lacks_nested(standalone_pc, "antivirus", "resident")
}

else := verdict.fail("absent", {}) if standalone_pc.antivirus.resident == false

else := "pass" if standalone_pc.antivirus.resident == true
