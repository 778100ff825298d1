"""Files in the formats of github.com/skypilot-org/spot-traces and of conversions made from them."""

import json
from pathlib import Path

import numpy as np
import pytest

from adrs.core.scenario import Scalar, Scenario, Split
from adrs.errors import ProblemError
from adrs.evaluation.parts import PARTS
from adrs.evaluators.spot_regions import build
from adrs.evaluators.spot_regions.generator import Workload
from adrs.evaluators.spot_regions.traces import Meaning, Recording, read_recordings

PARAMS: dict[str, Scalar] = {
    "zones": "us-east-1a us-west-2b",
    "prices": "published",
    "job_h": 2,
    "slack_h": 1,
    "overhead_h": 0.1,
    "checkpoint_gb": 10,
    "egress": 0.02,
}

HUGE = "9" * 400  # no float is as large


def write(path: Path, data: object, gap_s: object = 600, **rest: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"metadata": {"gap_seconds": gap_s}, "data": data, **rest}))
    return path


def read(
    places: object, *, meaning: Meaning = Meaning.AVAILABLE, instances: int = 1
) -> dict[str, Recording]:
    return dict(read_recordings(str(places), meaning=meaning, instances=instances))


def scenario(split: Split, seed: int, **params: Scalar) -> Scenario:
    return Scenario(id="t/0", split=split, seed=seed, params={**PARAMS, **params})


def workload(traces: object, seed: int = 1, **params: Scalar) -> Workload:
    evaluator = build({"traces": str(traces)})
    made: Workload = evaluator.workload(scenario(Split.TRAIN, seed, **params))
    return made


def clock(folder: Path, *, hours: int) -> str:
    """Write recordings that tell the time, and return their zones.

    Zone z has spot while bit z of the hour is set; its price says which one it is, as zones come in
    any order.
    """
    zones = [f"z{bit}" for bit in range(9)]
    for bit, zone in enumerate(zones):
        data = [hour >> bit & 1 for hour in range(hours)]
        write(folder / f"{zone}_.json", data, 3600, prices=[1.0 + bit] * hours)
    return " ".join(zones)


def hours_seen(task: Workload) -> set[int]:
    bits = [price // 10_000 - 1 for price in task.prices]
    return set((task.available @ (1 << np.array(bits))).tolist())


def test_a_published_file_is_one_zone(tmp_path: Path) -> None:
    path = write(tmp_path / "us-east-1a_v100_1.json", [1, 0, 1, 1], gap_s=195)
    recordings = read(path)
    assert list(recordings) == ["us-east-1a"]
    recording = recordings["us-east-1a"]
    assert recording.available.tolist() == [True, False, True, True]
    assert (recording.gap_s, recording.length_s, recording.prices) == (195.0, 780.0, None)


def test_counts_of_several_instances_are_compared_with_what_is_needed(tmp_path: Path) -> None:
    path = write(tmp_path / "us-east-2b_v100_1.json", [0, 1, 4, 16])
    assert read(path, instances=4)["us-east-2b"].available.tolist() == [False, False, True, True]


def test_conversions_count_preemptions(tmp_path: Path) -> None:
    """The leaderboard's files: 1 is preempted; zone and prices in the metadata, or by folder."""
    info = {"gap_seconds": 600, "zone": "us-central1-a", "price_info": {"price": 18.98}}
    named = tmp_path / "a.json"
    named.write_text(json.dumps({"metadata": info, "data": [0, 1]}))
    foldered = write(tmp_path / "us-west-2c_v100_1" / "0.json", [1, 0], prices=[0.92, 0.94])
    found = read(f"{named}, {foldered}", meaning=Meaning.PREEMPTED)
    assert list(found) == ["us-central1-a", "us-west-2c"]
    assert found["us-central1-a"].available.tolist() == [True, False]
    assert found["us-west-2c"].available.tolist() == [False, True]
    prices = [found[zone].prices for zone in found]
    assert [None if price is None else price.tolist() for price in prices] == [
        [18.98],
        [0.92, 0.94],
    ]


def test_a_folder_is_read_in_the_order_of_its_names(tmp_path: Path) -> None:
    for zone in ("us-west-2b", "us-east-1a"):
        write(tmp_path / f"{zone}_v100_1.json", [1, 1])
    write(tmp_path / "readme.txt", [1])
    assert list(read(tmp_path)) == ["us-east-1a", "us-west-2b"]


@pytest.mark.parametrize(("text", "fault"), [
    ("{", "not valid JSON"),
    ("[" * 100_000, "not valid JSON"),
    ('{"metadata": {"gap_seconds": ' + HUGE + '}, "data": [1]}',
     r"metadata.gap_seconds: expected seconds up to a day, got 9+\.\.\.9+\.$"),
    ('{"metadata": {"gap_seconds": 60}, "data": [1, ' + HUGE + "]}",
     r"data\[1\]: expected a number from 0, got 9+\.\.\.9+\.$"),
    ("[1, 0]", 'expected an object with "metadata" and "data"'),
    ('{"data": [1]}', 'expected an object with "metadata" and "data"'),
    ('{"metadata": {}, "data": [1]}', "metadata.gap_seconds: expected seconds up to a day, got No"),
    ('{"metadata": {"gap_seconds": 0}, "data": [1]}', "metadata.gap_seconds: expected"),
    ('{"metadata": {"gap_seconds": true}, "data": [1]}', "metadata.gap_seconds: expected"),
    ('{"metadata": {"gap_seconds": 60}}', "data: expected a list of numbers"),
    ('{"metadata": {"gap_seconds": 60}, "data": []}', "data: expected a list of numbers"),
    ('{"metadata": {"gap_seconds": 60}, "data": [1, "0"]}', r"data\[1\]: expected a number from 0"),
    ('{"metadata": {"gap_seconds": 60}, "data": [1, -1]}', r"data\[1\]: expected a number from 0"),
    ('{"metadata": {"gap_seconds": 60}, "data": [1, NaN]}', r"data\[1\]: expected a number from 0"),
    ('{"metadata": {"gap_seconds": 60}, "data": [1, 0], "prices": [0.9]}',
     r"prices: expected one per entry of data \(2\), got 1"),
    ('{"metadata": {"gap_seconds": 60}, "data": [1], "prices": [0]}',
     "prices: expected .* from 0.0001 to 1000, got 0."),
    ('{"metadata": {"gap_seconds": 60}, "data": [1, 1], "prices": [0.9, 1e-9]}',
     "prices: expected .* from 0.0001 to 1000, got 1e-09."),
    ('{"metadata": {"gap_seconds": 60}, "data": [1, 1], "prices": [0.9, 1e300]}',
     r"prices: expected .* from 0.0001 to 1000, got 1e\+300."),
    ('{"metadata": {"gap_seconds": 60, "price_info": {"price": 1000.01}}, "data": [1]}',
     "prices: expected .* from 0.0001 to 1000, got 1000.01."),
    ('{"metadata": {"gap_seconds": 60, "price_info": {"price": "1"}}, "data": [1]}',
     "metadata.price_info.price"),
])  # fmt: skip
def test_a_malformed_file_is_named_with_its_fault(tmp_path: Path, text: str, fault: str) -> None:
    path = tmp_path / "us-east-1a_v100_1.json"
    path.write_text(text)
    with pytest.raises(ProblemError, match=f"us-east-1a_v100_1.json: {fault}"):
        read(path)


def test_missing_files_empty_folders_and_second_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(ProblemError, match=r"gone.json: cannot be read: No such file"):
        read(tmp_path / "gone.json")
    with pytest.raises(ProblemError, match=r"the folder holds no \*.json"):
        read(tmp_path)
    paths = [write(tmp_path / f"us-east-1a_v100_{n}.json", [1]) for n in (1, 8)]
    with pytest.raises(ProblemError, match="a second file of zone 'us-east-1a'"):
        read(f"{paths[0]},{paths[1]}")


def test_the_least_and_the_largest_price_are_read(tmp_path: Path) -> None:
    write(tmp_path / "us-east-1a_v100_1.json", [1] * 18, prices=[0.0001] * 18)
    write(tmp_path / "us-west-2b_v100_1.json", [1] * 18, prices=[1000] * 18)
    assert sorted(workload(tmp_path).prices) == [1, 10_000_000]


def test_names_in_files_do_not_reach_the_terminal_raw(tmp_path: Path) -> None:
    info = {"gap_seconds": 600, "zone": "a\n\x1b[31m" + "b" * 99}
    for name in ("1.json", "2.json"):
        (tmp_path / name).write_text(json.dumps({"metadata": info, "data": [1] * 18}))
    shown = rf"'a\\n\\x1b\[31m{'b' * 33}'\.$"
    with pytest.raises(ProblemError, match=f"a second file of zone {shown}"):
        read(tmp_path)
    with pytest.raises(ProblemError, match=r"there are 'a\\n\\x1b\[31mb+', "):
        workload(tmp_path / "1.json")


def test_a_job_runs_in_one_window_of_all_its_zones(tmp_path: Path) -> None:
    """The second zone is the first one, upside down; a tick sees the last ping before it."""
    data = np.random.default_rng(5).integers(0, 2, size=200)
    write(tmp_path / "us-east-1a_v100_1.json", data.tolist(), gap_s=195)
    write(tmp_path / "us-west-2b_v100_1.json", (1 - data).tolist(), gap_s=195)
    windows = []
    for seed in range(6):
        task = workload(tmp_path, seed=seed)
        assert task.available.shape == (18, 2)
        assert np.array_equal(task.available[:, 0], ~task.available[:, 1])
        shown = {tuple(task.available[:, 0]), tuple(task.available[:, 1])}
        possible = {
            tuple(data[(start + 600 * np.arange(18)) // 195] == 1)
            for start in range(0, 195 * 200 - 10_800, 5)
        }
        assert shown & possible
        windows.append(task.available.tobytes())
    assert len(set(windows)) == len(windows)


def test_prices_come_from_the_window_or_else_from_what_was_published(tmp_path: Path) -> None:
    write(tmp_path / "us-east-1a_v100_1.json", [1] * 18, prices=[1.0] * 9 + [2.0] * 9)
    write(tmp_path / "us-west-2b_v100_1.json", [1] * 18)
    assert sorted(workload(tmp_path).prices) == [9_650, 15_000]


def test_what_the_recordings_lack_is_named(tmp_path: Path) -> None:
    write(tmp_path / "us-east-1a_v100_1.json", [1] * 17)
    write(tmp_path / "mars-1a_v100_1.json", [1] * 18)
    with pytest.raises(
        ProblemError, match="no zone is called 'us-west-2b'; there are 'mars-1a', 'us"
    ):
        workload(tmp_path)
    with pytest.raises(ProblemError, match=r"the recordings cover 2.83333 h, the job 3 h"):
        workload(tmp_path, zones="us-east-1a")
    with pytest.raises(ProblemError, match="'mars-1a' has no published price and its file has no"):
        workload(tmp_path, zones="mars-1a")


def test_no_hour_is_in_the_windows_of_two_splits(tmp_path: Path) -> None:
    zones = clock(tmp_path, hours=500)
    evaluator = build({"traces": str(tmp_path)})
    job: dict[str, Scalar] = {"zones": zones, "job_h": 48, "slack_h": 22}
    seen = {
        split: [hours_seen(evaluator.workload(scenario(split, seed, **job))) for seed in range(60)]
        for split in Split
    }
    assert all(len(hours) in (70, 71) for windows in seen.values() for hours in windows)
    unions = {split: set.union(*windows) for split, windows in seen.items()}
    for split, (first, last) in PARTS.items():
        part = set(range(500 * first // 100, 500 * last // 100))
        assert unions[split] <= part
        assert len(unions[split]) > 0.9 * len(part)  # all of it is used, not a corner
        if split is not Split.TRAIN:
            assert not unions[split] & unions[Split.STRESS]


def test_no_ping_that_lasts_over_the_end_of_a_part_is_in_two(tmp_path: Path) -> None:
    """Pings of 7 h, 98 h of them: each part ends within one. The price tells which were seen."""
    write(tmp_path / "us-east-1a_v100_1.json", [1] * 14, 25_200, prices=list(range(1, 15)))
    evaluator = build({"traces": str(tmp_path)})
    job: dict[str, Scalar] = {"zones": "us-east-1a", "job_h": 0.2, "slack_h": 0.2}
    seen = [
        {evaluator.workload(scenario(split, seed, **job)).prices[0] for seed in range(200)}
        for split in PARTS
    ]
    pings = [{price for price in prices if price % 10_000 == 0} for prices in seen]
    assert sum(len(one) for one in pings) == len(set.union(*pings)) == 14


def test_parts_are_the_same_whichever_zones_a_scenario_has(tmp_path: Path) -> None:
    """A zone that was recorded for less time than the others counts where it is not used, too."""
    zones = clock(tmp_path, hours=500)
    write(tmp_path / "us-east-1a_.json", [1] * 300)  # 50 h
    job: dict[str, Scalar] = {"zones": zones, "job_h": 2, "slack_h": 2}
    evaluator = build({"traces": str(tmp_path)})
    for seed in range(20):
        hours = hours_seen(evaluator.workload(scenario(Split.HELDOUT, seed, **job)))
        assert hours <= set(range(30, 40))


@pytest.mark.parametrize(
    ("split", "first", "last"),
    [(Split.VALIDATION, 133, 204), (Split.HELDOUT, 200, 271), (Split.SHIFTED, 266, 336)],
)
def test_a_job_longer_than_a_part_takes_as_much_of_both_neighbours(
    tmp_path: Path, split: Split, first: int, last: int
) -> None:
    """Two weeks: a fifth is 67.2 h, the job has 70."""
    zones = clock(tmp_path, hours=336)
    evaluator = build({"traces": str(tmp_path)})
    job: dict[str, Scalar] = {"zones": zones, "job_h": 48, "slack_h": 22}
    for seed in range(10):
        assert hours_seen(evaluator.workload(scenario(split, seed, **job))) == set(
            range(first, last)
        )
