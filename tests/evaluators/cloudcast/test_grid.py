"""Files in the public formats, as the tests write them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from adrs.core.scenario import Scalar, Scenario, Split
from adrs.errors import ProblemError
from adrs.evaluators.cloudcast import build
from adrs.evaluators.cloudcast.grid import Grid, read_grid

PRICES = """src,dest,cost
aws:us-east-1,azure:eastus,0.09
azure:eastus,aws:us-east-1,0.0875
aws:us-east-1,gcp:us-east1-b,0.09
gcp:us-east1-b,aws:us-east-1,0.12
azure:eastus,gcp:us-east1-b,0.0875
gcp:us-east1-b,azure:eastus,0.12
"""
# The columns of the published file, in their order and spelling; the paths are long in real ones.
COLUMNS = (
    "src_region,src_tier,src_instance_class,dst_region,dst_tier,dst_instance_class,"
    "iperf3_connections,iperf3_runtime,tag,stdout_path,stderr_path,throughput_sent,"
    "throughput_recieved,cpu_utilization,success\n"
)
ROW = (
    "{a},PREMIUM,m5.8xlarge,{b},{tier},n2-standard-32,64,5,{a}:{b},/x/out,/x/err,{bps},1e9,7.6,"
    "{ok}\n"
)
Write = Callable[[str, str], tuple[Path, Path]]


def throughputs(*pairs: tuple[str, str, str], tier: str = "PREMIUM", ok: str = "True") -> str:
    return COLUMNS + "".join(ROW.format(a=a, b=b, bps=bps, tier=tier, ok=ok) for a, b, bps in pairs)


THROUGHPUTS = throughputs(
    ("aws:us-east-1", "azure:eastus", "4967291935.167428"),
    ("azure:eastus", "aws:us-east-1", "9681617241.902058"),
    ("aws:us-east-1", "gcp:us-east1-b", "5034809305.815715"),
    ("gcp:us-east1-b", "aws:us-east-1", "7e9"),
    ("azure:eastus", "gcp:us-east1-b", "0"),
)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(prices: str, speeds: str) -> tuple[Path, Path]:
        files = tmp_path / "cost.csv", tmp_path / "throughput.csv"
        for file, text in zip(files, (prices, speeds), strict=True):
            file.write_text(text)
        return files

    return write


def link(grid: Grid, sender: str, receiver: str) -> tuple[float, float]:
    at = grid.names.index(sender), grid.names.index(receiver)
    return float(grid.price[at]), float(grid.rate[at])


def test_prices_are_per_gb_and_throughputs_become_gigabits(write: Write) -> None:
    grid = read_grid(*write(PRICES, THROUGHPUTS))
    assert grid.names == ("aws:us-east-1", "azure:eastus", "gcp:us-east1-b")
    assert link(grid, "aws:us-east-1", "azure:eastus") == (0.09, 4.967291935167428)
    assert link(grid, "azure:eastus", "aws:us-east-1") == (0.0875, 9.681617241902058)


def test_a_pair_that_is_not_in_both_files_or_carries_nothing_is_no_link(write: Write) -> None:
    grid = read_grid(*write(PRICES, THROUGHPUTS))
    assert link(grid, "gcp:us-east1-b", "azure:eastus") == (np.inf, 0.0)
    assert link(grid, "azure:eastus", "gcp:us-east1-b") == (np.inf, 0.0)
    assert np.isinf(np.diag(grid.price)).all()
    assert not np.diag(grid.rate).any()


def test_other_tiers_failed_measurements_and_unknown_clouds_are_left_out(write: Write) -> None:
    a, b = "aws:us-east-1", "gcp:us-east1-b"
    speeds = throughputs((a, b, "5e9"))
    for rows in (
        throughputs((a, b, "1e9"), tier="STANDARD"),
        throughputs((a, b, ""), ok="False"),
        throughputs((a, "ibmcloud:us-east", "9e9"), (a, a, "9e9")),
    ):
        speeds += rows.removeprefix(COLUMNS)
    grid = read_grid(*write(PRICES + f"{a},ibmcloud:us-east,0.09\n{a},{a},0.0\n", speeds))
    assert grid.names == (a, b)
    assert link(grid, a, b) == (0.09, 5.0)


def test_prices_with_tiers_are_read_too(write: Write) -> None:
    """Older price files have the columns src, dest, src_tier, dest_tier and cost."""
    prices = (
        "src,dest,src_tier,dest_tier,cost\n"
        "aws:us-east-1,azure:eastus,PREMIUM,PREMIUM,0.09\n"
        "aws:us-east-1,azure:eastus,PREMIUM,STANDARD,0.05\n"
    )
    grid = read_grid(*write(prices, THROUGHPUTS))
    assert link(grid, "aws:us-east-1", "azure:eastus")[0] == 0.09


def test_the_last_of_several_rows_counts(write: Write) -> None:
    grid = read_grid(*write(PRICES + "aws:us-east-1,azure:eastus,0.07\n", THROUGHPUTS))
    assert link(grid, "aws:us-east-1", "azure:eastus")[0] == 0.07


@pytest.mark.parametrize(
    ("prices", "speeds", "says"),
    [
        (
            "src,dst,cost\n",
            THROUGHPUTS,
            r"cost.csv: column 'dest' is missing; there are: 'src', 'dst'",
        ),
        ("", THROUGHPUTS, r"cost.csv: column 'src' is missing; there are: none"),
        (PRICES, "src_region,dst_region\n", r"throughput.csv: column 'throughput_sent' is missing"),
        (
            PRICES + "aws:us-east-1,azure:westus,free\n",
            THROUGHPUTS,
            r"cost.csv, line 8, column cost: expected a number of at least 0, got 'free'",
        ),
        (PRICES + "aws:us-east-1,azure:westus\n", THROUGHPUTS, r"line 8, column cost: .* got ''"),
        (PRICES + "aws:us-east-1,azure:westus,-1\n", THROUGHPUTS, r"line 8, column cost"),
        (PRICES + "aws:us-east-1,azure:westus,nan\n", THROUGHPUTS, r"line 8, column cost"),
        (
            PRICES + "us-east-1,azure:westus,1\n",
            THROUGHPUTS,
            r"cost.csv, line 8: 'us-east-1' is no region; expected 'cloud:region'",
        ),
        (
            PRICES + '"a\n\x1b[31m",azure:westus,1\n',
            THROUGHPUTS,
            r"cost.csv, line 9: 'a\\n\\x1b\[31m' is no region",
        ),
        ("src,\x1b[31m\n", THROUGHPUTS, r"there are: 'src', '\\x1b\[31m'\.$"),
        (
            PRICES,
            throughputs(("aws:us-east-1", "azure:eastus", "4.967")),
            r"throughput.csv, line 2, column throughput_sent: expected bit/s, 0 or above 500000, "
            r"got '4.967'",
        ),
        (PRICES, throughputs(("aws:us-east-1", "azure:eastus", "5e5")), r"line 2, .* got '5e5'"),
        (PRICES, COLUMNS, r"no pair of regions has a price and a rate"),
    ],
)
def test_faults_name_file_line_and_column(
    prices: str, speeds: str, says: str, write: Write
) -> None:
    with pytest.raises(ProblemError, match=says):
        read_grid(*write(prices, speeds))


def test_a_file_that_is_not_there_or_no_text_is_named(write: Write, tmp_path: Path) -> None:
    prices, speeds = write(PRICES, THROUGHPUTS)
    with pytest.raises(ProblemError, match=r"absent.csv: cannot be read as CSV"):
        read_grid(tmp_path / "absent.csv", speeds)
    prices.write_bytes(b"src,dest,cost\n\xff\xfe\x00")
    with pytest.raises(ProblemError, match=r"cost.csv: cannot be read as CSV"):
        read_grid(prices, speeds)


def mesh(regions: Sequence[str]) -> tuple[str, str]:
    """Files of a grid in which every pair is a link of its own price."""
    pairs = [(a, b) for a in regions for b in regions if a != b]
    prices = "".join(f"{a},{b},0.{at + 10}\n" for at, (a, b) in enumerate(pairs))
    speeds = throughputs(*((a, b, f"{at + 1}e9") for at, (a, b) in enumerate(pairs)))
    return "src,dest,cost\n" + prices, speeds


def imported(files: tuple[Path, Path], **change: Scalar) -> tuple[dict[str, Scalar], Scenario]:
    params: dict[str, Scalar] = {
        "prices": str(files[0]),
        "throughputs": str(files[1]),
        "home_vms": 1,
        "away_vms": 1,
        "vm_usd_per_h": 0.5,
    }
    choices: dict[str, Scalar] = {
        "cloud": "all",
        "regions": 24,
        "destinations": 2,
        "jitter": 0.5,
        "slack": 1.5,
        "volume_gb": 300.0,
        "stripes": 10,
        **change,
    }
    return params, Scenario(id="train/0000", split=Split.TRAIN, seed=4, params=choices)


def test_scenarios_are_played_on_what_was_read(write: Write) -> None:
    names = ["aws:a", "aws:b", "azure:c", "gcp:d"]
    params, scenario = imported(write(*mesh(names)))
    evaluator = build(params)
    grid = evaluator.grid
    assert grid is not None
    network = evaluator.workload(scenario).task.network
    assert network.regions == 4
    assert sorted(network.price[np.isfinite(network.price)]) == sorted(
        grid.price[np.isfinite(grid.price)]
    )
    assert sorted(network.egress) == [5.0, 5.0, 7.0, 16.0]


def test_a_grid_with_too_few_regions_of_a_cloud_is_refused(write: Write) -> None:
    params, scenario = imported(write(*mesh(["aws:a", "aws:b", "gcp:d"])), cloud="aws")
    with pytest.raises(ProblemError, match=r"too few regions of cloud 'aws'.*2, but 3 are needed"):
        build(params).workload(scenario)


def test_one_file_alone_is_refused(write: Write) -> None:
    params, _ = imported(write(PRICES, THROUGHPUTS))
    with pytest.raises(ProblemError, match="give both files, or none"):
        build({**params, "prices": ""})


def test_the_slowest_link_that_is_read_is_one_for_programs(write: Write) -> None:
    names = ["aws:a", "aws:b", "aws:c"]
    prices, _ = mesh(names)
    pairs = [(a, b, "500001") for a in names for b in names if a != b]
    params, scenario = imported(write(prices, throughputs(*pairs)))
    network = build(params).workload(scenario).task.network
    assert (network.rate[np.isfinite(network.price)] == 0.001).all()
    assert np.isfinite(network.price).sum() == 6


def slow_links(names: Sequence[str], *slow: tuple[int, int]) -> Grid:
    """A grid in which some links are too slow for the digits that rates have."""
    rate = np.ones((len(names), len(names)))
    np.fill_diagonal(rate, 0.0)
    price = np.where(rate > 0.0, 0.1, np.inf)
    for at in slow:
        rate[at] = 0.0004
    return Grid(names=tuple(names), price=price, rate=rate)


def test_a_link_whose_rate_rounds_to_nothing_is_no_link(write: Write) -> None:
    """Also where nobody read it from a file."""
    params, scenario = imported(write(PRICES, THROUGHPUTS), destinations=1)
    evaluator = replace(build(params), grid=slow_links(["aws:a", "aws:b", "gcp:c"], (0, 1), (2, 0)))
    network = evaluator.workload(scenario).task.network
    assert np.isinf(network.price[network.rate == 0.0]).all()
    assert np.isfinite(network.price).sum() == 4


def test_a_grid_whose_regions_cannot_be_reached_is_refused(write: Write) -> None:
    params, scenario = imported(write(PRICES, THROUGHPUTS), destinations=1)
    evaluator = replace(build(params), grid=slow_links(["aws:a", "aws:b"], (0, 1), (1, 0)))
    with pytest.raises(ProblemError, match=r"too few regions .* can be reached: 1, but 2 are"):
        evaluator.workload(scenario)
