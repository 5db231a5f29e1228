# METADATA
# title: 廃棄・返却した媒体のデータが復元できないように消去されている
# description: >-
#   A medium that held residents' data on the mynumber tier is destroyed and not reused; other ways, admitted
#   since 2026-03-27 on terms that are not known, are not judged. Any other medium with residents' data or with
#   機密性2 or above is destroyed or, being an HDD or SSD, erased: by a command of its own, by destroying its key, an
#   HDD also by degaussing. One both destroyed and reused is unknown. Needed besides: the network of residents'
#   data, else the class; type, reuse and day where they matter.
# custom:
#   title_en: Data on media disposed of or returned is erased beyond recovery
#   kind: disposed_medium
#   severity: high
#   guideline: [2]
#   measure: 2
#   source: 総務省 地方公共団体における情報セキュリティポリシーに関するガイドライン (2026-03-27改定)
#   deciding: [residents_data, method]
#   optional: [classification, network, type, reused, disposed_on]
#   messages:
#     low_class:
#       ja: 機密性2以上の情報も、住民情報もありませんでした。
#       en: It held neither 機密性2 or above nor residents' data.
#     destroyed_and_reused:
#       ja: 物理的に破壊したのに再利用していることになっています。消去方法と再利用の記録を確かめてください。
#       en: It is said to be destroyed and to be used again; see which of the two is so.
#     terms_not_known:
#       ja: マイナンバー利用事務系の住民情報がありました。2026年3月の改定が認める扱いの条件が分からず、判定できません。
#       en: It held residents' data on the mynumber tier; the terms that the revision of 2026-03 sets are not known.
#     other_method:
#       ja: 消去の方法が「その他」のため、データを復元できないかどうかを判定できません。
#       en: It was treated in another way, and whether its data can be recovered cannot be told.
#     readable:
#       ja: データを消去していないか、フォーマットしただけのため、データを復元できます。
#       en: It was not erased, or only formatted, so its data can be recovered.
#     residents:
#       ja: マイナンバー利用事務系の住民情報があった媒体ですが、物理的に破壊していません。
#       en: It held residents' data on the mynumber tier, and was not destroyed.
#     portable:
#       ja: USBメモリ等か光学媒体ですが、物理的に破壊していません。
#       en: It is a USB or optical medium, and was not destroyed.
#     degaussed:
#       ja: SSDのデータは、磁気消去では消えません。
#       en: It is an SSD, whose data degaussing does not erase.
#   remediation:
#     ja: 手元にあれば、種類に合った方法で消去するか破壊し、方法と日を台帳に記録してください。なければ、渡した先に確かめてください。
#     en: If it is still at hand, erase or destroy it as suits its type and record it; if not, ask who has it.
package policycheck.controls.assets.media_disposal

import data.policycheck.lib.fields
import data.policycheck.lib.verdict

deciding := ["residents_data", "method"]

judge(disposed_medium, check) := verdict.not_applicable("low_class", {}) if low(disposed_medium)

else := verdict.missing(disposed_medium, deciding) if fields.lacks(disposed_medium, deciding)

else := verdict.unknown("destroyed_and_reused", {}) if destroyed_and_reused(disposed_medium)

else := verdict.missing(disposed_medium, needed(disposed_medium)) if lacks_needed(disposed_medium)

else := verdict.future("disposed_on", disposed_medium.disposed_on) if disposed_medium.disposed_on > check.as_of

else := verdict.unknown("terms_not_known", {}) if terms_not_known(disposed_medium)

else := verdict.unknown("other_method", {}) if other_method(disposed_medium)

else := verdict.fail("readable", {}) if readable(disposed_medium)

else := verdict.fail("residents", {}) if {
	strict(disposed_medium)
	not destroyed(disposed_medium)
}

else := verdict.fail("portable", {}) if {
	portable(disposed_medium)
	not destroyed(disposed_medium)
}

else := verdict.fail("degaussed", {}) if degaussed_ssd(disposed_medium)

else := "pass" if unreadable(disposed_medium)

low(medium) if {
	medium.classification == "1"
	medium.residents_data == false
}

lacks_needed(medium) if fields.lacks(medium, needed(medium))

needed(medium) := ["network"] if {
	medium.residents_data
	not medium.network
}

else := ["classification"] if {
	not medium.residents_data
	not medium.classification
}

else := [] if readable(medium)

else := [] if destroyed(medium)

else := ["reused"] if medium.method == "physical_destruction"

else := ["disposed_on"] if strict(medium)

else := ["reused"] if {
	portable(medium)
	medium.method == "other"
}

else := ["type"]

terms_not_known(medium) if {
	strict(medium)
	not readable(medium)
	not destroyed(medium)
	medium.disposed_on >= "2026-03-27"
}

other_method(medium) if {
	medium.method == "other"
	not strict(medium)
	not reused_portable(medium)
}

strict(medium) if {
	medium.residents_data
	medium.network == "mynumber"
}

readable(medium) if medium.method in {"none", "format"}

unreadable(medium) if destroyed(medium)

unreadable(medium) if erased_drive(medium)

destroyed(medium) if {
	medium.method == "physical_destruction"
	medium.reused == false
}

destroyed_and_reused(medium) if {
	medium.method == "physical_destruction"
	medium.reused
}

portable(medium) if medium.type in {"usb", "optical"}

reused_portable(medium) if {
	portable(medium)
	medium.reused
}

degaussed_ssd(medium) if {
	medium.type == "ssd"
	medium.method == "degauss"
}

erased_drive(medium) if {
	not strict(medium)
	medium.type in {"hdd", "ssd"}
	medium.method in {"crypto_erase", "secure_erase", "sanitise", "degauss"}
	not degaussed_ssd(medium)
}
