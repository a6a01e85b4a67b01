"""Laws fitted to observed sessions, each with its goodness of fit; plain numpy."""
