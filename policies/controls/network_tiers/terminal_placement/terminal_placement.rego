# METADATA
# title: 主たる業務端末を三層の構成のモデルに合った系に置いている
# description: >-
#   A terminal on which the daily work is done stands on the LGWAN tier, or on the internet tier of a body whose network
#   model is β or β′.
# custom:
#   title_en: Main terminals stand on a tier that the network model allows
#   kind: office_pc
#   severity: high
#   guideline: [3]
#   measure: 5
#   source: 総務省 地方公共団体における情報セキュリティポリシーに関するガイドライン (2026-03-27改定), 3. 情報システム全体の強靭性の向上
#   deciding: [main_terminal, network, network_model]
#   index:
#     models: {lookup: network_model, fields: [model]}
#   messages:
#     not_main:
#       ja: 主たる業務端末ではありません。
#       en: The daily work is not done on it.
#     other_tier:
#       ja: LGWAN接続系かインターネット接続系の端末だけに適用する規定です。
#       en: The rule is for terminals on the LGWAN tier or the internet tier only.
#     network_model_not_found:
#       ja: 三層の構成「{network_model}」が台帳にありません。
#       en: The inventory has no network model “{network_model}”.
#     on_internet:
#       ja: 主たる業務端末がインターネット接続系にあります（{model}モデルではLGWAN接続系に置きます）。
#       en: It is a main terminal on the internet tier; under model {model} it belongs on the LGWAN tier.
#   remediation:
#     ja: 主たる業務端末をLGWAN接続系に移すか、必要な対策を整えてβモデルかβ′モデルに移行してください。
#     en: Move the main terminals to the LGWAN tier, or change to model β or β′ with the measures that it needs.
package policycheck.controls.network_tiers.terminal_placement

import data.policycheck.lib.fields
import data.policycheck.lib.models
import data.policycheck.lib.verdict

deciding := ["main_terminal", "network", "network_model"]

allowed := {
	"lgwan": {"alpha", "alpha_prime", "beta", "beta_prime"},
	"internet": {"beta", "beta_prime"},
}

judge(office_pc, check) := verdict.not_applicable("not_main", {}) if office_pc.main_terminal == false

else := verdict.not_applicable("other_tier", {}) if {
	office_pc.network != "lgwan"
	office_pc.network != "internet"
}

else := verdict.missing(office_pc, deciding) if fields.lacks(office_pc, deciding)

else := verdict.unknown("network_model_not_found", {"network_model": office_pc.network_model}) if {
	not check.index.models[office_pc.network_model]
}

else := verdict.lacking(["network_model.model"]) if {
	not check.index.models[office_pc.network_model].model
}

else := verdict.fail("on_internet", {"model": models.letter(model)}) if {
	model := check.index.models[office_pc.network_model].model
	office_pc.network == "internet"
	model in {"alpha", "alpha_prime"}
}

else := "pass" if {
	office_pc.main_terminal == true
	check.index.models[office_pc.network_model].model in allowed[office_pc.network]
}
