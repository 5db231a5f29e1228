# METADATA
# title: 機密性2以上の情報を約款による外部サービスで扱っていない
# description: >-
#   Information of 機密性2 or above is not in a service that is used on uniform terms, which the body cannot negotiate.
# custom:
#   title_en: No 機密性2 or above in services on uniform terms
#   kind: cloud_service
#   severity: high
#   guideline: [8]
#   measure: 7
#   source: 総務省 地方公共団体における情報セキュリティポリシーに関するガイドライン (2026-03-27改定), 8. 業務委託と外部サービス（クラウドサービス）の利用
#   deciding: [classification, uniform_terms]
#   messages:
#     low_class:
#       ja: 機密性2以上の情報はありません（機密性{classification}）。
#       en: It holds no 機密性2 or above (class {classification}).
#     uniform:
#       ja: 機密性{classification}の情報を、約款による外部サービスで扱っています。
#       en: Class {classification} is in a service that is used on uniform terms.
#   remediation:
#     ja: 機密性2以上の情報をこのサービスから消去し、必要な対策を契約で定められるサービスに移してください。
#     en: Erase it there, and use a service whose contract can set the measures that the information needs.
package policycheck.controls.outsourcing.cloud_terms

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["classification", "uniform_terms"]

judge(cloud_service, _) := verdict.not_applicable("low_class", {"classification": cloud_service.classification}) if {
	cloud_service.classification == "1"
}

else := verdict.missing(cloud_service, deciding) if fields.lacks(cloud_service, deciding)

else := verdict.fail("uniform", {"classification": cloud_service.classification}) if cloud_service.uniform_terms == true

else := "pass" if cloud_service.uniform_terms == false
