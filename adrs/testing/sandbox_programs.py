"""The programs of the sandbox's conformance suite: clumsy ones, hostile ones, forgers."""

from adrs.core.evaluation import Verdict


def decide_program(body: str) -> str:
    """Return an online program whose decide has the given body; further lines indent by 8."""
    return (
        "class Policy:\n"
        "    def __init__(self, setup):\n"
        "        pass\n"
        "    def decide(self, observation):\n"
        f"        {body}\n"
    )


def attempt_program(attempt: str, *, scorer: int) -> str:
    """Return a planner program that returns the number of an attempt's error, 0 if it worked.

    Args:
        attempt: statements, one to a line, harmless if they work; libc calls go through `check`.
        scorer: process id of the scorer.
    """
    body = "\n".join(f"    {line}" for line in attempt.splitlines())
    return (
        "import ctypes, errno, os, signal, socket, sys, threading, time\n"
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        f"SCORER = {scorer}\n"
        "def check(result):\n"
        "    if result == -1:\n"
        "        raise OSError(ctypes.get_errno(), 'refused')\n"
        "    return result\n"
        "def attempt():\n"
        f"{body}\n"
        "def plan(count, weights, grid):\n"
        "    try:\n"
        "        attempt()\n"
        "    except RuntimeError as exc:\n"
        "        return [errno.EPERM] if 'new thread' in str(exc) else [0], 0.0\n"
        "    except OSError as exc:\n"
        "        return [exc.errno], 0.0\n"
        "    return [0], 0.0\n"
    )


REJECTED = (
    ("def", "SyntaxError: "),
    ("x = 1\nclass Policy\n", "(line 2)"),
    ("x = '\0'", "null byte"),
    ("x = '\ud800'", "UTF-8"),
    ("(" * 5000, "Error"),
    ("x = 1", "no class 'Policy'"),
    ("def Policy(setup): pass", "not a class"),
    ("class Policy: pass", "no method 'decide'"),
    ("class Policy: decide = 3", "no method 'decide'"),
)
"""Programs that are rejected, and a part of the reason."""

BAD_DECISIONS = (
    ("None", "None"),
    ("3", "3"),
    ("-1", "-1"),
    ("1.0", "1.0"),
    ("'1'", "'1'"),
    ("[1]", "[1]"),
    ("2**40", str(2**40)),
    ("10**5000", "a int too large to show"),
    ("'x' * 999", "'" + "x" * 79 + "…"),
    ("object()", "an object of type object"),
    ("__import__('numpy').arange(2)", "an object of type ndarray"),
)
"""Expressions that are no decision, and how they are shown."""

BAD_PLANS = (
    ("None", "expected a tuple (order, level)"),
    ("([1, 2],)", "expected a tuple"),
    ("([1.5], 0)", "'order' holds a number that is not an integer"),
    ("([float('nan')], 0)", "'order' holds a number that is not an integer"),
    ("([1e19], 0)", "'order' holds a number out of range"),
    ("(np.array([2**63], np.uint64), 0)", "'order' holds a number out of range"),
    ("([2**70], 0)", "'order' is [1180591620717411303424]"),
    ("(None, 0)", "'order' is None, expected int64"),
    ("([[1]], 0)", "'order' has 2 dimensions, expected 1"),
    ("(3, 0)", "'order' has 0 dimensions, expected 1"),
    ("([1, [2]], 0)", "'order' is ragged"),
    ("(['a'], 0)", "'order' holds"),
    ("([1j], 0)", "'order' holds complex"),
    ("([1], [0.0])", "'level' has 1 dimensions, expected 0"),
    ("([1], 2**53 + 1)", "'level' holds a number that a float64 cannot hold"),
)
"""Expressions that are no plan, and a part of the reason."""

NUMERICS = (
    "np.median(a), np.quantile(a, 0.3), np.percentile(a, [5, 95]), np.nanmedian(a)",
    "np.sort(a), np.argsort(a), np.lexsort((a[0], a[1])), np.partition(a, 1), np.unique(a)",
    "np.fft.fft(a[0]), np.fft.irfft(np.fft.rfft(a[0]))",
    "np.linalg.solve(a[:, :3] @ a[:, :3].T + np.eye(3), a[:, 0]), np.linalg.svd(a)[1]",
    "np.linalg.lstsq(a, a[:, 0], rcond=None), np.linalg.eigh(a @ a.T), np.linalg.norm(a)",
    "np.ones((300, 300)) @ np.ones((300, 300))",
    "rng.random(3), rng.normal(size=2), rng.integers(5, size=2), rng.permutation(5)",
    "rng.choice(5, p=[0.2] * 5), rng.exponential(), rng.poisson(3.0), rng.shuffle([1, 2])",
    "np.random.Generator(np.random.Philox(3)).random(), np.random.RandomState(3).rand()",
    "np.histogram(a), np.bincount([1, 2]), np.digitize(a, [1, 2]), np.searchsorted([1, 2], 1)",
    "np.einsum('ij,ij->i', a, a), np.tensordot(a, a.T, 1), np.kron(a, a), np.cumsum(a)",
    "np.interp(1.5, [1, 2], [3, 4]), np.polyfit([1, 2, 3], [1, 2, 3], 1), np.polyval([1], 2)",
    "np.polynomial.Polynomial([1, 2])(3), np.polynomial.chebyshev.chebval(1, [1, 2])",
    "np.ma.masked_array([1, 2], [True, False]).mean(), np.convolve([1, 2], [3])",
    "np.lib.stride_tricks.sliding_window_view(a, 2, axis=0), np.pad(a, 1), np.tile(a, 2)",
    "np.array(['a', 'b']), np.char.upper('a'), np.datetime64('2020-01-01'), np.vectorize(len)('a')",
    "np.set_printoptions(precision=3), np.array2string(a), np.isclose(a, a), np.allclose(a, a)",
    "np.cov(a), np.corrcoef(a), np.var(a), np.ptp(a), np.apply_along_axis(sum, 0, a), np.ix_([1])",
    "np.dtype([('a', 'i4')]), np.zeros(2, [('a', 'i4')]), np.rec.fromarrays([[1]], names='a')",
    "np.errstate(all='ignore').__enter__(), np.log(np.zeros(2)), np.float32(1) / 3, np.iinfo(int)",
    "heapq.nlargest(2, [1, 2, 3]), bisect.bisect([1, 2], 1), math.comb(5, 2), math.inf",
    "statistics.median([1, 2]), statistics.quantiles([1, 2, 3]), statistics.NormalDist().cdf(1)",
    "collections.Counter('aab'), collections.deque([1], 3), collections.OrderedDict(a=1)",
    "decimal.Decimal('1.1') / 3, fractions.Fraction(1, 3), random.Random(3).gauss(0, 1)",
    "json.loads(json.dumps({'a': 1})), re.sub('a+', 'b', 'aac'), functools.lru_cache(len)('ab')",
    "string.Template('$a').substitute(a=1), datetime.datetime.strptime('2020', '%Y')",
    "'é'.encode('latin-1'), 'é'.encode('ascii', 'replace'), b'a'.decode('utf-32-le', 'replace')",
    "'ü'.casefold(), '\\N{BULLET}', 'a'.encode('utf-16'), f'{1234.5:,.1f}', '%s' % (1,)",
    "typing.NamedTuple('N', [('x', int)])(1), list(itertools.accumulate([1, 2]))",
    "dataclasses.make_dataclass('D', ['x'])(1), sorted({'a', 'b'}), hash((1, 'a'))",
)
"""Expressions over `a` (3 x 4 floats) and `rng` that honest programs use."""

ATTEMPTS = (
    "open('/etc/passwd').read()",
    "open('/proc/self/environ').read()",
    "open(f'/proc/{SCORER}/environ').read()",
    "open('/proc/self/mem', 'r+b')",
    "open(f'/proc/{os.getppid()}/mem', 'r+b')",
    "open('/tmp/adrs-escape', 'w')",
    "open('/dev/shm/adrs-escape', 'w')",
    "os.listdir('/')",
    "os.stat('/etc')",
    "os.mkdir('/tmp/adrs-escape')",
    "os.chmod('/tmp', 0o1777)",
    "os.symlink('/etc', '/tmp/adrs-escape')",
    "os.chdir('/')",
    "socket.socket()",
    "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
    "socket.socket(socket.AF_UNIX)",
    "socket.socketpair()",
    "socket.socket(fileno=3).recv(1)",
    "os.fork()",
    "os.posix_spawn('/bin/true', ['true'], {})",
    "threading.Thread(target=print).start()",
    "check(libc.vfork())",
    "os.kill(SCORER, 0)",
    "os.kill(os.getppid(), 0)",
    "os.kill(-1, 0)",
    "os.killpg(0, 0)",
    "os.setsid()",
    "os.setuid(0)",
    "os.nice(-5)",
    "os.sched_setaffinity(0, {0, 1})",
    "os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))",
    "os.pipe()",
    "os.dup(3)",
    "os.memfd_create('x')",
    "os.write(1, b'score: 1e9')",
    "os.write(2, b'score: 1e9')",
    "os.write(3, b'x')",
    "os.read(0, 1)",
    "os.read(4, 1)",
    "any([libc.close(fd) == 0 for fd in range(5, 300)]) or check(-1)",
    "check(libc.prctl(1, 0, 0, 0, 0))",
    "check(libc.prctl(4, 1, 0, 0, 0))",
    "check(libc.shmget(0, 4096, 0o1777))",
    "check(libc.mprotect(ctypes.c_void_p(id(0) & -4096), 4096, 7))",
    "libc.mmap.restype = ctypes.c_long\ncheck(libc.mmap(None, 4096, 7, 0x22, -1, 0))",
    "check(libc.setrlimit(9, (ctypes.c_ulong * 2)(2**62, 2**62)))",
    "check(libc.ioctl(3, 0x5421, 0))",
    "check(libc.fcntl(3, 1031, 1 << 20))",
    "buffer = ctypes.create_string_buffer(8)\ncheck(libc.getrandom(buffer, 8, 0))",
    "check(libc.ptrace(0, 0, 0, 0))",
    "check(libc.process_vm_readv(SCORER, 0, 0, 0, 0, 0))",
    "check(libc.unshare(0x10000000))",
    "check(libc.mount(b'none', b'/', b'tmpfs', 0, 0))",
    "os.execv('/bin/true', ['true'])",
)
"""Statements that no candidate may get through with."""


def _reply(head: str, *items: int) -> str:
    return (
        f"os.write(4, struct.pack('<IIII{len(items)}i', {head}{''.join(f', {i}' for i in items)}))"
    )


def _only_reply(head: str, *items: int) -> str:
    """Leave no other message that could be what is found wrong: the stub's own would follow."""
    return _reply(head, *items) + "\n        os._exit(0)"


SEQ = """
import sys

def seq():
    frame = sys._getframe()
    while not hasattr(frame.f_locals.get("self"), "_seq"):
        frame = frame.f_back
    return frame.f_locals["self"]._seq
"""
"""Finds the number of the request being answered in the frames of the candidate's own process."""

FORGERIES = (
    ("os.write(4, b'x')\n        os._exit(0)", Verdict.CRASH),
    ("os.write(4, b'x')\n        time.sleep(1000)", Verdict.TIMEOUT),
    ("os.write(4, b'\\x00' * 16)", Verdict.SECURITY),
    ("os.write(4, b'\\xff' * 70000)", Verdict.SECURITY),
    (_reply("20, seq(), 2, 8", 0, 0), Verdict.SECURITY),
    (_only_reply("20, seq() ^ 1, 2, 8", 0, 0), Verdict.SECURITY),
    (_only_reply("20, seq(), 2, 8", 0, 3), Verdict.SECURITY),
    (_only_reply("20, seq(), 2, 8", -1, 0), Verdict.SECURITY),
    (_only_reply("20, seq(), 2, 4", 0), Verdict.SECURITY),
    (_only_reply("20, seq(), 1, 4", 0), Verdict.SECURITY),
    (_only_reply("20, seq(), 1, 8", 0, 0), Verdict.SECURITY),
    (_only_reply("20, seq(), 2, 4294967295", 0), Verdict.SECURITY),
    (_only_reply("16, 0, 0, 0"), Verdict.SECURITY),
    (_only_reply("17, seq(), 0, 4", 0), Verdict.SECURITY),
    (_only_reply("18, seq(), 0, 0"), Verdict.SECURITY),
    (_only_reply("21, seq(), 2, 8", 0, 0), Verdict.SECURITY),
    (_only_reply("22, seq(), 2, 4", 1), Verdict.SECURITY),
    (_only_reply("22, seq(), 2, 4", 999), Verdict.SECURITY),
    (_only_reply("22, seq(), 99, 4", 0), Verdict.SECURITY),
    (_only_reply("22, seq(), 2, 0"), Verdict.SECURITY),
    (_only_reply("22, seq(), 2, 1000000", 0), Verdict.SECURITY),
    (_only_reply("22, seq(), 2, 4", 2), Verdict.EXCEPTION),
)
"""Statements in the first decide of slots 0 and 2, and what becomes of the session.

`seq()` is the number of the request that is being answered, see `SEQ`.

The last one forges a failure of its own, which only ends its own session.
"""
