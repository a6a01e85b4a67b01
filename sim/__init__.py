"""Plans public EV charging for a city: a simulation of demand coupled to a placement optimiser."""
