"""Columns of tables: German heading, unit, and meaning in German and English; for the workbook and its dictionary."""

# ruff: noqa: E501 - one line a column, so that translators see it whole

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sim.report.words import de, en


class Column(NamedTuple):
    """What a column of a table is called and means."""

    heading: str
    unit: str
    german: str
    english: str


# by table where a column means something else there ("table.column"), else by column
COLUMNS: Mapping[str, Column] = {
    "kpi": Column("Kennzahl", "", "Name der Kennzahl in den Tabellen", "name of the figure"),
    "label": Column("Bezeichnung", "", "Name der Kennzahl in Worten", "name of the figure in words"),
    "scope": Column(
        "Ebene",
        "",
        "Stadt, Bezirk, Anlass, Vorranggebiet oder Ladestation",
        "city, district, use case, priority area or station",
    ),
    "id": Column(
        "Kennung",
        "",
        "Bezirk, Anlass, Gebiet oder Ladestation, für die der Wert gilt",
        "district, use case, area or station that the value is for",
    ),
    "unit": Column(
        "Einheit",
        "",
        "Einheit der Werte der Zeile; Anteile von 0 bis 1",
        "unit of the values of the row; shares from 0 to 1",
    ),
    "better": Column(
        "besser",
        "",
        "ob hohe (higher) oder niedrige (lower) Werte besser sind",
        "whether high or low values are better",
    ),
    "as_is": Column("heute", "siehe Einheit", "Wert mit den heutigen Ladestationen", "value with today's stations"),
    "as_is_low": Column(
        "heute, unten", "siehe Einheit", "untere Grenze des 95-%-Intervalls", "lower end of the 95 % interval"
    ),
    "as_is_high": Column(
        "heute, oben", "siehe Einheit", "obere Grenze des 95-%-Intervalls", "upper end of the 95 % interval"
    ),
    "plan": Column("mit dem Plan", "siehe Einheit", "Wert mit dem Plan", "value with the plan"),
    "plan_low": Column(
        "mit dem Plan, unten", "siehe Einheit", "untere Grenze des 95-%-Intervalls", "lower end of the 95 % interval"
    ),
    "plan_high": Column(
        "mit dem Plan, oben", "siehe Einheit", "obere Grenze des 95-%-Intervalls", "upper end of the 95 % interval"
    ),
    "difference": Column(
        "Unterschied", "siehe Einheit", "Plan weniger heute, dieselben Fahrer", "plan less today, same drivers"
    ),
    "difference_low": Column(
        "Unterschied, unten",
        "siehe Einheit",
        "untere Grenze des gepaarten 95-%-Intervalls",
        "lower end of the paired 95 % interval",
    ),
    "difference_high": Column(
        "Unterschied, oben",
        "siehe Einheit",
        "obere Grenze des gepaarten 95-%-Intervalls",
        "upper end of the paired 95 % interval",
    ),
    "site_id": Column("Standort", "", "Kennung des Standorts", "id of the site"),
    "station_id": Column("Ladestation", "", "Kennung der Ladestation", "id of the station"),
    "district_id": Column("Bezirk", "", "Kennung des Bezirks", "id of the district"),
    "x_m": Column("Ostwert", "m", "Koordinate in EPSG:25832", "easting in EPSG:25832"),
    "y_m": Column("Nordwert", "m", "Koordinate in EPSG:25832", "northing in EPSG:25832"),
    "technology": Column("Technik", "", "Art der Ladepunkte", "kind of charge points"),
    "phase": Column("Jahr", "a", "Jahr, ab dem die Ladepunkte stehen", "year from which the points stand"),
    "points": Column("Ladepunkte", "Ladepunkte", "Ladepunkte mit dem Plan", "points with the plan"),
    "points_before": Column(
        "Ladepunkte heute",
        "Ladepunkte",
        "Ladepunkte dieser Technik am Standort heute",
        "points of this technology at the site today",
    ),
    "points_added": Column(
        "neue Ladepunkte", "Ladepunkte", "Ladepunkte, die der Plan ergänzt", "points that the plan adds"
    ),
    "power_kw": Column("Leistung je Ladepunkt", "kW", "Leistung eines Ladepunkts", "power of one point"),
    "connection": Column(
        "Netzanschluss",
        "",
        "neuer Netzanschluss: none keiner, low voltage Niederspannung, medium voltage Mittelspannung",
        "grid connection to make",
    ),
    "points_eur": Column("Kosten der Ladepunkte", "EUR", "Baukosten der Ladepunkte", "capital cost of the points"),
    "connection_eur": Column(
        "Kosten des Anschlusses", "EUR", "Baukosten des Netzanschlusses", "capital cost of the grid connection"
    ),
    "capex_eur": Column("Baukosten", "EUR", "Baukosten zusammen", "capital cost in all"),
    "bays_lost": Column(
        "verlorene Stellplätze",
        "Stellplätze",
        "Stellplätze, die Autos ohne Stecker verlieren",
        "parking bays that cars without a plug lose",
    ),
    "origin": Column(
        "Herkunft",
        "",
        "woher der Ort stammt: station heutige Ladestation, given vorgegeben, register Register, plan Plan, synthetic synthetisch",
        "where the place comes from",
    ),
    "round": Column(
        "Runde", "", "Runde aus Planen und Simulieren; 0 = heute", "round of planning and simulating; 0 = today"
    ),
    "lever": Column(
        "Hebel", "", "Arten von Ladepunkten, die gebaut werden dürfen", "kinds of points that may be built"
    ),
    "technologies": Column("Techniken", "", "Techniken, die gebaut werden dürfen", "technologies that may be built"),
    "served_share": Column(
        "bediente Energie",
        "Anteil",
        "Anteil der erwarteten Energie, der geladen wird",
        "share of the expected energy that is charged",
    ),
    "served_low": Column("bediente Energie, unten", "Anteil", "untere 95-%-Grenze", "lower 95 % bound"),
    "served_high": Column("bediente Energie, oben", "Anteil", "obere 95-%-Grenze", "upper 95 % bound"),
    "eur_per_kwh_week": Column(
        "EUR je kWh/Woche mehr",
        "EUR/(kWh/Woche)",
        "Baukosten je kWh und Woche mehr als heute",
        "capital cost per kWh a week more than as it is",
    ),
    "parking_pressure": Column(
        "Parkdruck",
        "Autos je Stellplatz",
        "Autos, die in der Straße parken wollen, je Stellplatz",
        "cars that want a bay in the street for each bay",
    ),
    "pressure_origin": Column(
        "Herkunft des Parkdrucks", "", "given vorgegeben, synthetic synthetisch", "given or synthetic"
    ),
    "factor_mean": Column(
        "mittlere Korrektur",
        "-",
        "Faktor, mit dem der Planer korrigiert wurde",
        "factor by which the planner was corrected",
    ),
    "sites": Column("Standorte", "Standorte", "Standorte mit neuen Ladepunkten", "sites with new points"),
    "objective": Column("Zielwert", "-", "Zielwert des Planers", "objective of the planner"),
    "bound": Column("Schranke", "-", "kein Plan des Modells kann darüber liegen", "no plan of the model can be above"),
    "gap": Column(
        "bewiesener Abstand", "Anteil", "Abstand zwischen Zielwert und Schranke", "gap between objective and bound"
    ),
    "promise_kwh": Column(
        "Versprechen", "kWh/Woche", "vom Planer versprochene Energie", "energy promised by the planner"
    ),
    "verdict_kwh": Column(
        "Urteil", "kWh/Woche", "von der Simulation gefundene Energie", "energy found by the simulation"
    ),
    "promise_requests": Column(
        "Versprechen, Ladewünsche",
        "1/Woche",
        "vom Planer versprochene bediente Ladewünsche",
        "requests served, promised by the planner",
    ),
    "verdict_requests": Column(
        "Urteil, Ladewünsche",
        "1/Woche",
        "von der Simulation gefundene bediente Ladewünsche",
        "requests served, found by the simulation",
    ),
    "gain_kwh": Column(
        "Gewinn gegen heute", "kWh/Woche", "gelieferte Energie mehr als heute", "energy delivered more than today"
    ),
    "gain_low": Column(
        "Gewinn, unten",
        "kWh/Woche",
        "untere Grenze des gepaarten 95-%-Intervalls",
        "lower end of the paired 95 % interval",
    ),
    "gain_high": Column(
        "Gewinn, oben",
        "kWh/Woche",
        "obere Grenze des gepaarten 95-%-Intervalls",
        "upper end of the paired 95 % interval",
    ),
    "rounds.kind": Column(
        "gefunden durch",
        "",
        "as it is: heute; one shot: Planer allein; corrected: nach dem Urteil korrigiert; sized: anders bemessen; "
        "polished: in der Simulation geschliffen",
        "as it is: today; one shot: planner alone; corrected: by what the round before taught; sized: for other "
        "blocking; polished: on the simulated street",
    ),
    "rounds.origin": Column(
        "geschliffene Runde",
        "-",
        "Runde, deren Plan geschliffen wurde; -1 = keine",
        "round whose plan was polished; -1 = none",
    ),
    "value_gain": Column(
        "Wertgewinn gegen heute",
        "-",
        "Wert der Simulation mehr als heute, gepaart",
        "value of the simulation more than today, paired",
    ),
    "value_gain_low": Column(
        "Wertgewinn, unten",
        "-",
        "untere Grenze des gepaarten 95-%-Intervalls",
        "lower end of the paired 95 % interval",
    ),
    "value_gain_high": Column(
        "Wertgewinn, oben",
        "-",
        "obere Grenze des gepaarten 95-%-Intervalls",
        "upper end of the paired 95 % interval",
    ),
    "polished_value": Column(
        "Wert nach dem Schliff",
        "-",
        "Wert der Simulation nach dem Schliff; leer, wenn der Plan nicht im Finale war",
        "value of the simulation after the polish; empty where the plan was no finalist",
    ),
    "street_bound": Column(
        "obere Grenze der Straße",
        "-",
        "Zielwert, den kein Plan in der Simulation im Mittel übertrifft; leer, wenn nicht berechnet",
        "value that no plan exceeds in the simulation on average; empty where it was not worked out",
    ),
    "street_gap": Column(
        "Abstand zur Grenze der Straße",
        "share",
        "Abstand des Werts der Simulation zur oberen Grenze der Straße, als Anteil des Werts",
        "how far the value of the simulation is below the bound of the street, in share of the value",
    ),
    "street_kind": Column(
        "Art der Grenze der Straße",
        "-",
        "heuristisch: gilt im Mittel und unter Annahmen, ist nicht bewiesen",
        "heuristic: holds on average and under assumptions, is not proved",
    ),
    "rounds.value": Column(
        "Wert der Simulation",
        "-",
        "Zielwert des Planers, mit dem Ergebnis der Simulation",
        "objective of the planner with the outcome of the simulation",
    ),
    "pilots.pilot": Column(
        "Pilot", "", "Pfad, dessen erste Phase der Pilot ist", "path whose first phase the pilot is"
    ),
    "worst_regret": Column("größte Einbuße", "kWh/Woche", "größte Einbuße aller Pfade", "largest regret of all paths"),
    "expected_regret": Column(
        "mittlere Einbuße", "kWh/Woche", "Einbuße, Pfade nach Gewicht gemittelt", "mean regret, paths weighted"
    ),
    "chosen": Column("gewählt", "", "ob es der gewählte Pilot ist", "whether it is the pilot that was chosen"),
    "path": Column(
        "Pfad",
        "",
        "Pfad des Hochlaufs: low, mid, high; any = auf jeden Fall",
        "path of uptake: low, mid, high; any = whatever comes",
    ),
    "decided_in": Column(
        "entschieden", "a", "Jahr, in dem gezählt und entschieden wird", "year of the count and the decision"
    ),
    "network": Column(
        "Netz",
        "",
        "Pfad, dessen Ladestationen dann stehen; any = nach dem Piloten",
        "path whose stations stand by then; any = after the pilot",
    ),
    "signal": Column("Zeichen", "", "was gezählt wird", "what is counted"),
    "weeks": Column("Wochen", "Wochen", "wie lange gezählt wird", "how long is counted"),
    "lower": Column("langsamer", "", "der langsamere von zwei Pfaden", "the slower of two paths"),
    "upper": Column("schneller", "", "der schnellere von zwei Pfaden", "the faster of two paths"),
    "lower_value": Column(
        "erwartet langsamer",
        "siehe Einheit",
        "was der langsamere Pfad erwarten lässt",
        "what the slower path makes one expect",
    ),
    "upper_value": Column(
        "erwartet schneller",
        "siehe Einheit",
        "was der schnellere Pfad erwarten lässt",
        "what the faster path makes one expect",
    ),
    "threshold": Column(
        "Schwelle", "siehe Einheit", "ab hier gilt der schnellere Pfad", "from here on the faster path is believed"
    ),
    "missed_share": Column(
        "verkannt", "Anteil", "Wahrscheinlichkeit, den schnelleren Pfad zu verkennen", "chance to miss the faster path"
    ),
    "false_share": Column(
        "falscher Alarm",
        "Anteil",
        "Wahrscheinlichkeit, den langsameren für den schnelleren zu halten",
        "chance to take the slower for the faster",
    ),
    "missed_share_poisson": Column(
        "verkannt durch Zählen",
        "Anteil",
        "dasselbe nur durch den Zufall des Zählens",
        "the same by the chance of counting alone",
    ),
    "false_share_poisson": Column(
        "falscher Alarm durch Zählen",
        "Anteil",
        "dasselbe nur durch den Zufall des Zählens",
        "the same by the chance of counting alone",
    ),
    "judged_by": Column("Urteil durch", "", "model = Planungsmodell, simulated = Simulation", "model or simulated"),
    "regret.plan": Column(
        "Weg",
        "",
        "staged = in Stufen; staged_misread = dasselbe, die Zahl kann täuschen; unstaged = mittlerer Pfad bis zum Ende",
        "staged; staged_misread = the same, the count may mislead; unstaged = the middle path to the end",
    ),
    "regret.value": Column("Wert", "kWh/Woche", "Wert des Wegs auf diesem Pfad", "worth of this way on this path"),
    "regret.best": Column(
        "bester",
        "kWh/Woche",
        "Wert des besten bekannten Plans, der den Pfad kannte",
        "worth of the best known plan that knew the path",
    ),
    "regret": Column("Einbuße", "kWh/Woche", "was der Weg dagegen verliert", "what the way loses against it"),
    "regret.share": Column(
        "Einbuße Anteil", "Anteil", "Einbuße vom Wert des besten", "regret of the worth of the best"
    ),
    "within_gap": Column(
        "im Abstand",
        "",
        "ob die Einbuße innerhalb des bewiesenen Abstands oder des Intervalls liegt",
        "whether the regret is within the proved gap or the interval",
    ),
    "regret.low": Column(
        "Einbuße unten", "kWh/Woche", "untere Grenze des 95-%-Intervalls", "lower end of the 95 % interval"
    ),
    "regret.high": Column(
        "Einbuße oben", "kWh/Woche", "obere Grenze des 95-%-Intervalls", "upper end of the 95 % interval"
    ),
    "learnt.sessions": Column(
        "gezählt",
        "Ladevorgänge",
        "gezählte Ladevorgänge an den Stationen des Bezirks",
        "sessions counted at the stations of the district",
    ),
    "modelled": Column("erwartet", "Ladevorgänge", "vom Modell dort erwartet", "expected there by the model"),
    "learnt.expected": Column(
        "erwartet, gelernt",
        "Ladevorgänge",
        "dasselbe, so oft voll wie mit der gelernten Nachfrage, je Faktor 1",
        "the same, as often full as with the demand learnt, for a factor of 1",
    ),
    "information": Column(
        "Aussagekraft",
        "Anteil",
        "Anteil der Zahlen, der über die Nachfrage aussagt",
        "share of the counts that tells about demand",
    ),
    "learnt.factor": Column(
        "Faktor", "", "gelernte Nachfrage durch die des Modells", "demand learnt over that of the model"
    ),
    "factor_low": Column("Faktor unten", "", "untere Grenze des 90-%-Intervalls", "lower end of the 90 % interval"),
    "factor_high": Column("Faktor oben", "", "obere Grenze des 90-%-Intervalls", "upper end of the 90 % interval"),
    "city_factor": Column("Faktor Stadt", "", "dasselbe für die ganze Stadt", "the same for the whole city"),
    "own_share": Column(
        "eigene Zahlen", "Anteil", "Gewicht der Zahlen des Bezirks selbst", "weight of the district's own counts"
    ),
    "points_model": Column(
        "Punkte vorher",
        "Ladepunkte",
        "neue Ladepunkte für die Nachfrage des Modells",
        "new points for the demand of the model",
    ),
    "points_learnt": Column(
        "Punkte gelernt",
        "Ladepunkte",
        "neue Ladepunkte für die gelernte Nachfrage",
        "new points for the demand that was learnt",
    ),
    "change": Column("Änderung", "Ladepunkte", "Unterschied", "difference"),
    "phases.kwh_as_is": Column(
        "gelieferte Energie, heute",
        "kWh/Woche",
        "gelieferte Energie in einer Woche der Phase, mit den heutigen Ladestationen",
        "energy delivered in a week of the phase, with today's stations",
    ),
    "phases.kwh_as_is_low": Column(
        "gelieferte Energie, heute, unten",
        "kWh/Woche",
        "gelieferte Energie in einer Woche der Phase, mit den heutigen Ladestationen; untere Grenze des 95-%-Intervalls",
        "energy delivered in a week of the phase, with today's stations, lower end of the 95 % interval",
    ),
    "phases.kwh_as_is_high": Column(
        "gelieferte Energie, heute, oben",
        "kWh/Woche",
        "gelieferte Energie in einer Woche der Phase, mit den heutigen Ladestationen; obere Grenze des 95-%-Intervalls",
        "energy delivered in a week of the phase, with today's stations, upper end of the 95 % interval",
    ),
    "phases.kwh_plan": Column(
        "gelieferte Energie, mit dem Plan",
        "kWh/Woche",
        "gelieferte Energie in einer Woche der Phase, mit dem, was der Plan bis dahin gebaut hat",
        "energy delivered in a week of the phase, with what the plan has built by then",
    ),
    "phases.kwh_plan_low": Column(
        "gelieferte Energie, mit dem Plan, unten",
        "kWh/Woche",
        "gelieferte Energie in einer Woche der Phase, mit dem, was der Plan bis dahin gebaut hat; untere Grenze des 95-%-Intervalls",
        "energy delivered in a week of the phase, with what the plan has built by then, lower end of the 95 % interval",
    ),
    "phases.kwh_plan_high": Column(
        "gelieferte Energie, mit dem Plan, oben",
        "kWh/Woche",
        "gelieferte Energie in einer Woche der Phase, mit dem, was der Plan bis dahin gebaut hat; obere Grenze des 95-%-Intervalls",
        "energy delivered in a week of the phase, with what the plan has built by then, upper end of the 95 % interval",
    ),
    "phases.kwh_difference": Column(
        "gelieferte Energie, Unterschied",
        "kWh/Woche",
        "gelieferte Energie in einer Woche der Phase, Unterschied, gepaart",
        "energy delivered in a week of the phase, difference, paired",
    ),
    "phases.kwh_difference_low": Column(
        "gelieferte Energie, Unterschied, unten",
        "kWh/Woche",
        "gelieferte Energie in einer Woche der Phase, Unterschied, gepaart; untere Grenze des 95-%-Intervalls",
        "energy delivered in a week of the phase, difference, paired, lower end of the 95 % interval",
    ),
    "phases.kwh_difference_high": Column(
        "gelieferte Energie, Unterschied, oben",
        "kWh/Woche",
        "gelieferte Energie in einer Woche der Phase, Unterschied, gepaart; obere Grenze des 95-%-Intervalls",
        "energy delivered in a week of the phase, difference, paired, upper end of the 95 % interval",
    ),
    "phases.served_share_as_is": Column(
        "bedienter Anteil, heute",
        "Anteil",
        "bedienter Anteil in einer Woche der Phase, mit den heutigen Ladestationen",
        "share of requests served in a week of the phase, with today's stations",
    ),
    "phases.served_share_as_is_low": Column(
        "bedienter Anteil, heute, unten",
        "Anteil",
        "bedienter Anteil in einer Woche der Phase, mit den heutigen Ladestationen; untere Grenze des 95-%-Intervalls",
        "share of requests served in a week of the phase, with today's stations, lower end of the 95 % interval",
    ),
    "phases.served_share_as_is_high": Column(
        "bedienter Anteil, heute, oben",
        "Anteil",
        "bedienter Anteil in einer Woche der Phase, mit den heutigen Ladestationen; obere Grenze des 95-%-Intervalls",
        "share of requests served in a week of the phase, with today's stations, upper end of the 95 % interval",
    ),
    "phases.served_share_plan": Column(
        "bedienter Anteil, mit dem Plan",
        "Anteil",
        "bedienter Anteil in einer Woche der Phase, mit dem, was der Plan bis dahin gebaut hat",
        "share of requests served in a week of the phase, with what the plan has built by then",
    ),
    "phases.served_share_plan_low": Column(
        "bedienter Anteil, mit dem Plan, unten",
        "Anteil",
        "bedienter Anteil in einer Woche der Phase, mit dem, was der Plan bis dahin gebaut hat; untere Grenze des 95-%-Intervalls",
        "share of requests served in a week of the phase, with what the plan has built by then, lower end of the 95 % interval",
    ),
    "phases.served_share_plan_high": Column(
        "bedienter Anteil, mit dem Plan, oben",
        "Anteil",
        "bedienter Anteil in einer Woche der Phase, mit dem, was der Plan bis dahin gebaut hat; obere Grenze des 95-%-Intervalls",
        "share of requests served in a week of the phase, with what the plan has built by then, upper end of the 95 % interval",
    ),
    "phases.served_share_difference": Column(
        "bedienter Anteil, Unterschied",
        "Anteil",
        "bedienter Anteil in einer Woche der Phase, Unterschied, gepaart",
        "share of requests served in a week of the phase, difference, paired",
    ),
    "phases.served_share_difference_low": Column(
        "bedienter Anteil, Unterschied, unten",
        "Anteil",
        "bedienter Anteil in einer Woche der Phase, Unterschied, gepaart; untere Grenze des 95-%-Intervalls",
        "share of requests served in a week of the phase, difference, paired, lower end of the 95 % interval",
    ),
    "phases.served_share_difference_high": Column(
        "bedienter Anteil, Unterschied, oben",
        "Anteil",
        "bedienter Anteil in einer Woche der Phase, Unterschied, gepaart; obere Grenze des 95-%-Intervalls",
        "share of requests served in a week of the phase, difference, paired, upper end of the 95 % interval",
    ),
    "phases.points": Column(
        "Ladepunkte in der Stadt",
        "Punkte",
        "Ladepunkte, die dann in der Stadt stehen",
        "points that then stand in the city",
    ),
    "phases.objective": Column(
        "Wert",
        "kWh/Woche",
        "Teil der Phase am Zielwert: an einer mittleren Woche der ganzen Zeit",
        "part of the phase in the objective: in a mean week of the whole time",
    ),
    "phases.bound": Column(
        "Schranke",
        "kWh/Woche",
        "kein Plan des Modells ist in der Phase mehr wert",
        "no plan of the model is worth more in the phase",
    ),
    "own_objective": Column(
        "Wert, eigener Plan",
        "kWh/Woche",
        "Teil der Phase am Zielwert des eigenen Plans des Planers",
        "part of the phase in the objective of the planner's own plan",
    ),
    "own_gap": Column(
        "bewiesener Abstand, eigener Plan",
        "Anteil",
        "Abstand des eigenen Plans des Planers zur Schranke, vor Änderungen in der simulierten Stadt",
        "gap of the planner's own plan to the bound, before changes on the simulated street",
    ),
    "phase_own_gap": Column(
        "Phase: bewiesener Abstand, eigener Plan",
        "Anteil",
        "Abstand des eigenen Plans des Planers zur Schranke der Phase",
        "gap of the planner's own plan to the bound of the phase",
    ),
    "certificate": Column(
        "Beweis beendet durch", "", "wie der Beweis der Schranke endete", "how the proof of the bound ended"
    ),
    "kind": Column(
        "Nachweis",
        "",
        "proved: ein Löser hat die Schranke bewiesen; none: keine Schranke",
        "proved: a solver has proved the bound; none: no bound",
    ),
    "phase_promise_kwh": Column(
        "Phase: Versprechen",
        "kWh/Woche",
        "vom Planer versprochene Energie der ganzen Stadt in der Phase",
        "energy promised for the whole city in the phase",
    ),
    "phase_verdict_kwh": Column(
        "Phase: Urteil",
        "kWh/Woche",
        "von der Simulation gefundene Energie der ganzen Stadt in der Phase",
        "energy found by the simulation for the whole city in the phase",
    ),
    "phase_verdict_kwh_low": Column(
        "Phase: Urteil, unten", "kWh/Woche", "untere Grenze des 95-%-Intervalls", "lower end of the 95 % interval"
    ),
    "phase_verdict_kwh_high": Column(
        "Phase: Urteil, oben", "kWh/Woche", "obere Grenze des 95-%-Intervalls", "upper end of the 95 % interval"
    ),
    "phase_objective": Column(
        "Phase: Wert", "kWh/Woche", "Teil der Phase am Zielwert", "part of the phase in the objective"
    ),
    "phase_bound": Column(
        "Phase: Schranke",
        "kWh/Woche",
        "kein Plan des Modells ist in der Phase mehr wert",
        "no plan of the model is worth more in the phase",
    ),
    "phase_gap": Column(
        "Phase: bewiesener Abstand",
        "Anteil",
        "Abstand zwischen Wert und Schranke der Phase",
        "gap between worth and bound of the phase",
    ),
    "phase_certificate": Column(
        "Phase: Beweis beendet durch", "", "wie der Beweis der Schranke endete", "how the proof of the bound ended"
    ),
    "phase_certificate_kind": Column(
        "Phase: Nachweis",
        "",
        "proved: ein Löser hat die Schranke bewiesen; none: keine Schranke",
        "proved: a solver has proved the bound; none: no bound",
    ),
    "kept": Column("gewählt", "", "ob dieser Plan gewählt wurde", "whether this plan was kept"),
    "note": Column("Hinweis", "", "Erläuterung", "remark"),
    "class_name": Column("Klasse", "", "Klasse von Ladewünschen (Anlass)", "class of requests (use case)"),
    "check": Column("Prüfung", "", "was geprüft wird", "what is checked"),
    "value": Column("Wert", "siehe Einheit", "Wert", "value"),
    "low": Column("niedrig", "siehe Einheit", "untere Grenze des Plausiblen", "lower end of what is plausible"),
    "high": Column("hoch", "siehe Einheit", "obere Grenze des Plausiblen", "upper end of what is plausible"),
    "passed": Column("bestanden", "", "ob der Wert in den Grenzen liegt", "whether the value is inside"),
    "occupied_share": Column(
        "belegt", "Anteil", "Anteil der Zeit, in der Ladepunkte belegt sind", "share of time points are plugged in"
    ),
    "charging_share": Column(
        "lädt", "Anteil", "Anteil der Zeit, in der Ladepunkte Energie abgeben", "share of time points deliver energy"
    ),
    "kwh_per_point_day": Column(
        "Energie je Ladepunkt", "kWh/Tag", "Energie je Ladepunkt und Tag", "energy per point and day"
    ),
    "blocking": Column(
        "abgewiesen", "Anteil", "Ankünfte, die alle Ladepunkte belegt finden", "arrivals that find all points taken"
    ),
    "key": Column("Parameter", "", "Name der Einstellung", "name of the setting"),
    "meaning": Column("Bedeutung", "", "Bedeutung, auf Englisch", "meaning"),
    "source": Column("Quelle", "", "Quelle", "source"),
    "confidence": Column(
        "Vertrauen",
        "",
        "A amtlich oder begutachtet, B Presse mit Erstquelle, C Zweitquelle, M Annahme, - Wahl",
        "A official or peer-reviewed, B press with primary source, C secondary, M assumption, - choice",
    ),
    "view": Column(
        "Sicht",
        "",
        "public Gesellschaft, municipal Stadtkasse, operator Betreiber",
        "whose money: society, city treasury, operator",
    ),
    "item": Column("Größe", "", "was der Wert ist", "what the value is"),
    "component": Column("Posten", "", "Posten der Rechnung", "item of the appraisal"),
    "side": Column("Seite", "", "in ausgegeben, out gewonnen", "in spent, out gained"),
    "present_value_eur": Column("Barwert", "EUR", "Barwert des Postens", "present value of the item"),
    "parameters": Column(
        "hängt ab von", "", "Einstellungen, von denen der Posten abhängt", "settings that the item hangs on"
    ),
    "year": Column("Jahr", "a", "Kalenderjahr", "calendar year"),
    "target": Column(
        "Euro zurück für einen",
        "EUR/EUR",
        "verlangtes Verhältnis von Gewinn zu Ausgabe",
        "ratio of gained to spent that is asked for",
    ),
    "parameter": Column("Annahme", "", "Annahme, die bewegt wird", "assumption that is moved"),
    "value_now": Column("Wert jetzt", "siehe Einheit", "Wert in dieser Rechnung", "value in this study"),
    "value_needed": Column(
        "nötiger Wert",
        "siehe Einheit",
        "Wert, bei dem das Verhältnis erreicht wäre",
        "value at which the ratio would be reached",
    ),
    "verdict": Column("Ergebnis", "", "ob der nötige Wert plausibel ist", "whether the value needed is plausible"),
    "name": Column("Name", "", "Name", "name"),
    "reference": Column("verglichen mit", "", "womit verglichen wird", "what it is compared with"),
    "reference_value": Column("Wert dort", "siehe Einheit", "Wert des Vergleichs", "value of the reference"),
    "t_co2_avoided": Column(
        "vermiedenes CO₂", "t/a", "im Jahr vermiedenes Kohlendioxid", "carbon dioxide avoided in the year"
    ),
    "use_case": Column(
        "Anlass",
        "",
        "warum das Auto steht: kerbside Straßenrand, destination Ziel, work Arbeit, retail Handel, hub Schnellladen",
        "why the car stands",
    ),
    "current": Column("Strom", "", "AC Wechselstrom oder DC Gleichstrom", "AC or DC"),
    "energy_kwh_as_is": Column("Energie heute", "kWh/Woche", "gelieferte Energie heute", "energy delivered today"),
    "energy_kwh_plan": Column(
        "Energie mit dem Plan", "kWh/Woche", "gelieferte Energie mit dem Plan", "energy delivered with the plan"
    ),
    "served_as_is": Column("bedient heute", "1/Woche", "bediente Ladewünsche heute", "requests served today"),
    "served_plan": Column(
        "bedient mit dem Plan", "1/Woche", "bediente Ladewünsche mit dem Plan", "requests served with the plan"
    ),
    "walk_min_as_is": Column("Fußweg heute", "min", "mittlerer Fußweg, hin und zurück", "mean walk, there and back"),
    "walk_min_plan": Column(
        "Fußweg mit dem Plan", "min", "mittlerer Fußweg, hin und zurück", "mean walk, there and back"
    ),
    "wait_min_as_is": Column("Wartezeit heute", "min", "mittlere Wartezeit", "mean wait"),
    "wait_min_plan": Column("Wartezeit mit dem Plan", "min", "mittlere Wartezeit", "mean wait"),
    "budget_eur": Column("Budget", "EUR", "Budget des Planers", "budget of the planner"),
    "sensitivity.low": Column(
        "Annahme niedrig", "wie die Annahme", "niedriger Wert der Annahme", "low value of the assumption"
    ),
    "sensitivity.high": Column(
        "Annahme hoch", "wie die Annahme", "hoher Wert der Annahme", "high value of the assumption"
    ),
    "npv_low_eur": Column(
        "Kapitalwert bei niedrig", "EUR", "Kapitalwert mit dem niedrigen Wert", "net present value with the low value"
    ),
    "npv_high_eur": Column(
        "Kapitalwert bei hoch", "EUR", "Kapitalwert mit dem hohen Wert", "net present value with the high value"
    ),
    "ratio_low": Column(
        "Nutzen-Kosten-Verhältnis bei niedrig", "-", "Verhältnis mit dem niedrigen Wert", "ratio with the low value"
    ),
    "ratio_high": Column(
        "Nutzen-Kosten-Verhältnis bei hoch", "-", "Verhältnis mit dem hohen Wert", "ratio with the high value"
    ),
    "swing_eur": Column("Spanne", "EUR", "Abstand der beiden Kapitalwerte", "distance of the two net present values"),
    "hour_of_week": Column("Stunde der Woche", "h", "0 ist Montag, 0 bis 1 Uhr", "0 is Monday, 0 to 1 h"),
    "quantity": Column(
        "Größe", "", "wait_min Wartezeit in Minuten, walk_m Fußweg in Metern", "wait in minutes or walk in metres"
    ),
    "state": Column("Zustand", "", "as_is heute, plan mit dem Plan", "today or with the plan"),
    "bin_from": Column("mehr als", "wie die Größe", "untere Grenze der Klasse", "lower end of the class"),
    "bin_to": Column(
        "bis", "wie die Größe", "obere Grenze der Klasse; inf: offen", "upper end of the class; inf: open"
    ),
    "share": Column("Anteil", "Anteil", "Anteil der bedienten Fahrer", "share of served drivers"),
    "plugged_in_as_is": Column(
        "angesteckte Autos heute",
        "Autos",
        "angesteckte Autos im Mittel der Stunde, heute",
        "cars plugged in, mean of the hour, today",
    ),
    "plugged_in_as_is_low": Column(
        "angesteckte Autos heute, unten",
        "Autos",
        "angesteckte Autos im Mittel der Stunde, heute; untere Grenze des 95-%-Intervalls",
        "cars plugged in, mean of the hour, today, lower end of the 95 % interval",
    ),
    "plugged_in_as_is_high": Column(
        "angesteckte Autos heute, oben",
        "Autos",
        "angesteckte Autos im Mittel der Stunde, heute; obere Grenze des 95-%-Intervalls",
        "cars plugged in, mean of the hour, today, upper end of the 95 % interval",
    ),
    "plugged_in_plan": Column(
        "angesteckte Autos mit dem Plan",
        "Autos",
        "angesteckte Autos im Mittel der Stunde, mit dem Plan",
        "cars plugged in, mean of the hour, with the plan",
    ),
    "plugged_in_plan_low": Column(
        "angesteckte Autos mit dem Plan, unten",
        "Autos",
        "angesteckte Autos im Mittel der Stunde, mit dem Plan; untere Grenze des 95-%-Intervalls",
        "cars plugged in, mean of the hour, with the plan, lower end of the 95 % interval",
    ),
    "plugged_in_plan_high": Column(
        "angesteckte Autos mit dem Plan, oben",
        "Autos",
        "angesteckte Autos im Mittel der Stunde, mit dem Plan; obere Grenze des 95-%-Intervalls",
        "cars plugged in, mean of the hour, with the plan, upper end of the 95 % interval",
    ),
    "power_kw_as_is": Column(
        "Leistung heute", "kW", "Leistung im Mittel der Stunde, heute", "power, mean of the hour, today"
    ),
    "power_kw_as_is_low": Column(
        "Leistung heute, unten",
        "kW",
        "Leistung im Mittel der Stunde, heute; untere Grenze des 95-%-Intervalls",
        "power, mean of the hour, today, lower end of the 95 % interval",
    ),
    "power_kw_as_is_high": Column(
        "Leistung heute, oben",
        "kW",
        "Leistung im Mittel der Stunde, heute; obere Grenze des 95-%-Intervalls",
        "power, mean of the hour, today, upper end of the 95 % interval",
    ),
    "power_kw_plan": Column(
        "Leistung mit dem Plan",
        "kW",
        "Leistung im Mittel der Stunde, mit dem Plan",
        "power, mean of the hour, with the plan",
    ),
    "power_kw_plan_low": Column(
        "Leistung mit dem Plan, unten",
        "kW",
        "Leistung im Mittel der Stunde, mit dem Plan; untere Grenze des 95-%-Intervalls",
        "power, mean of the hour, with the plan, lower end of the 95 % interval",
    ),
    "power_kw_plan_high": Column(
        "Leistung mit dem Plan, oben",
        "kW",
        "Leistung im Mittel der Stunde, mit dem Plan; obere Grenze des 95-%-Intervalls",
        "power, mean of the hour, with the plan, upper end of the 95 % interval",
    ),
}

# German sheet names of tables; a table that is not here is not in the workbook
SHEETS: Mapping[str, str] = {
    "kpis_city": "Kennzahlen Stadt",
    "kpis_district": "Kennzahlen Bezirke",
    "kpis_use_case": "Kennzahlen Anlässe",
    "kpis_priority": "Kennzahlen Vorranggebiet",
    "kpis_station": "Kennzahlen Ladestationen",
    "plan": "Plan",
    "phases": "Phasen",
    "rounds": "Runden",
    "promises": "Versprechen",
    "checks": "Prüfungen",
    "stations": "Ladestationen",
    "money": "Geld",
    "components": "Posten",
    "cash_flow": "Zahlungen",
    "break_even": "Was gelten müsste",
    "yardsticks": "Maßstäbe",
    "climate": "Klima",
    "sensitivity": "Empfindlichkeit",
    "service": "Bedienung",
    "hours": "Woche nach Stunden",
    "spread": "Verteilungen",
    "budget_curve": "Budget",
    "pilots": "Piloten",
    "stages": "Stufen",
    "triggers": "Auslöser",
    "regret": "Einbußen",
    "learnt": "Gelernt",
    "replanned": "Neu geplant",
    "parameters": "Parameter",
}
DICTIONARY = "Wörterbuch"
DICTIONARY_HEAD = ("Blatt", "Spalte", "Name in CSV", "Einheit", "Bedeutung", "English meaning")


def column(table: str, name: str) -> Column:
    """What a column of a table is called; its own name where no text is given."""
    found = COLUMNS.get(f"{table}.{name}") or COLUMNS.get(name)
    if found is None and f"component.{name}" in de.TEXTS:  # a column an item of the appraisal
        german, english = (texts[f"component.{name}"] for texts in (de.TEXTS, en.TEXTS))
        found = Column(german, "EUR", german, english)
    return found or Column(name, "", "", "")
