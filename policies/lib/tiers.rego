# METADATA
# description: >-
#   The network tiers, for rules about one of today's. A resource on a tier of standards before 2018-09 may be on any of
#   them.
package policycheck.lib.tiers

# METADATA
# description: The resource is on another of today's tiers.
elsewhere(resource, tier) if {
	resource.network != tier
	not outdated(resource)
}

outdated(resource) if resource.network in {"core", "office"}
