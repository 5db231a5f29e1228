# METADATA
# title: インターネット接続系に置く主たる業務端末でEDRが動いている
# description: >-
#   Where the network model is β or β′, EDR runs on every terminal of the internet tier on which the daily work is done.
# custom:
#   title_en: EDR on main terminals that stand on the internet tier
#   kind: office_pc
#   severity: high
#   guideline: [3]
#   measure: 5
#   source: 総務省 地方公共団体における情報セキュリティポリシーに関するガイドライン (2026-03-27改定), 3. 情報システム全体の強靭性の向上
#   deciding: [main_terminal, network, network_model, edr]
#   index:
#     models: {lookup: network_model, fields: [model]}
#   messages:
#     not_main:
#       ja: 主たる業務端末ではありません。
#       en: The daily work is not done on it.
#     other_tier:
#       ja: インターネット接続系の端末だけに適用する規定です。
#       en: The rule is for terminals on the internet tier only.
#     other_model:
#       ja: βモデルとβ′モデルだけに適用する規定です（三層の構成は{model}モデル）。
#       en: The rule is for models β and β′ only, and the model is {model}.
#     network_model_not_found:
#       ja: 三層の構成「{network_model}」が台帳にありません。
#       en: The inventory has no network model “{network_model}”.
#     no_edr:
#       ja: インターネット接続系にある主たる業務端末ですが、EDRが動いていません（三層の構成は{model}モデル）。
#       en: It is a main terminal on the internet tier under model {model}, and no EDR runs on it.
#   remediation:
#     ja: この端末にEDRを導入し、検知の通知を受けて対処する体制を整えてください。
#     en: Install EDR on it, and see that someone receives its alerts and acts on them.
package policycheck.controls.network_tiers.terminal_edr

import data.policycheck.lib.fields
import data.policycheck.lib.models
import data.policycheck.lib.verdict

deciding := ["main_terminal", "network", "network_model", "edr"]

judge(office_pc, check) := verdict.not_applicable("not_main", {}) if office_pc.main_terminal == false

else := verdict.not_applicable("other_tier", {}) if office_pc.network != "internet"

else := verdict.not_applicable("other_model", {"model": models.letter(model)}) if {
	model := check.index.models[office_pc.network_model].model
	model in {"alpha", "alpha_prime"}
}

else := verdict.missing(office_pc, deciding) if fields.lacks(office_pc, deciding)

else := verdict.unknown("network_model_not_found", {"network_model": office_pc.network_model}) if {
	not check.index.models[office_pc.network_model]
}

else := verdict.lacking(["network_model.model"]) if {
	not check.index.models[office_pc.network_model].model
}

else := verdict.fail("no_edr", {"model": models.letter(model)}) if {
	model := check.index.models[office_pc.network_model].model
	office_pc.edr == false
}

else := "pass" if {
	check.index.models[office_pc.network_model].model in {"beta", "beta_prime"}
	office_pc.edr == true
}
