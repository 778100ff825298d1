"""A trial's prompts and answers on a terminal, whole: nothing cut, nothing obeyed."""

import json
import unicodedata
from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from adrs.core.call import CallOutcome, Message, Purpose
from adrs.report.format import (
    clean,
    decimals_for,
    format_count,
    format_number,
    format_usd,
    model_name,
    plural,
)
from adrs.report.layout import CAUTION, CHAMPION, CONTEXT, STRONG, WORSE, emit, suited
from adrs.report.program.dialogue import Dialogue, Exchange, Fate
from adrs.report.run.console import LABEL_WIDTH, SEPARATOR, flow

WIDEST_RULE = 100
_PURPOSES = {Purpose.PROPOSE: "proposal", Purpose.REPAIR: "repair"}


def render_dialogue(dialogue: Dialogue, console: Console) -> None:
    """Print what was sent and answered, every attempt in its order.

    Messages that an attempt shares with the one before are not printed twice. Characters that a
    terminal would obey, and invisible ones, are printed as escapes; JSON has them as they were.
    """
    head = f"  {dialogue.run}   {dialogue.arm} trial {dialogue.trial} · {clean(dialogue.operator)}"
    when = f" · asked after {plural(dialogue.asked_after, 'trial')}"
    emit(console, [Text.assemble((clean(dialogue.problem), STRONG), head, (when, CONTEXT))])
    for label, text, style in _facts(dialogue):
        _fact(console, label, text, style=style)
    before: tuple[Message, ...] = ()
    for number, exchange in enumerate(dialogue.exchanges, start=1):
        _render_exchange(exchange, number, len(dialogue.exchanges), before, console)
        before = exchange.messages


def visible(text: str) -> str:
    """Return text with control and invisible characters as escapes, but line ends and tabs."""
    return "".join(
        c if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf") else _escape(c)
        for c in text.replace("\r\n", "\n")
    )


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def _facts(dialogue: Dialogue) -> list[tuple[str, str, str]]:
    fate = dialogue.fate
    if fate is None:
        return [("became", "nothing yet: its trial is not told.", CAUTION)]
    facts = [_became(fate)]
    if fate.idea:
        facts.append(("idea", fate.idea, ""))
    if not dialogue.exchanges:
        facts.append(("attempts", f"none on record; proposer {fate.proposer}", CAUTION))
    elif any(exchange.outcome is CallOutcome.OK for exchange in dialogue.exchanges):
        facts.append(("proposer", model_name(fate.proposer), ""))
    return facts


def _became(fate: Fate) -> tuple[str, str, str]:
    if fate.duplicate_of is not None:
        return "became", f"a duplicate of program {fate.duplicate_of}: not evaluated", CAUTION
    if fate.program_id is None:
        return "became", f"rejected, no program: {fate.rejection}", WORSE
    if fate.score is None:
        return "became", f"{fate.verdict}, program {fate.program_id}: {fate.detail}", WORSE
    score = format_number(fate.score, decimals_for([fate.score]) + 2)
    return "became", f"{fate.verdict}, train {score}, program {fate.program_id}", CHAMPION


def _render_exchange(
    exchange: Exchange, number: int, total: int, before: tuple[Message, ...], console: Console
) -> None:
    purpose = _PURPOSES[exchange.purpose]
    again = f", attempt {exchange.attempt}" if exchange.attempt > 1 else ""
    title = f"{number} of {total}: {purpose}, {clean(exchange.model)}{again}"
    emit(console, [Text(), _rule(title, console, STRONG, heavy=True)])
    _fact(console, "outcome", _outcome(exchange), style="" if _ok(exchange) else WORSE)
    _fact(console, "took", *_took(exchange))
    if exchange.settings:
        named = sorted(exchange.settings.items())
        settings = (f"{name} {_as_json(value)}" for name, value in named)
        _fact(console, "settings", *settings)
    _render_messages(exchange.messages, before, console)
    if _ok(exchange) or exchange.text:
        _render_text("answer", exchange.text or "(empty)", console, CHAMPION)


def _render_messages(
    messages: Sequence[Message], before: tuple[Message, ...], console: Console
) -> None:
    shared = before and tuple(messages[: len(before)]) == before
    if shared:
        what = f"the {plural(len(before), 'message')} above"
        rest = len(messages) - len(before)
        _fact(console, "sent", f"{what}, and {rest} more:" if rest else f"{what}, again")
    for message in messages[len(before) if shared else 0 :]:
        _render_text(f"sent, {message.role}", message.content, console, CONTEXT)


def _render_text(title: str, text: str, console: Console, style: str) -> None:
    emit(console, [_rule(title, console, style)])
    for line in visible(text).split("\n"):
        shown = suited(Text(line), console)
        console.print(shown, soft_wrap=not console.is_terminal, highlight=False)


def _rule(title: str, console: Console, style: str, *, heavy: bool = False) -> Text:
    stroke = "━" if heavy else "─"
    room = min(console.width, WIDEST_RULE) - len(title) - 4
    return Text(f"{stroke * 2} {title} {stroke * max(room, 0)}", style=style)


def _fact(console: Console, label: str, *parts: str, style: str = "") -> None:
    """Print parts after a label: broken between words on a terminal, on one line elsewhere."""
    cleaned = [clean(part) for part in parts]
    if console.is_terminal:
        emit(console, flow(label, cleaned, console.width, style=style))
    else:
        line = Text(f"{label:<{LABEL_WIDTH}}{SEPARATOR.join(cleaned)}")
        console.print(suited(line, console), soft_wrap=True, highlight=False)


def _ok(exchange: Exchange) -> bool:
    return exchange.outcome is CallOutcome.OK


def _outcome(exchange: Exchange) -> str:
    word = exchange.outcome.value.replace("_", " ")
    if not _ok(exchange):
        return f"{word}: {exchange.error}"
    finish = f", finished by '{exchange.finish}'" if exchange.finish else ""
    stored = (
        f", a stored answer of {exchange.cached_from}: not sent" if exchange.cached_from else ""
    )
    return f"{word}{finish}{stored}"


def _took(exchange: Exchange) -> list[str]:
    usage = exchange.usage
    parts = []
    if usage.prompt_tokens or usage.completion_tokens:
        cached = f" ({format_count(usage.cached_tokens)} cached)" if usage.cached_tokens else ""
        thought = usage.reasoning_tokens
        reasoning = f" ({format_count(thought)} reasoning)" if thought else ""
        parts = [
            f"{format_count(usage.prompt_tokens)} tokens sent{cached}",
            f"{format_count(usage.completion_tokens)} received{reasoning}",
            "price unknown" if exchange.cost_usd is None else format_usd(exchange.cost_usd),
        ]
    parts.append(f"{exchange.latency_s:.2f} s")
    return [*parts, exchange.created_at] if exchange.created_at else parts


def _as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
