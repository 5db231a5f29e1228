# METADATA
# description: >-
#   The verdicts that a control gives besides "pass". A reason names the message that tells it: one of the control's
#   own, or for the reasons below, which all controls share, one of the program's.
package policycheck.lib.verdict

import data.policycheck.lib.fields

fail(reason, facts) := {"status": "fail", "reason": reason, "facts": facts}

not_applicable(reason, facts) := {"status": "not_applicable", "reason": reason, "facts": facts}

unknown(reason, facts) := {"status": "unknown", "reason": reason, "facts": facts}

# METADATA
# description: Unknown, because deciding fields of the resource are left out.
missing(resource, names) := lacking(fields.missing(resource, names))

# METADATA
# description: As missing, for names that the caller has found to be left out; a nested one is written `outer.inner`.
lacking(names) := unknown("missing", {"fields": names})

# METADATA
# description: Unknown, because the date in the field lies after the day of the scan.
future(name, date) := unknown("future", {"field": name, "date": date})

# METADATA
# description: Unknown, because the inventory has no system of this id.
system_not_found(id) := unknown("system_not_found", {"system": id})
