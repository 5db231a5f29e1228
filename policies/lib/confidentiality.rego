# METADATA
# description: Confidentiality classes, and what protects information of 機密性3.
package policycheck.lib.confidentiality

import data.policycheck.lib.fields

# METADATA
# description: Below 機密性3, which is 3, 3A, 3B or 3C. Sensitive data is never below, whatever class is written beside it.
low(resource) if {
	resource.classification in {"1", "2"}
	not resource.sensitive
}

protections := ["password_protected", "encrypted"]

protected(resource) if {
	some protection in protections
	resource[protection] == true
}

# METADATA
# description: Neither protection is stated, and at least one is left out.
undecided(resource) if {
	not protected(resource)
	fields.lacks(resource, protections)
}
