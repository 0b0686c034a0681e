"""The linkage model: how much each agreement level says for or against two records being one person.

Fellegi and Sunter's model (1969) on agreement patterns with counts: some thousands of rows stand for millions of
pairs. Pairs that blocking proposes are all alike in something, so one kind of non-match is too few. There are
five kinds of pairs, told apart by recordlinkage's expectation-maximisation:

- strangers: alike by chance alone. Their number and how they compare is known, not fitted (`transforms.chance`).
- matches: one person. Nothing is assumed of how they compare.
- relatives: share what a household shares; given name, birth and sex compare as strangers' do.
- namesakes: share names, place and perhaps a household; birth, identifiers, phone, address and parents compare as
  strangers' do.
- twins: compare as matches, but given name, sex and identifiers as strangers'; MOST_TWINS for each match at most.

A look-alike is thus defined by what it does *not* share, and a match that is badly recorded cannot be mistaken for one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array

from transforms.feature import MISSING, Feature
from transforms.kinds import Beside, Flags, Judged, Levels, Numbers, Shape

# Twelve deliveries in a thousand are of twins (Monden, Pison and Smits, Human Reproduction 36, 2021), who have many
# records.
MOST_TWINS = 0.04
SMOOTHING = 0.5  # pairs added to each level: Jeffreys' prior
LEAST_LEFT = 0.02
TOLD = 0.05  # of matches that must show a feature for it to tell whether they are people
REGISTERS = 20.0  # pairs spread over the pairs of registers as chance spreads them: some registers are small
LENT = 50.0  # pairs of relatives with numbers of their own: a few that share one are not believed
_NAMES = frozenset({"family_name", "family_sound", "given_name", "given_sound"})
_GIVEN = frozenset({"given_name", "given_sound", "other_name"})
_BIRTH = frozenset({"birth_date", "birth_year"})
_SEX = frozenset({"sex", "sex_of_name"})
NAMESAKES_SHARE = _NAMES | _SEX | {"registers", "area", "commune", "region", "household", "roster"}
KINDS = ("match", "relatives", "namesakes", "strangers")


@dataclass(frozen=True)
class Model:
    """`shares`: a row a kind of KINDS and a column a level of a feature, from DIFFERS up, features one after the other.

    `pairs`: how many pairs of records are of each kind, strangers being all pairs there are; `twins`: twins for each
    match.
    `iterations`: how many expectation-maximisation took; 0 where nothing was fitted.
    """

    chosen: tuple[Feature, ...]
    shares: Numbers
    pairs: Numbers
    twins: float
    iterations: int = 0

    @cached_property
    def starts(self) -> Levels:
        """The column of each feature's lowest level."""
        return np.cumsum([0, *(feature.best + 1 for feature in self.chosen)])

    def joint(self, levels: Levels) -> Numbers:
        """log2 of the expected number of pairs of each kind that show a pattern, a row a pattern; twins are last."""
        shown = one_hot(self.chosen, levels)
        logs, pairs = np.log2(self.shares), np.log2(self.pairs)
        twins = np.where(_columns(self.chosen, _twins_differ(self.chosen)), logs[-1], logs[0])
        return np.column_stack([shown @ logs.T + pairs, shown @ twins + pairs[0] + np.log2(self.twins)])

    def bits(self, levels: Levels) -> tuple[Numbers, Numbers]:
        """For each pattern log2 of the odds of a match against strangers, and what look-alikes take off them."""
        joint = self.joint(levels)
        other = np.logaddexp2.reduce(joint[:, 1:], axis=1)
        return joint[:, 0] - joint[:, 3], other - joint[:, 3]

    def odds(self, levels: Levels) -> Numbers:
        """For each pattern log2 of the odds of a match against all other kinds."""
        bits, look_alike = self.bits(levels)
        return bits - look_alike

    def column(self, feature: int, level: int) -> int:
        return int(self.starts[feature]) + level


def probability(bits: Numbers) -> Numbers:
    return np.asarray(1 / (1 + np.exp2(np.minimum(-bits, 1000.0))))


@dataclass(frozen=True)
class Strangers:
    """`shares`: of each level of each feature among random pairs that can be compared on it; `known`: the share of
    random pairs that can, a number a feature; `pairs`: how many pairs of records there are.
    """

    shares: tuple[Numbers, ...]
    known: Numbers
    pairs: float


def fit(
    chosen: Sequence[Feature], levels: Levels, counts: Numbers, strangers: Strangers, judged: Judged | None = None
) -> Model:
    """The model of these patterns: `levels` has a row a pattern and a column a feature, `counts` their candidate pairs.

    Random pairs are strangers but for the few that match; what a first model takes for matches is taken out of them
    before the second. Without any candidate there is nothing to learn: no pair is a match.
    """
    by_chance = np.concatenate(strangers.shares)
    model = _fit(chosen, levels, counts, by_chance, strangers.pairs, judged)
    if not counts.any():
        return model
    matches = counts * probability(model.odds(levels))
    shown = one_hot(chosen, levels)
    knowing = np.repeat(strangers.known * strangers.pairs, [feature.best + 1 for feature in chosen])
    found = np.asarray(shown.T @ matches)
    counted = _columns(chosen, frozenset(f.name for f in chosen if f.equals and not f.identifier))
    rest = np.maximum(by_chance - found / np.maximum(knowing, 1.0), LEAST_LEFT * by_chance)
    model = _fit(chosen, levels, counts, np.where(counted, rest, by_chance), strangers.pairs, judged)
    return model if _are_people(model, levels, counts) else replace(model, pairs=np.array([1e-9, *model.pairs[1:]]))


def _are_people(model: Model, levels: Levels, counts: Numbers) -> bool:
    """Whether matches agree on given name or birth more than their bounds force them to: else nobody is there twice."""
    matches = counts * probability(model.odds(levels))
    known = (levels != MISSING).T @ matches >= TOLD * matches.sum()
    at_bound = [m >= 0.99 * f.most for f, m in zip(model.chosen, model.shares[0, model.starts[:-1]], strict=True)]
    for names in (_GIVEN - {"other_name"}, _BIRTH):
        asked = [
            bound for f, bound, told in zip(model.chosen, at_bound, known, strict=True) if f.name in names and told
        ]
        if not asked or not all(asked):
            return True
    return False


def _fit(
    chosen: Sequence[Feature], levels: Levels, counts: Numbers, by_chance: Numbers, every: float, judged: Judged | None
) -> Model:
    if not counts.any():
        # Of a crowd, strangers are told how many times chance's pairs there are; of other kinds, shares.
        shares = np.vstack([np.tile(np.minimum(by_chance, 1.0), (len(KINDS) - 1, 1)), by_chance])
        return Model(tuple(chosen), shares, np.array([1 / every, 1e-9, 1e-9, every]), 1e-6)
    from transforms.ecm import PatternECM  # noqa: PLC0415  its library is slow to import, and reading a model needs none

    kept = counts > 0
    shown, logs = one_hot(chosen, levels[kept]), np.log(by_chance)
    fixed = _like_strangers(chosen)
    shape = Shape(
        np.repeat(np.arange(len(chosen)), [feature.best + 1 for feature in chosen]),
        _start(chosen, logs, fixed),
        fixed,
        _smoothing(chosen),
        _towards_chance(chosen, by_chance),
        _most(chosen),
    )
    chance = shown @ logs + np.log(every / counts.sum())
    twins = _columns(chosen, _twins_differ(chosen))
    told = Judged(judged.same[kept], judged.different[kept]) if judged else None
    ecm = PatternECM().fit(shown, counts[kept], shape, Beside(chance, twins, logs, MOST_TWINS), told)
    shares = np.vstack([np.exp(ecm.feature_log_prob_), by_chance])
    seen = np.asarray(shown.sum(axis=0)).ravel() > 0
    pairs = np.append(np.exp(ecm.class_log_prior_) * counts.sum(), every)
    weights = _with_unseen(chosen, shares, seen)
    return Model(tuple(chosen), weights, np.maximum(pairs, 1e-9), ecm.doubles_, ecm.n_iter_)


def one_hot(chosen: Sequence[Feature], levels: Levels) -> csr_array:
    """A row a pattern and a column a level, 1 where the pattern shows it."""
    starts = np.cumsum([0, *(feature.best + 1 for feature in chosen)])
    rows, places = np.nonzero(levels != MISSING)
    columns = starts[places] + levels[rows, places]
    return csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(levels), int(starts[-1])))


def _columns(chosen: Sequence[Feature], names: frozenset[str]) -> Flags:
    """The columns of the features of these names."""
    return np.repeat([feature.name in names for feature in chosen], [feature.best + 1 for feature in chosen])


def _twins_differ(chosen: Sequence[Feature]) -> frozenset[str]:
    return _GIVEN | _SEX | {feature.name for feature in chosen if feature.identifier}


def _like_strangers(chosen: Sequence[Feature]) -> Flags:
    """For matches, relatives and namesakes the columns in which they compare as strangers do."""
    relatives, namesakes = _columns(chosen, _GIVEN | _BIRTH | _SEX), ~_columns(chosen, NAMESAKES_SHARE)
    up = _counted_up(chosen)
    return np.stack([up, relatives | up, namesakes | up])


def _start(chosen: Sequence[Feature], strangers: Numbers, fixed: Flags) -> Numbers:
    """Each level is likelier the more it agrees: from 1 to 9 for matches, as in the stock class, to e for others."""
    rows = []
    for steepest in (np.log(9.0), 1.0, 1.0):
        steps = [np.exp(steepest * np.arange(feature.best + 1) / max(feature.best, 1)) for feature in chosen]
        rows.append(np.concatenate([np.log(step / step.sum()) for step in steps]))
    return np.where(_counted_up(chosen), 0.0, np.where(fixed | _nominal(chosen), strangers, np.stack(rows)))


def _nominal(chosen: Sequence[Feature]) -> Flags:
    """The columns whose levels have no order."""
    return _columns(chosen, frozenset(feature.name for feature in chosen if feature.place))


def _counted_up(chosen: Sequence[Feature]) -> Flags:
    """The columns that count strangers up and say the same of every other kind of pair."""
    return _columns(chosen, frozenset(feature.name for feature in chosen if feature.excess))


def _smoothing(chosen: Sequence[Feature]) -> Numbers:
    return np.tile(np.where(_nominal(chosen), 0.0, SMOOTHING), (len(KINDS) - 1, 1))


def _towards_chance(chosen: Sequence[Feature], by_chance: Numbers) -> Numbers:
    """Pairs that compare as strangers do, added to each kind."""
    each = np.where(_nominal(chosen), REGISTERS, 1.0) * by_chance
    lent = _columns(chosen, frozenset(feature.name for feature in chosen if feature.identifier))
    return np.stack([each, np.where(lent, LENT * by_chance, each), each])


def _most(chosen: Sequence[Feature]) -> Numbers:
    matches = np.concatenate([feature.bounds() for feature in chosen])
    return np.stack([matches, np.ones(len(matches)), np.ones(len(matches))])


def _with_unseen(chosen: Sequence[Feature], shares: Numbers, seen: Flags) -> Numbers:
    """Give a level that no candidate shows the odds of the next lower one, but no agreement odds against a match."""
    shares, column = np.maximum(shares, 1e-12), 0
    for feature in chosen:
        for level in range(feature.best + 1):
            if not seen[column] and not feature.place:
                lower = shares[:-1, column - 1] / shares[-1, column - 1] if level else np.ones(len(shares) - 1)
                shares[:-1, column] = np.minimum(shares[-1, column] * np.maximum(lower, 1.0), 1.0)
            column += 1
    return shares
