# METADATA
# title: 機密性3のあるNASに権限のある人だけがアクセスできる
# description: >-
#   A NAS share that holds 機密性3 can be reached by authorised people alone.
# custom:
#   title_en: 機密性3 on NAS reachable by authorised people only
#   kind: nas_share
#   severity: high
#   guideline: [2]
#   measure: 2
#   source: 神戸市 行政監査の措置 (2016-03), 4.2.3オ(1), 指摘(1)(ア)
#   deciding: [classification, access_restricted]
#   optional: [sensitive]
#   messages:
#     low_class:
#       ja: 機密性3の情報はありません（機密性{classification}）。
#       en: It holds no 機密性3 (class {classification}).
#     open:
#       ja: 機密性{classification}の情報に、権限のない人もアクセスできます。
#       en: People without authority can reach information of class {classification}.
#   remediation:
#     ja: 業務上必要な職員だけにアクセス権を与えるよう、共有領域の設定を改めてください。
#     en: Change the settings of the share so that only those who need it for their work have access.
package policycheck.controls.assets.nas_restricted

import data.policycheck.lib.confidentiality
import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["classification", "access_restricted"]

judge(nas_share, _) := verdict.not_applicable("low_class", {"classification": nas_share.classification}) if {
	confidentiality.low(nas_share)
}

else := verdict.missing(nas_share, deciding) if fields.lacks(nas_share, deciding)

else := verdict.fail("open", {"classification": nas_share.classification}) if nas_share.access_restricted == false

else := "pass" if nas_share.access_restricted == true
