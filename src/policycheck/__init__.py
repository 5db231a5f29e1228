"""policycheck: judges an inventory of systems against a city's information-security standard."""

__version__ = "0.1.0"
