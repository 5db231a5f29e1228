package policycheck.controls.technical.system_authentication_test

import data.policycheck.controls.technical.system_authentication

check := {"parameters": {"accepted": ["id_password", "ic_card", "biometrics"]}}

judge(authentication) := system_authentication.judge({"id": "juki", "authentication": authentication}, check)

test_accepted_passes if {
	judge("id_password") == "pass"
	judge("ic_card") == "pass"
	judge("biometrics") == "pass"
}

test_missing_field_is_unknown if {
	verdict := system_authentication.judge({"id": "juki"}, check)
	verdict == {"status": "unknown", "reason": "missing", "facts": {"fields": ["authentication"]}}
}

test_not_accepted_fails if {
	judge("password") == {"status": "fail", "reason": "weak", "facts": {"authentication": "password"}}
	judge("none").reason == "weak"
	judge("multi_factor").reason == "weak"
}

test_no_verdict_without_the_parameter if {
	not system_authentication.judge({"id": "juki", "authentication": "none"}, {})
	not system_authentication.judge({"id": "juki", "authentication": "id_password"}, {})
}
