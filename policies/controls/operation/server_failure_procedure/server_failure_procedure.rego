# METADATA
# title: サーバの障害時の対応手順が文書になっている
# description: >-
#   A written procedure says what to do when the server fails.
# custom:
#   title_en: What to do when the server fails is written down
#   kind: server
#   severity: medium
#   guideline: [7]
#   measure: 6
#   source: 龍ケ崎市 情報セキュリティ内部監査 (2023-09-29), II 2(2)
#   deciding: [failure_procedure]
#   messages:
#     unwritten:
#       ja: 障害が起きたときの対応手順が文書になっていません。
#       en: No written procedure says what to do when it fails.
#   remediation:
#     ja: 連絡先、切り分け、復旧の手順を文書にまとめ、担当者に周知してください。
#     en: Write down whom to call, how to find the cause and how to recover, and make it known to those in charge.
package policycheck.controls.operation.server_failure_procedure

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["failure_procedure"]

judge(server, _) := verdict.missing(server, deciding) if fields.lacks(server, deciding)

else := verdict.fail("unwritten", {}) if server.failure_procedure == false

else := "pass" if server.failure_procedure == true
