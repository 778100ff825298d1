"""Every shipped attack against the real sandbox, and the siege against sandboxes that fail."""

import json
import math
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from adrs.core.evaluation import Verdict
from adrs.core.isolation import IsolationLevel
from adrs.errors import SandboxUnavailableError, UsageError
from adrs.sandbox import policy
from adrs.sandbox.protocol import Argument, Job, Sandbox, Session
from adrs.sandbox.zygote_sandbox import ZygoteSandbox
from adrs.testing.attacks.__main__ import main
from adrs.testing.attacks.configurations import (
    Configuration,
    Report,
    User,
    decode_finding,
    encode_finding,
    run_configuration,
)
from adrs.testing.attacks.game import HONEST, Form
from adrs.testing.attacks.reading import Attack, Category, find_attacks, read_attack, select
from adrs.testing.attacks.siege import Finding, Siege
from adrs.testing.attacks.table import json_table, plain_table
from adrs.testing.attacks.targets import Targets
from adrs.testing.attacks.witnesses import descendants
from adrs.testing.sandbox import InlineSandbox
from adrs.testing.sandbox_attacks import AttackConformance

MIN_ATTACKS = 90


@pytest.mark.xdist_group("attacks at L2")
class TestLevel2(AttackConformance):
    @pytest.fixture(scope="class")
    @classmethod
    def sandbox(cls) -> Iterator[Sandbox]:
        with ZygoteSandbox(IsolationLevel.L2) as sandbox:
            yield sandbox


@pytest.mark.xdist_group("attacks at L3")
class TestLevel3(AttackConformance):
    @pytest.fixture(scope="class")
    @classmethod
    def sandbox(cls) -> Iterator[Sandbox]:
        try:
            sandbox = ZygoteSandbox(IsolationLevel.L3)
        except SandboxUnavailableError as exc:
            pytest.skip(f"this kernel or container has no namespaces: {exc}")
        with sandbox:
            yield sandbox


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become nobody")
@pytest.mark.xdist_group("attacks as nobody")
def test_attacks_on_the_scorer_of_an_ordinary_user_get_nothing() -> None:
    command = [sys.executable, "-m", "adrs.testing.attacks", "--user", "nobody", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    reports = json.loads(done.stdout)["configurations"]
    assert [report["level"] for report in reports] == ["L3", "L2"]
    if all(report["unavailable"] for report in reports):
        pytest.skip(reports[0]["unavailable"])
    found = [attack for report in reports for attack in report["attacks"]]
    assert len(found) >= MIN_ATTACKS
    assert [(a["name"], a["successes"]) for a in found if a["successes"]] == []
    assert [(a["name"], a["verdict"], a["detail"]) for a in found if not a["expected"]] == []
    assert done.returncode == 0


def test_there_are_attacks_of_every_category_and_no_two_are_the_same() -> None:
    attacks = find_attacks()
    assert len(attacks) >= MIN_ATTACKS
    assert {attack.category for attack in attacks} == set(Category)
    for texts in ([a.name for a in attacks], [a.source.split('"""', 2)[2] for a in attacks]):
        assert len(set(texts)) == len(attacks)


# What follows besieges sandboxes that do not isolate: a siege that could not fail is worthless.


def policy_attack(body: str, *, before: str = "", category: Category = Category.SECRETS) -> Attack:
    """Return an online program that does `body` (a line) once in a play, and plays honestly."""
    source = (
        "import os, socket, signal\n"
        f"{before}\n"
        "class Policy:\n"
        "    done = False\n"
        "    def __init__(self, setup):\n"
        "        self.folder = f'/tmp/adrs-siege-{setup.nonce}'\n"
        "        if not Policy.done:\n"
        "            Policy.done = True\n"
        f"            {body}\n"
        "    def decide(self, obs):\n"
        "        return obs.last\n"
    )
    return _attack(source, Form.ONLINE, category)


def _attack(source: str, form: Form, category: Category = Category.SECRETS) -> Attack:
    return Attack(
        name=f"{category}/made_up",
        category=category,
        purpose="To succeed.",
        stopped_by="nothing",
        ends=(Verdict.OK,),
        form=form,
        source=source,
    )


@pytest.fixture
def targets() -> Iterator[Targets]:
    with Targets() as targets:
        yield targets


@pytest.fixture
def open_siege(targets: Targets) -> Iterator[Siege]:
    with Siege(InlineSandbox(), targets, heldout_key="a secret") as siege:
        yield siege


def test_honest_programs_get_nothing(open_siege: Siege) -> None:
    for form in Form:
        finding = open_siege.attack(_attack(HONEST[form], form))
        assert finding.successes == ()
        assert finding.verdict is Verdict.OK
        assert finding.score is not None
        assert 0.7 < finding.score < 0.9


@pytest.mark.parametrize(
    "source",
    [
        "class Policy:\n"
        "    def __init__(self, setup):\n"
        "        self.mine = setup.nonce\n"
        "    def decide(self, obs):\n"
        "        return 2 if obs.step == 7 else obs.last\n",
        "def plan(steps, hints, *surroundings):\n    hints[3] = 2\n    return hints\n",
    ],
)
def test_claim_is_found(open_siege: Siege, source: str) -> None:
    finding = open_siege.attack(
        _attack(source, Form.PLANNER if source.startswith("def") else Form.ONLINE)
    )
    assert finding.claimed
    assert finding.successes == ("it said that its attempt worked",)


def test_claim_before_a_failure_is_found(open_siege: Siege) -> None:
    source = (
        "class Policy:\n"
        "    def __init__(self, setup):\n"
        "        pass\n"
        "    def decide(self, obs):\n"
        "        return 2 if obs.step == 0 else None\n"
    )
    finding = open_siege.attack(_attack(source, Form.ONLINE))
    assert finding.verdict is Verdict.INVALID
    assert finding.claimed


def test_knowledge_of_the_future_is_found(open_siege: Siege) -> None:
    """In a sandbox without walls the shipped search of memory finds the bits."""
    (attack,) = select(find_attacks(), "future/gc_search")
    finding = open_siege.attack(attack)
    assert finding.best > 0.9
    assert "knew the future" in finding.successes[0]


def test_knowledge_of_the_future_in_one_play_of_two_is_found(open_siege: Siege) -> None:
    """The evaluation has no score then, as the two differ."""
    (attack,) = select(find_attacks(), "future/gc_search")
    once = attack.source.replace(
        "AFTER = 24",
        "import sys\nAFTER = 24 if 'seen_it' not in sys.modules else 999\n"
        "sys.modules['seen_it'] = sys",
    )
    finding = open_siege.attack(_attack(once, Form.ONLINE))
    sys.modules.pop("seen_it")
    assert finding.verdict is Verdict.NONDETERMINISTIC
    assert "knew the future" in finding.successes[0]


def test_public_seeds_can_be_looked_up_and_keyed_ones_not(targets: Targets) -> None:
    (attack,) = select(find_attacks(), "future/seed_lookup")
    with ZygoteSandbox(IsolationLevel.L2) as sandbox:
        with Siege(sandbox, targets, heldout_key="") as public:
            assert public.attack(attack).succeeded
        with Siege(sandbox, targets) as keyed:
            assert keyed.attack(attack).successes == ()


@pytest.mark.parametrize(
    ("body", "effect"),
    [
        (
            "s = socket.create_connection(('127.0.0.1', setup.tcp_port)); s.close()",
            "tcp: a connection was made",
        ),
        (
            "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); "
            "s.sendto(b'secret', ('127.0.0.1', setup.udp_port)); s.close()",
            "udp: 6 bytes were received",
        ),
        (
            "s = socket.socket(socket.AF_UNIX); s.connect(self.folder + '/listen.sock'); s.close()",
            "unix socket: a connection was made",
        ),
        (
            "s = socket.socket(socket.AF_UNIX); s.connect(f'\\0adrs-siege-{setup.nonce}'); "
            "s.close()",
            "abstract unix socket: a connection was made",
        ),
        (
            "s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); "
            "s.sendto(b'x', self.folder + '/dgram.sock'); s.close()",
            "unix datagram socket: 1 bytes were received",
        ),
        ("os.kill(setup.scorer_pid, signal.SIGUSR1)", "SIGUSR1 reached the scorer"),
        ("os.kill(setup.harness_pid, signal.SIGKILL)", ", alive → "),
        ("os.kill(setup.harness_pid, signal.SIGSTOP)", ", alive → "),
        (
            "one = (os.PRIO_PROCESS, setup.harness_pid); "
            "os.setpriority(*one, os.getpriority(*one) + 3)",
            "priority of the harness: ",
        ),
        ("open(self.folder + '/drop/loot', 'w').close()", "/drop/loot: not there → "),
        ("os.mkfifo(self.folder + f'/drop/{os.urandom(4).hex()}')", ": not there → mode 10"),
        ("os.chmod(self.folder + '/heldout.csv', 0o600)", "/heldout.csv: mode 100644"),
        ("os.posix_spawn('/bin/sleep', ['sleep', '1000'], {})", "not there → sleep"),
    ],
)  # fmt: skip
def test_outside_effect_is_found(open_siege: Siege, body: str, effect: str) -> None:
    """Also those of programs that say nothing and play honestly."""
    finding = open_siege.attack(policy_attack(body))
    assert finding.verdict is Verdict.OK
    assert not finding.claimed
    assert any(effect in found for found in finding.effects)


def test_what_an_attack_left_is_gone_before_the_next(open_siege: Siege, targets: Targets) -> None:
    body = (
        "os.makedirs(self.folder + '/drop/a/b', exist_ok=True); "
        "open(self.folder + '/drop/a/b/c', 'w').close(); "
        "os.posix_spawn('/bin/sleep', ['sleep', '1000'], {})"
    )
    assert open_siege.attack(policy_attack(body)).succeeded
    assert list((targets.folder / "drop").iterdir()) == []
    assert open_siege.attack(policy_attack("pass")).successes == ()


def test_harmed_harness_is_replaced_before_the_next(open_siege: Siege, targets: Targets) -> None:
    first = targets.harness_pid
    for number in ("SIGKILL", "SIGSTOP"):
        body = f"os.kill(setup.harness_pid, signal.{number})"
        assert open_siege.attack(policy_attack(body)).succeeded
    assert targets.harness_pid != first
    assert open_siege.attack(policy_attack("os.kill(setup.harness_pid, 0)")).successes == ()


def test_orphan_of_an_orphan_is_found(open_siege: Siege) -> None:
    """A process that daemonised is looked for among adopted ones as well."""
    script = "(sleep 1000 </dev/null >/dev/null 2>&1 &)"
    body = f"os.waitpid(os.posix_spawn('/bin/sh', ['sh', '-c', {script!r}], {{}}), 0)"
    finding = open_siege.attack(policy_attack(body))
    assert any("sleep" in effect for effect in finding.effects)


def test_open_descriptor_is_found(open_siege: Siege) -> None:
    free = os.dup(0)
    os.close(free)
    finding = open_siege.attack(policy_attack(f"os.dup2(0, {free})"))
    os.close(free)
    assert [effect.partition(":")[0] for effect in finding.effects] == [f"descriptor {free}"]


def test_file_elsewhere_is_found(open_siege: Siege, targets: Targets) -> None:
    path = Path(f"/dev/shm/left-{targets.nonce}")
    finding = open_siege.attack(policy_attack(f"open({str(path)!r}, 'w').close()"))
    path.unlink()
    assert finding.effects == (f"file {path}: not there → there",)


def test_change_of_the_honest_score_is_found(
    open_siege: Siege, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that patches whoever asks it changes the next one's score."""
    monkeypatch.setattr(policy.OnlinePolicies, "decide", policy.OnlinePolicies.decide)
    before = (
        "import sys\n"
        "kind = sys.modules['adrs.sandbox.policy'].OnlinePolicies\n"
        "kind.decide = lambda self, slots, rows: [0 for _ in rows]\n"
    )
    finding = open_siege.attack(policy_attack("pass", before=before))
    assert any("the honest program's score changed" in effect for effect in finding.effects)


class Faulty:
    """A sandbox whose sessions break in one way or another when a program says "fault"."""

    level = IsolationLevel.L0

    def __init__(self, error: Exception) -> None:
        self._error = error

    def open(self, job: Job) -> Session:
        inner = InlineSandbox().open(job)
        return FaultySession(inner, self._error) if "fault" in job.source else inner

    def close(self) -> None:
        """Nothing is open."""


class FaultySession:
    """A session that raises what no session may raise."""

    def __init__(self, inner: Session, error: Exception) -> None:
        self._inner = inner
        self._error = error

    def begin(self, setups: NDArray[np.void]) -> None:
        self._inner.begin(setups)

    def decide(self, slots: NDArray[np.int32], observations: NDArray[np.void]) -> NDArray[np.int32]:
        raise self._error

    def plan(
        self, slot: int, arguments: Sequence[Argument], *, cpu_s: float = math.inf
    ) -> tuple[NDArray[np.generic], ...]:
        raise self._error

    @property
    def cpu_s(self) -> float:
        return 0.0

    def close(self) -> None:
        self._inner.close()


@pytest.mark.parametrize(
    "error", [SandboxUnavailableError("the zygote died"), ValueError("cut short"), MemoryError()]
)
def test_broken_scorer_is_a_success_of_the_attack(targets: Targets, error: Exception) -> None:
    with Siege(Faulty(error), targets) as siege:
        finding = siege.attack(policy_attack("fault = 1"))
    assert finding.verdict is None
    assert finding.successes == (f"the scorer raised {type(error).__name__}: {error}",)
    assert not finding.expected


@contextmanager
def _bystander() -> Iterator[None]:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        try:
            yield
        finally:
            process.kill()


def test_dead_zygote_is_a_success_of_the_attack(targets: Targets) -> None:
    """Seen from outside, as in a sandbox through which its candidates can kill it.

    Another child of this process, as every scorer may have, is not taken for the zygote.
    """
    with (
        _bystander(),
        ZygoteSandbox(IsolationLevel.L2) as sandbox,
        Siege(sandbox, targets) as siege,
    ):
        os.kill(sandbox.zygote_pid, signal.SIGKILL)
        finding = siege.attack(_attack(HONEST[Form.ONLINE], Form.ONLINE))
        assert sum("process" in effect for effect in finding.effects) == 2
        assert siege.attack(_attack(HONEST[Form.ONLINE], Form.ONLINE)).successes == ()


# Files, table and command line.


@pytest.mark.parametrize(
    ("folder", "text", "complaint"),
    [
        ("network", "x = 1\n", "docstring"),
        ("network", '"""What.\n\nstopped by: seccomp\n"""\n', "docstring"),
        ("network", '"""What.\n\nends: ok\nstopped by: seccomp\n"""\n', "docstring"),
        ("network", '"""What.\n\nstopped by: seccomp\nends: fine\n"""\n', "'fine' is no verdict"),
        ("theft", '"""What.\n\nstopped by: seccomp\nends: ok\n"""\n', "no category"),
    ],
)
def test_malformed_attack_is_named(tmp_path: Path, folder: str, text: str, complaint: str) -> None:
    path = tmp_path / folder / "bad.py"
    path.parent.mkdir()
    path.write_text(text)
    with pytest.raises(UsageError, match=complaint) as caught:
        read_attack(path)
    assert str(path) in str(caught.value)


def test_attack_is_read_as_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "memory" / "greedy.py"
    path.parent.mkdir()
    path.write_text(
        '"""Takes\nall.\n\nstopped by: limit\nends: memory, crash\n"""\ndef plan(*a): 0\n'
    )
    (attack,) = find_attacks(tmp_path)
    assert (attack.name, attack.category) == ("memory/greedy", Category.MEMORY)
    assert (attack.purpose, attack.stopped_by) == ("Takes all.", "limit")
    assert attack.ends == (Verdict.MEMORY, Verdict.CRASH)
    assert attack.form is Form.PLANNER
    assert attack.source == path.read_text()


def test_folder_without_attacks_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no attack programs"):
        find_attacks(tmp_path)


def _finding(**changes: object) -> Finding:
    fields: dict[str, object] = {
        "name": "network/tcp",
        "stopped_by": "seccomp",
        "ends": (Verdict.OK,),
        "verdict": Verdict.OK,
        "detail": "",
        "score": 0.8,
        "best": 0.8,
        "claimed": False,
        "effects": (),
        **changes,
    }
    return Finding(**fields)  # type: ignore[arg-type]  # of the fields' types, one by one


def test_findings_survive_the_wire() -> None:
    for finding in (_finding(), _finding(verdict=None, score=None, effects=("a", "b"))):
        assert decode_finding(encode_finding(finding)) == finding


def test_table_shows_successes_and_surprises() -> None:
    l3 = Configuration(level=IsolationLevel.L3, user=User.ROOT)
    l2 = Configuration(level=IsolationLevel.L2, user=User.NOBODY)
    found = (
        _finding(),
        _finding(name="network/udp", claimed=True),
        _finding(name="network/raw", verdict=Verdict.SECURITY, score=None, detail="SIGSYS"),
        _finding(name="network/dns", verdict=None, score=None, effects=("the scorer is gone",)),
    )
    reports = [
        Report(configuration=l3, unavailable="", findings=found),
        Report(configuration=l2, unavailable="no such user", findings=()),
    ]
    text = plain_table(reports)
    rows = {line.split()[0]: line.split()[-1] for line in text.splitlines()[:5]}
    assert rows == {
        "attack": "root",
        "network/tcp": "ok",
        "network/udp": "OK",
        "network/raw": "security?",
        "network/dns": "BROKEN",
    }
    assert "L3 root: 2 of 4 attacks succeeded; 1 broken, 2 ok, 1 security" in text
    assert "L3 root: network/udp: SUCCEEDED: it said that its attempt worked" in text
    assert "L3 root: network/raw: ended as security, expected ok: SIGSYS" in text
    assert "L2 nobody: not on this host: no such user" in text
    first, second = json.loads(json_table(reports))["configurations"]
    assert (first["level"], first["user"], first["succeeded"]) == ("L3", "root", 2)
    assert first["unexpected"] == 2
    assert first["attacks"][1]["successes"] == ["it said that its attempt worked"]
    assert second["unavailable"] == "no such user"


def test_command_runs_one_attack_in_a_scorer_of_its_own(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--level", "L2", "--user", "me", "--only", "tampering/exit_at_once"]) == 0
    output = capsys.readouterr().out
    assert "L2 me: 0 of 1 attacks succeeded; 1 crash" in output


def test_scorer_that_is_killed_is_a_finding_and_is_replaced() -> None:
    attacks = select(find_attacks(), "network")
    killed: list[int] = []

    def kill_once(finding: Finding) -> None:
        if not killed:
            killed.extend(pid for pid in descendants() if is_scorer(pid))
            os.kill(killed[0], signal.SIGKILL)

    here = Configuration(level=IsolationLevel.L2, user=User.ME)
    report = run_configuration(here, attacks, kill_once)
    assert [finding.name for finding in report.findings] == [attack.name for attack in attacks]
    broken = [finding for finding in report.findings if finding.succeeded]
    assert [finding.effects for finding in broken] == [("the scorer ended with status -9",)]


def is_scorer(pid: int) -> bool:
    return b"adrs.testing.attacks.scorer" in Path(f"/proc/{pid}/cmdline").read_bytes()


def test_command_refuses_names_of_no_attack(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--only", "no_such_attack"]) == 2
    assert "no_such_attack" in capsys.readouterr().err
