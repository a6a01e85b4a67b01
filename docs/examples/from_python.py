"""ladeplan from Python: settings, city, study; results are pandas tables. Run it from anywhere."""

from sim import load_study, read_city, run_study
from sim.app.paths import city_folder

study = load_study(["city=toy", "planning.budget_eur=300e3", "simulation.verdict_replications=4"])
city = read_city(city_folder(study.city), stock=study.stock, sites=study.sites, technologies=study.technology)
result = run_study(study, city, progress=lambda text, share: None)
print(result.plan.table[["site_id", "technology", "points_added", "capex_eur"]])
print(result.kpis.query("scope == 'city' and kpi == 'served_share'")[["as_is", "plan", "difference_low"]])
