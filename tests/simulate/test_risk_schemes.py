"""Planted link schemes are found while they do not hide, and honest sites are left alone.

Easy by construction: this proves the code, and shows how markers fade as schemes hide themselves.
It says nothing of schemes in the wild.
"""

from __future__ import annotations

import numpy as np
import pytest

from linkshed.simulate.risk.markers import HIGH_ABOVE
from simulate.riskwebs import assessed
from simulate.schemes import auc, schemes
from snapshots import scored_web

Risks = dict[bool, list[float]]
Measured = tuple[tuple[float, float], Risks, Risks]
LEAST_REFERRERS = 10
N_HONEST = 60
# camouflage, ring: least AUC of shops by the whole profile, and of farms by their own risk
BOUNDS = {
    (0.0, 0.2): (0.99, 0.99),
    (0.3, 0.2): (0.99, 0.98),
    (0.7, 0.5): (0.99, 0.97),
    (0.7, 0.2): (0.99, 0.70),
    (1.0, 0.0): (0.60, 0.45),
}


@pytest.fixture(scope="module", params=BOUNDS, ids=lambda knobs: f"{knobs[0]}-{knobs[1]}")
def measured(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Measured:
    web = schemes(3, *request.param)
    snapshot = scored_web(web.text, tmp_path_factory.mktemp("schemes"))
    names = snapshot.columns("domains", ["domain"])["domain"].to_pylist()
    n_refdomains = dict(zip(names, snapshot.array("domains", "n_refdomains").tolist(), strict=True))
    many = [site for site in web.honest if n_refdomains.get(site, 0) >= LEAST_REFERRERS]
    whole: Risks = {True: [], False: []}
    single: Risks = {True: [], False: []}
    for scope in (*web.shops, *many[:N_HONEST]):
        found = assessed(snapshot, scope)
        whole[scope in web.shops].append(found.scope_risk)
        for domain, risk in zip(found.profile.domains, found.domain_risk, strict=True):
            is_farm = names[domain] in web.farms
            if scope in web.shops or not is_farm:  # what farms link to beside is their camouflage
                single[is_farm].append(float(risk))
    return request.param, whole, single


def test_shops_and_farms_stand_above_honest_sites(measured: Measured) -> None:
    knobs, whole, single = measured
    of_shops, of_farms = BOUNDS[knobs]
    assert len(whole[True]) == 8
    assert len(whole[False]) >= 40
    assert auc(whole[False], whole[True]) >= of_shops
    assert auc(single[False], single[True]) >= of_farms


def test_at_most_one_honest_site_in_fifty_is_high(measured: Measured) -> None:
    _, whole, single = measured
    for risks in (whole[False], single[False]):
        assert (np.array(risks) > HIGH_ABOVE).mean() <= 0.02
