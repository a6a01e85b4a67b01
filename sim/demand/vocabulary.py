"""The words demand settings are written in, and the order of their lists."""

PLACES = ("home", "work", "kerbside", "destination", "retail", "hub")
PATHS = ("low", "mid", "high")
BUILDING_SIZES = ("dwellings_1_2", "dwellings_3_6", "dwellings_7_12", "dwellings_13_plus", "dwellings_other")
SURFACES = ("residents", "EVs", "city centre", "district centres", "all cells alike")
VISIT_USE_CASES = ("destination", "work", "retail", "hub")  # not tied to homes: spread by visit weights
AC_USE_CASES = ("kerbside", "destination", "work")
PARKED_USE_CASES = ("kerbside", "destination", "work", "retail")  # stay for as long as they park; hubs until full
BATTERY_YEAR = 2025  # the year `fleet.battery_kwh` describes
LONGEST_STAY_H = 48  # stays are cut here, as in the data they were fitted to
