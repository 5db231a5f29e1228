# METADATA
# title: LGWAN接続系からの直接接続を、α′モデルで対象に指定した外部サービスに限っている
# description: >-
#   A service that terminals of the LGWAN tier reach directly, without the security cloud, is one that the body has
#   named for this, and the network model is α′.
# custom:
#   title_en: Direct connection from the LGWAN tier only under model α′ and to named services
#   kind: cloud_service
#   severity: medium
#   guideline: [3]
#   measure: 5
#   source: 総務省 地方公共団体における情報セキュリティポリシーに関するガイドライン (2026-03-27改定), 3. 情報システム全体の強靭性の向上
#   deciding: [direct_connection, network_model, named_service]
#   index:
#     models: {lookup: network_model, fields: [model]}
#   messages:
#     indirect:
#       ja: LGWAN接続系の端末から直接接続していません。
#       en: Terminals of the LGWAN tier do not reach it directly.
#     network_model_not_found:
#       ja: 三層の構成「{network_model}」が台帳にありません。
#       en: The inventory has no network model “{network_model}”.
#     other_model:
#       ja: LGWAN接続系の端末から直接接続していますが、三層の構成が{model}モデルです（認められるのはα′モデルだけです）。
#       en: Terminals of the LGWAN tier reach it directly, which model α′ alone allows; the model is {model}.
#     unnamed:
#       ja: LGWAN接続系の端末から直接接続していますが、その対象に指定されていません。
#       en: Terminals of the LGWAN tier reach it directly, and it is not among the services named for this.
#   remediation:
#     ja: 直接の接続をやめるか、α′モデルに移行したうえで、このサービスを直接接続の対象に指定してください。
#     en: End the direct connection, or change to model α′ and name the service as one that may be reached directly.
package policycheck.controls.network_tiers.direct_connection

import data.policycheck.lib.fields
import data.policycheck.lib.models
import data.policycheck.lib.verdict

deciding := ["direct_connection", "network_model", "named_service"]

judge(cloud_service, check) := verdict.not_applicable("indirect", {}) if cloud_service.direct_connection == false

else := verdict.missing(cloud_service, deciding) if fields.lacks(cloud_service, deciding)

else := verdict.unknown("network_model_not_found", {"network_model": cloud_service.network_model}) if {
	not check.index.models[cloud_service.network_model]
}

else := verdict.lacking(["network_model.model"]) if {
	not check.index.models[cloud_service.network_model].model
}

else := verdict.fail("other_model", {"model": models.letter(model)}) if {
	model := check.index.models[cloud_service.network_model].model
	model != "alpha_prime"
}

else := verdict.fail("unnamed", {}) if cloud_service.named_service == false

else := "pass" if {
	check.index.models[cloud_service.network_model].model == "alpha_prime"
	cloud_service.named_service == true
}
