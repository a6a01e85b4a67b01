"""Where sessions end up, on the town whose six drivers are worked by hand."""

import numpy as np

from sim.demand.requests import USE_CASES
from sim.scoring.ways import Ways, ways_between_districts


def test_requests_belong_to_where_they_arise_and_sessions_also_to_their_station(six_drivers):
    run = six_drivers
    ways = ways_between_districts(run)
    start = run.survey.city.cells["district_id"].to_numpy()[run.requests.cell]
    for u, _ in enumerate(USE_CASES):
        for o, origin in enumerate(["A", "B"]):
            here = run.measured & (run.requests.use_case == u) & (start == origin)
            assert ways.requests[u, o] == here.sum()
            for d, end in enumerate(["A", "B"]):
                at = run.survey.city.stations["district_id"].to_numpy()[run.sessions.station] == end
                assert ways.sessions[u, o, d] == (here & run.served & at).sum()
    assert ways.sessions.sum() == (run.measured & run.served).sum() > 0


def test_shares_are_sessions_of_requests_and_none_where_nobody_asks():
    requests = np.array([[4.0, 0.0]])
    sessions = np.array([[[1.0, 2.0], [0.0, 0.0]]])
    twice = Ways(requests, sessions) + Ways(requests, sessions)
    assert twice.shares.tolist() == [[[0.25, 0.5], [0.0, 0.0]]]
