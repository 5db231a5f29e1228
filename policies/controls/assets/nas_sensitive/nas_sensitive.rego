# METADATA
# title: センシティブ情報を専用システムの外のNASに置いていない
# description: >-
#   A NAS share holds no sensitive personal data, or is part of the system that is meant for the data.
# custom:
#   title_en: No sensitive data on NAS outside the system meant for it
#   kind: nas_share
#   severity: high
#   guideline: [2]
#   measure: 2
#   source: 神戸市 行政監査の措置 (2016-03), 指摘(1)(ウ)
#   deciding: [sensitive, within_dedicated_system]
#   messages:
#     outside:
#       ja: センシティブ情報が、専用のシステムの外にあるNASに置かれています。
#       en: Sensitive data lies on NAS outside the system that is meant for it.
#   remediation:
#     ja: センシティブ情報を専用のシステムに戻し、NASからは消去してください。
#     en: Move the sensitive data back into its own system, and erase it from the NAS.
package policycheck.controls.assets.nas_sensitive

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["sensitive", "within_dedicated_system"]

judge(nas_share, _) := verdict.missing(nas_share, ["sensitive"]) if not fields.present(nas_share, "sensitive")

else := verdict.missing(nas_share, deciding) if {
	nas_share.sensitive
	fields.lacks(nas_share, deciding)
}

else := verdict.fail("outside", {}) if {
	nas_share.sensitive
	nas_share.within_dedicated_system == false
}

else := "pass" if nas_share.sensitive == false

else := "pass" if nas_share.within_dedicated_system == true
