"""The long questionnaire of the consumer survey: answers to every item of the path model.

Each construct follows the respondent's satisfaction to a degree of its own, so that the model has
something to find; the overall questions are drawn elsewhere and do not change.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_ITEM = 0.7
_UNANSWERED = 0.02


@dataclass(frozen=True)
class Construct:
    """How far a construct goes with satisfaction, its own spread, and the level of its items."""

    follows: float
    own: float
    items: dict[str, float]


CONSTRUCTS = (
    Construct(0.7, 0.7, {"image_overall": 8.2, "image_features": 7.9}),
    Construct(
        0.45,
        0.8,
        {"expected_quality": 8.3, "expected_fit": 8.0, "expected_reliability": 8.4},
    ),
    Construct(
        0.85,
        0.5,
        {
            "perceived_quality": 8.1,
            "perceived_fit": 7.8,
            "perceived_reliability": 8.2,
            "perceived_service": 7.7,
        },
    ),
    Construct(0.6, 0.8, {"value_for_price": 7.5, "value_for_quality": 7.4}),
    Construct(0.5, 1.0, {"complaint_handling": 7.2}),
    Construct(0.9, 0.6, {"loyalty_again": 8.0, "loyalty_recommend": 7.7}),
)


def answers(
    satisfaction: npt.NDArray[np.float64], rng: np.random.Generator
) -> dict[str, npt.NDArray[np.float64]]:
    """Whole scores from 1 to 10 of every item, some left out.

    Args:
        satisfaction: (respondents,) latent, about a mean of nought.
    """
    count = len(satisfaction)
    said = {}
    for construct in CONSTRUCTS:
        latent = construct.follows * satisfaction + construct.own * rng.standard_normal(count)
        for item, level in construct.items.items():
            score = np.clip(np.rint(level + latent + _ITEM * rng.standard_normal(count)), 1, 10)
            said[item] = np.where(rng.random(count) < _UNANSWERED, np.nan, score)
    return said
