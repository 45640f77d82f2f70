"""The stacked path models against the slow, obvious algorithm on scores, one sample at a time."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from zhiheng.methods.pls import fit
from zhiheng.methods.pls_bootstrap import bootstrap
from zhiheng.methods.pls_model import Construct, PathModel
from zhiheng.methods.pls_moments import Answers


def model_of(sizes, modes):
    constructs = tuple(
        Construct(f"L{i}", tuple(f"x{i}_{j}" for j in range(size)), mode)
        for i, (size, mode) in enumerate(zip(sizes, modes, strict=True))
    )
    paths = [(f"L{i}", f"L{j}") for j in range(len(sizes)) for i in range(j) if (i + j) % 3 or i]
    paths += [] if ("L0", "L1") in paths else [("L0", "L1")]
    return PathModel(constructs, tuple(paths))


def answers_of(model, n, seed):
    rng = np.random.default_rng(seed)
    common = rng.standard_normal(n)
    latent = [0.6 * common + 0.8 * rng.standard_normal(n) for _ in model.constructs]
    columns = [0.9 * latent[i] + 0.6 * rng.standard_normal(n) for i in model.owner]
    return np.column_stack(columns) * rng.uniform(0.5, 3, len(columns))


def slow(values, model, scheme, raw):
    """Scores step by step (Tenenhaus et al. 2005, section 4)."""
    x = values - values.mean(axis=0)
    spread = x.std(axis=0, ddof=1)
    if not raw:
        x = x / spread
    blocks = [model.block(i) for i in range(len(model.constructs))]
    weights = [np.ones(len(block)) for block in blocks]
    adjacency = model.adjacency

    def scores():
        found = []
        for i, block in enumerate(blocks):
            y = x[:, block] @ weights[i]
            weights[i] = weights[i] / y.std(ddof=1)
            found.append(y / y.std(ddof=1))
        return np.column_stack(found)

    for _ in range(2000):
        y = scores()
        before = np.concatenate(weights)
        r = np.corrcoef(y.T)
        for j, block in enumerate(blocks):
            z = np.zeros(len(y))
            causes = np.flatnonzero(adjacency[:, j])
            slopes = np.linalg.lstsq(y[:, causes], y[:, j], rcond=None)[0] if len(causes) else []
            for i in np.flatnonzero(adjacency[:, j] | adjacency[j, :]):
                part = {"centroid": np.sign(r[i, j]), "factorial": r[i, j], "path": r[i, j]}[scheme]
                if scheme == "path" and i in causes:
                    part = slopes[list(causes).index(i)]
                z += part * y[:, i]
            if model.constructs[j].mode == "A":
                weights[j] = x[:, block].T @ z
            else:
                weights[j] = np.linalg.lstsq(x[:, block], z, rcond=None)[0]
        scores()
        if np.abs(np.concatenate(weights) - before).max() < 1e-12:
            break
    y = scores()
    loadings = np.array(
        [np.corrcoef(x[:, i], y[:, model.owner[i]])[0, 1] for i in range(x.shape[1])]
    )
    flip = np.array([-1 if loadings[block].sum() < 0 else 1 for block in blocks])
    y = y * flip
    paths, r2 = np.zeros(adjacency.shape), np.full(len(blocks), np.nan)
    for j in range(len(blocks)):
        causes = np.flatnonzero(adjacency[:, j])
        if len(causes):
            paths[causes, j] = np.linalg.lstsq(y[:, causes], y[:, j], rcond=None)[0]
            r2[j] = 1 - np.var(y[:, j] - y[:, causes] @ paths[causes, j]) / np.var(y[:, j])
    owner = model.owner
    return np.concatenate(weights) * flip[owner], loadings * flip[owner], paths, r2


@settings(max_examples=60, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 4), min_size=2, max_size=5),
    seed=st.integers(0, 10_000),
    scheme=st.sampled_from(["centroid", "factorial", "path"]),
    raw=st.booleans(),
    data=st.data(),
)
def test_fast_agrees_with_slow(sizes, seed, scheme, raw, data):
    modes = data.draw(st.lists(st.sampled_from("AB"), min_size=len(sizes), max_size=len(sizes)))
    model = model_of(sizes, modes)
    values = answers_of(model, 60, seed)
    fast = fit(Answers(values).own().covariances, model, scheme=scheme, raw=raw, tolerance=1e-12)
    assert fast.sound[0]
    weights, loadings, paths, r2 = slow(values, model, scheme, raw)
    assert_allclose(fast.loadings[0], loadings, atol=1e-8)
    assert_allclose(fast.weights[0], weights, atol=1e-8)
    assert_allclose(fast.paths[0], paths, atol=1e-8)
    assert_allclose(fast.r2[0], r2, atol=1e-8)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), gaps=st.sampled_from([0.0, 0.1]))
def test_moments_of_counts_are_those_of_copied_rows(seed, gaps):
    rng = np.random.default_rng(seed)
    values = rng.integers(1, 11, (30, 4)).astype(float) + 100
    values[rng.random(values.shape) < gaps] = np.nan
    if np.isnan(values).all(axis=0).any():
        return
    answers = Answers(values)
    counts = answers.drawn(5, rng)
    found = answers.moments(counts)
    for number, count in enumerate(counts.astype(int)):
        rows = values[np.repeat(np.arange(30), count)]
        if np.isnan(rows).all(axis=0).any():
            continue
        means = np.nanmean(rows, axis=0)
        filled = np.where(np.isnan(rows), means, rows)
        assert_allclose(found.means[number], means, rtol=1e-12)
        assert_allclose(found.covariances[number], np.cov(filled.T), atol=1e-10)


@pytest.mark.parametrize("signs", ["construct", "individual", "none"])
def test_bootstrap_is_estimation_of_each_resample(signs):
    model = model_of((2, 2, 2), "AAA")
    values = answers_of(model, 80, 5)
    answers = Answers(values)
    found = bootstrap(answers, model, replicates=40, seed=3, signs=signs)
    counts = answers.drawn(40, np.random.default_rng(3)).astype(int)
    loadings = []
    for count in counts:
        rows = values[np.repeat(np.arange(80), count)]
        loadings.append(slow(rows, model, "centroid", False)[1])
    loadings = np.array(loadings)
    assert_allclose(found.spreads["loadings"].se, loadings.std(axis=0, ddof=1), rtol=1e-5)
    assert_allclose(
        found.spreads["loadings"].lower, np.quantile(loadings, 0.025, axis=0), rtol=1e-5
    )
    again = bootstrap(answers, model, replicates=40, seed=3, signs=signs)
    assert_allclose(found.spreads["paths"].se, again.spreads["paths"].se, rtol=0)


def test_signs_are_corrected_by_construct():
    # Loadings near .7 and -.7: which way their sum points, and so the score, is a matter of luck.
    rng = np.random.default_rng(11)
    first, second, noise = rng.standard_normal((3, 60))
    values = np.column_stack([first, second, first - second + 0.5 * noise])
    model = PathModel((Construct("F", ("a", "b"), "B"), Construct("Y", ("y",))), (("F", "Y"),))
    plain = bootstrap(Answers(values), model, replicates=300, signs="none")
    turned = bootstrap(Answers(values), model, replicates=300, signs="construct")
    assert turned.flipped > 0
    assert turned.spreads["loadings"].se[0] < 0.2 < plain.spreads["loadings"].se[0]


def test_intervals_of_the_mean_path_cover():
    """Percentile and BCa cover the true path of a known model: 200 samples, nominal 95 %."""
    model = PathModel((Construct("A", ("a",)), Construct("B", ("b",))), (("A", "B"),))
    rng = np.random.default_rng(1)
    plain = bca = 0
    for _ in range(200):
        a = rng.standard_normal(80)
        values = np.column_stack([a, 0.6 * a + 0.8 * rng.standard_normal(80)])
        paths = bootstrap(Answers(values), model, replicates=400).spreads["paths"]
        plain += paths.lower[0] < 0.6 < paths.upper[0]
        bca += paths.bca_lower[0] < 0.6 < paths.bca_upper[0]
    assert 0.90 <= plain / 200 <= 0.98
    assert 0.90 <= bca / 200 <= 0.98
