"""The sentences of `ladeplan why-not`, by language and key."""

from __future__ import annotations

from collections.abc import Mapping

TEXTS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "chosen": "{site} is in the plan: {what}, {eur}.",
        "earns": "Without it the best plan would be worth {value} less{proof}.",
        "absent": "{site} is not in the plan.",
        "barred": "As things stand, nothing can be built there:",
        "taken": "Without that the plan builds there ({what}) and is worth {value} more{proof}.",
        "not_taken": "Even without that the plan does not build there:",
        "worse": "a plan that has to build there ({what}) is worth {value} less{proof}.",
        "tie": "a plan that has to build there ({what}) is worth just as much; it could as well be taken.",
        "proof": " (proved: {low} to {high})",
        "unproved": " (between the plans as they were found; nothing is proved)",
        "within": " (proved: {low} to {high}, so the best plans may be worth the same)",
        "nobody": "No need is in reach of it.",
        "around": "In reach of it drivers want {reach} who accept the way; of all that is wanted at their demand "
        "points "
        "{unserved} stay unserved by the plan.",
        "neighbours": "Who serves them: {list}.",
        "on_top": "On top of the plan, {what} there would be worth {value} for {eur}: {rate} for each 1,000 EUR.",
        "weakest": "The site of the plan that brings least for its money, {site}, brings {rate} for each 1,000 EUR.",
        "idle": "Points there would serve nobody who is not served anyway.",
        "remedies": "What would bring it into the plan, each change alone:",
        "no_remedies": "No single change that was tried brings it into the plan.",
        "basis": "Planned once for {phases}, before any simulation; the plan is proved within {gap} of the best.",
        "basis_unproved": "Planned once for {phases}, before any simulation; nothing is proved of the plan.",
        "quick": "The city is large: changes were tried with a quick search, so more of them might do.",
        "points": "{n} points {technology} by {phase}",
        "bar.excluded_sites": "it is on the list planning.excluded_sites; take it off",
        "bar.forced_sites": "no technology may be built there; name one in planning.technologies",
        "bar.within_bays": "its {now} bays hold nothing that may be built; {needed} would",
        "bar.min_distance": "a station or forced site stands nearer than the {now} of planning.min_distance_m; "
        "{needed} "
        "would do",
        "bar.within_grid_capacity": "grid area {where} has {now} to spare; {needed} would do",
        "bar.within_budget": "a budget of {now} does not pay for it; {needed} would",
        "remedy.min_distance": "planning.min_distance_m of {needed} instead of {now}: {where}, which the plan "
        "builds, is "
        "nearer",
        "remedy.within_grid_capacity": "{needed} headroom in grid area {where} instead of {now}, which other sites "
        "use up",
        "remedy.within_bays": "{needed} bays there instead of {now}",
        "remedy.within_budget": "a budget of {needed} instead of {now} (less was tried and is not enough)",
        "remedy.rules": "without the rule {where} in planning.rules",
        "remedy.technologies": "technology {where} in planning.technologies",
        "remedy.compensation": "{needed} more for the budget if it is forced: then the plan is worth as much as "
        "without it",
        "remedy.need": "need worth at least {needed} that no other site reaches",
        "unit.kWh/week": "kWh a week",
        "unit.1/week": "requests a week",
        "unit.EUR": "EUR",
        "unit.bays": "",
        "unit.kW": "kW",
        "unit.m": "m",
    },
    "de": {
        "chosen": "{site} ist im Plan: {what}, {eur}.",
        "earns": "Ohne ihn wäre der beste Plan {value} weniger wert{proof}.",
        "absent": "{site} ist nicht im Plan.",
        "barred": "So wie es steht, kann dort nichts gebaut werden:",
        "taken": "Ohne das baut der Plan dort ({what}) und ist {value} mehr wert{proof}.",
        "not_taken": "Auch ohne das baut der Plan dort nicht:",
        "worse": "Ein Plan, der dort bauen muss ({what}), ist {value} weniger wert{proof}.",
        "tie": "Ein Plan, der dort bauen muss ({what}), ist ebenso viel wert; er könnte genauso gut genommen werden.",
        "proof": " (bewiesen: {low} bis {high})",
        "unproved": " (zwischen den Plänen, wie sie gefunden wurden; bewiesen ist nichts)",
        "within": " (bewiesen: {low} bis {high}, die besten Pläne können also gleich viel wert sein)",
        "nobody": "Kein Bedarf liegt in seiner Reichweite.",
        "around": "In seiner Reichweite wollen Fahrer, die den Weg hinnehmen, {reach}; von allem, was an ihren Orten "
        "gebraucht wird, deckt der Plan {unserved} nicht.",
        "neighbours": "Wer sie bedient: {list}.",
        "on_top": "Zusätzlich zum Plan wären dort {what} {value} wert, für {eur}: {rate} je 1.000 EUR.",
        "weakest": "Der Standort des Plans, der für sein Geld am wenigsten bringt, {site}, bringt {rate} je 1.000 EUR.",
        "idle": "Punkte dort würden niemanden bedienen, der nicht ohnehin bedient wird.",
        "remedies": "Was ihn in den Plan brächte, jede Änderung für sich:",
        "no_remedies": "Keine einzelne Änderung, die versucht wurde, bringt ihn in den Plan.",
        "basis": "Einmal geplant für {phases}, vor jeder Simulation; bewiesen ist der Plan bis auf {gap} an den "
        "besten.",
        "basis_unproved": "Einmal geplant für {phases}, vor jeder Simulation; bewiesen ist über den Plan nichts.",
        "quick": "Die Stadt ist groß: Änderungen wurden mit kurzer Suche versucht, es könnten also mehr von ihnen "
        "genügen.",
        "points": "{n} Punkte {technology} bis {phase}",
        "bar.excluded_sites": "er steht in der Liste planning.excluded_sites; nehmen Sie ihn heraus",
        "bar.forced_sites": "keine Technik darf dort gebaut werden; nennen Sie eine in planning.technologies",
        "bar.within_bays": "seine {now} Stellplätze fassen nichts, was gebaut werden darf; {needed} täten es",
        "bar.min_distance": "eine Station oder ein erzwungener Standort liegt näher als die {now} von "
        "planning.min_distance_m; {needed} täten es",
        "bar.within_grid_capacity": "das Netzgebiet {where} hat {now} frei; {needed} täten es",
        "bar.within_budget": "ein Budget von {now} bezahlt ihn nicht; {needed} täten es",
        "remedy.min_distance": "planning.min_distance_m von {needed} statt {now}: {where}, den der Plan baut, liegt "
        "näher",
        "remedy.within_grid_capacity": "{needed} frei im Netzgebiet {where} statt {now}, die andere Standorte "
        "aufbrauchen",
        "remedy.within_bays": "{needed} Stellplätze dort statt {now}",
        "remedy.within_budget": "ein Budget von {needed} statt {now} (weniger wurde versucht und genügt nicht)",
        "remedy.rules": "ohne die Regel {where} in planning.rules",
        "remedy.technologies": "die Technik {where} in planning.technologies",
        "remedy.compensation": "{needed} mehr Budget, wenn er erzwungen wird: Dann ist der Plan so viel wert wie "
        "ohne ihn",
        "remedy.need": "Bedarf im Wert von mindestens {needed}, den kein anderer Standort erreicht",
        "unit.kWh/week": "kWh je Woche",
        "unit.1/week": "Wünsche je Woche",
        "unit.EUR": "EUR",
        "unit.bays": "",
        "unit.kW": "kW",
        "unit.m": "m",
    },
}
