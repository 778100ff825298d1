"""The problem on a table of one's own, as `--param table=FILE` gives it."""

from pathlib import Path

import pytest

from adrs.api import compose
from adrs.catalog.problems import load_problem
from adrs.core.evaluation import Evaluation, Verdict
from adrs.core.scenario import Split
from adrs.errors import ProblemError, UsageError


def reviews(folder: Path) -> Path:
    """Write a table in the form of the published beer reviews, in which beers come in turn."""
    styles = ["India Pale Ale (IPA)", "Pale Lager", '"Sour Ale, Wild Ale"']
    lines = [
        f"{i % 37} drinker,{1157000000 + 86400 * i},{i % 20}/20,Brewery Beer No {i % 25},"
        f"{styles[i % 25 % 3]},{63000 + i % 25}"
        for i in range(400)
    ]
    path = folder / "beer.csv"
    head = "review/profileName,review/time,review/overall,beer/name,beer/style,beer/beerId"
    path.write_text("\n".join([head, *lines]) + "\n")
    return path


def test_programs_are_scored_on_the_tables_own_rows(tmp_path: Path) -> None:
    params = {"table": str(reviews(tmp_path)), "chars_per_token": "1"}
    problem = load_problem("llm_sql", params)
    programs = [baseline.program for baseline in problem.baselines]
    tool = compose.instrument(problem)
    found: dict[Split, list[Evaluation]] = {}
    with compose.pool(tool, level=compose.isolation(), workers=2) as pool:
        for split in (Split.TRAIN, Split.HELDOUT):
            found[split] = list(pool.evaluate(programs, split))
    for split, evaluations in found.items():
        assert [e.verdict for e in evaluations] == [Verdict.OK] * len(programs), split
        scores = dict(zip((b.name for b in problem.baselines), evaluations, strict=True))
        assert scores["original"].metrics["neighbour"] < 0.02
        assert scores["ggr"].metrics["neighbour"] > 0.4
    assert found[Split.TRAIN][0].score != found[Split.HELDOUT][0].score


@pytest.mark.parametrize(
    ("text", "says"),
    [("a,b\n1,2\n3\n", "line 3: 1 fields, expected 2"), ("a,b\n1,2\n", "1 rows below")],
)
def test_what_is_wrong_with_a_table_is_an_error_of_the_user(
    tmp_path: Path, text: str, says: str
) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(text)
    problem = load_problem("llm_sql", {"table": str(path)})
    with pytest.raises(ProblemError, match=f"table {path}: {says}"):
        compose.instrument(problem)


def test_a_number_that_is_none_is_refused() -> None:
    with pytest.raises(UsageError, match="table_rows: expected int, got 'many'"):
        load_problem("llm_sql", {"table_rows": "many"})
