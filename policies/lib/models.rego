# METADATA
# description: The models by which a body lays out the three network tiers.
package policycheck.lib.models

# METADATA
# description: The model as messages write it.
letter(model) := {
	"alpha": "α",
	"alpha_prime": "α′",
	"beta": "β",
	"beta_prime": "β′",
}[model]
