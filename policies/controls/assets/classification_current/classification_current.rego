# METADATA
# title: 電子ファイルの機密性3が3A、3B、3Cに分けられている
# description: >-
#   Since the revision of 2024-10, 機密性3 is told apart as 3A, 3B and 3C; a file of plain 3 is not. Any other class
#   passes. Of "2024-10" the source names no day, and 2024-10-01 stands for it; before that day the rule does not apply.
# custom:
#   title_en: 機密性3 of a file is told apart as 3A, 3B or 3C
#   kind: data_file
#   severity: low
#   guideline: [2]
#   measure: 2
#   source: 総務省 地方公共団体における情報セキュリティポリシーに関するガイドライン (2024-10改定)
#   deciding: [classification]
#   messages:
#     before_revision:
#       ja: 基準日が、機密性3を3つに分けた2024年10月の改定より前です。
#       en: The day of the scan lies before the revision of 2024-10, which told 機密性3 apart.
#     undivided:
#       ja: 機密性3とだけ分類され、3A、3B、3Cのどれかが決まっていません。
#       en: It is classed as 3, without saying which of 3A, 3B and 3C.
#   remediation:
#     ja: 秘密文書は3A、漏えいすると個人に重大な影響があるものなどは3B、ほかの公開しないものは3Cに分類し直してください。
#     en: Class it as 3A if it is a secret document, 3B if a leak would gravely hurt people or the like, else 3C.
package policycheck.controls.assets.classification_current

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["classification"]

revised_on := "2024-10-01"

judge(data_file, check) := verdict.not_applicable("before_revision", {}) if check.as_of < revised_on

else := verdict.missing(data_file, deciding) if fields.lacks(data_file, deciding)

else := verdict.fail("undivided", {}) if data_file.classification == "3"

else := "pass" if data_file.classification in {"1", "2", "3A", "3B", "3C"}
