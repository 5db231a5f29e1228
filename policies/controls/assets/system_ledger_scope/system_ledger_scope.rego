# METADATA
# title: 情報システム台帳に区分と管理主体が記載されている
# description: >-
#   The ledger of systems says of the system whether it is an information system or a dedicated PC, and whose it is.
#   A value of null says that the ledger does not.
# custom:
#   title_en: Ledger of systems says what the system is and whose it is
#   kind: system
#   severity: low
#   guideline: [2]
#   measure: 2
#   source: 神戸市 行政監査の措置 (2016-03), 意見(1)台帳(イ)
#   deciding: [ledger_type, ledger_owner]
#   messages:
#     unstated:
#       ja: 情報システム台帳に記載のない項目があります：{fields}
#       en: "The ledger of systems leaves these out: {fields}."
#   remediation:
#     ja: 情報システムか専用パソコンかの区分と、自団体、国、都道府県などの管理主体を、情報システム台帳に記載してください。
#     en: Enter in the ledger of systems whether it is an information system or a dedicated PC, and whose it is.
package policycheck.controls.assets.system_ledger_scope

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["ledger_type", "ledger_owner"]

judge(system, _) := verdict.missing(system, deciding) if fields.lacks(system, deciding)

else := verdict.fail("unstated", {"fields": unstated(system)}) if unstated(system) != []

else := "pass" if unstated(system) == []

unstated(system) := [name | some name in deciding; system[name] == null]
