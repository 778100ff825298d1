"""The best score so far, kept in bounded memory however long a run is."""

from dataclasses import dataclass

from adrs.core.trial import Arm

MOST_POINTS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """The best raw train score after so many evaluations."""

    evaluations: int
    best: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """How the best train score of one arm came about; at most 200 points.

    Attributes:
        arm: whose.
        evaluations: evaluations of the arm, the initial program's not counted.
        improvements: trials that beat everything before them.
        points: best so far, the first valid program first.
        headroom: part of the train headroom closed at the end.
        gain_share: its way from the initial program to its best, as a part of the search's; None
            where the search did not get anywhere.
    """

    arm: Arm
    evaluations: int
    improvements: int
    points: tuple[CurvePoint, ...]
    headroom: float | None
    gain_share: float | None = None


class BestSoFar:
    """Records the best score after every evaluation in at most `limit` points.

    While it is full, every second point is dropped and later ones are taken half as often, so that
    what is kept depends on what was recorded alone. The first and the last point always stay.
    """

    def __init__(self, limit: int = MOST_POINTS) -> None:
        self._limit = limit
        self._stride = 1
        self._points: list[CurvePoint] = []
        self._last: CurvePoint | None = None

    def add(self, evaluations: int, best: float) -> None:
        """Record that `best` is the best raw score after so many evaluations (ascending)."""
        point = CurvePoint(evaluations=evaluations, best=best)
        if point == self._last:
            return
        if not self._points or evaluations % self._stride == 0:
            self._points.append(point)
        self._last = point
        if len(self._points) >= self._limit:
            self._stride *= 2
            first, rest = self._points[0], self._points[1:]
            self._points = [first, *(p for p in rest if p.evaluations % self._stride == 0)]

    @property
    def points(self) -> tuple[CurvePoint, ...]:
        """What was kept, in order, the newest point included."""
        if self._last is None or self._points[-1] == self._last:
            return tuple(self._points)
        return (*self._points, self._last)
