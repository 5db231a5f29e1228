package policycheck.controls.technical.standalone_pc_authentication_test

import data.policycheck.controls.technical.standalone_pc_authentication

check := {"parameters": {"accepted": ["id_password", "biometrics"]}}

judge(authentication) := standalone_pc_authentication.judge({"id": "P-1", "authentication": authentication}, check)

test_accepted_passes if {
	judge("id_password") == "pass"
	judge("biometrics") == "pass"
}

test_missing_field_is_unknown if {
	verdict := standalone_pc_authentication.judge({"id": "P-1"}, check)
	verdict == {"status": "unknown", "reason": "missing", "facts": {"fields": ["authentication"]}}
}

test_not_accepted_fails if {
	judge("password") == {"status": "fail", "reason": "weak", "facts": {"authentication": "password"}}
	judge("none").reason == "weak"
	judge("ic_card").reason == "weak"
}

test_no_verdict_without_the_parameter if {
	not standalone_pc_authentication.judge({"id": "P-1", "authentication": "none"}, {})
}
