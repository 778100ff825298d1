"""Conversion between rows and model calls; the part of `mapping` that is about them."""

from adrs.archive.sql.jsontext import dump, load_mapping, load_tuple
from adrs.archive.sql.mapping import AnyRow, Columns, Params
from adrs.archive.sql.packing import pack_like, unpack, unpack_like
from adrs.archive.sql.tables import CALLS, FIRSTS
from adrs.core.call import (
    Call,
    CallOutcome,
    CallRequest,
    CallSite,
    Message,
    Purpose,
    Speaker,
    Usage,
)
from adrs.core.trial import Arm

CALL_COLUMNS: Columns = (
    CALLS.c.arm,
    CALLS.c.trial,
    CALLS.c.operator,
    CALLS.c.purpose,
    CALLS.c.asked_after,
    CALLS.c.model,
    CALLS.c.content_z,
    FIRSTS.c.text_z.label("first_z"),
    CALLS.c.settings_json,
    CALLS.c.attempt,
    CALLS.c.outcome,
    CALLS.c.finish,
    CALLS.c.error,
    CALLS.c.prompt_tokens,
    CALLS.c.completion_tokens,
    CALLS.c.cached_tokens,
    CALLS.c.reasoning_tokens,
    CALLS.c.cost_usd,
    CALLS.c.latency_s,
    CALLS.c.created_at,
    CALLS.c.cached_from,
)


def content_of(call: Call) -> str:
    """Return what was said in a call, as JSON."""
    messages = [[message.role.value, message.content] for message in call.request.messages]
    return dump((messages, call.text, call.raw))


def params(call: Call, content: str, *, run_id: int, first: str) -> Params:
    """Return the parameters that store an attempt at a call whose content is given."""
    site, request, usage = call.site, call.request, call.usage
    return {
        "run_id": run_id,
        "arm": site.arm.value,
        "trial": site.trial,
        "operator": site.operator,
        "purpose": site.purpose.value,
        "asked_after": site.asked_after,
        "digest": request.digest,
        "model": request.model,
        "content_z": pack_like(content, first),
        "settings_json": dump(dict(request.settings)),
        "attempt": call.attempt,
        "outcome": call.outcome.value,
        "finish": call.finish,
        "error": call.error,
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "cached_tokens": usage.cached_tokens,
        "reasoning_tokens": usage.reasoning_tokens,
        "cost_usd": call.cost_usd,
        "latency_s": call.latency_s,
        "created_at": call.created_at,
        "cached_from": call.cached_from,
    }


def call(row: AnyRow) -> Call:
    """Return the attempt that a row of `CALL_COLUMNS` holds."""
    site = CallSite(
        arm=Arm(row.arm),
        trial=row.trial,
        operator=row.operator,
        purpose=Purpose(row.purpose),
        asked_after=row.asked_after,
    )
    messages, text, raw = load_tuple(unpack_like(row.content_z, unpack(row.first_z)))
    request = CallRequest(
        model=row.model,
        messages=tuple(Message(role=Speaker(role), content=said) for role, said in messages),
        settings=load_mapping(row.settings_json),
    )
    usage = Usage(
        prompt_tokens=row.prompt_tokens,
        completion_tokens=row.completion_tokens,
        cached_tokens=row.cached_tokens,
        reasoning_tokens=row.reasoning_tokens,
    )
    return Call(
        site=site,
        request=request,
        attempt=row.attempt,
        outcome=CallOutcome(row.outcome),
        text=text,
        raw=raw,
        finish=row.finish,
        error=row.error,
        usage=usage,
        cost_usd=row.cost_usd,
        latency_s=row.latency_s,
        created_at=row.created_at,
        cached_from=row.cached_from,
    )
