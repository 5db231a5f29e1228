# METADATA
# description: Which fields a resource leaves out. A field whose value is false or null is there.
package policycheck.lib.fields

lacks(resource, names) if {
	some name in names
	not present(resource, name)
}

missing(resource, names) := [name |
	some name in names
	not present(resource, name)
]

present(resource, name) if _ := resource[name]

# METADATA
# description: >-
#   The field `outer.inner` is left out, or all of `outer` is. Ask this way: `not f(x.outer.inner)` is undefined, not
#   true, where the argument is left out.
lacks_nested(resource, outer, inner) if {
	inside := object.get(resource, outer, {})
	not present(inside, inner)
}
