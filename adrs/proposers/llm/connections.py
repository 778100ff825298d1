"""Chooses who sends to which model, and sees that keys are there before anything is sent."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from adrs.errors import UsageError
from adrs.proposers.llm.models import ModelSpec
from adrs.proposers.llm.protocol import Transport
from adrs.proposers.llm.redaction import Redactor
from adrs.proposers.llm.settings import ModelSettings, openai_address, openai_key
from adrs.proposers.llm.transport_litellm import LiteLlmTransport
from adrs.proposers.llm.transport_openai import OpenAiTransport


class Connections:
    """The transports of a run's models, one for every address.

    Models of "openai/" and those with an address of their own go through the openai SDK, all
    others through litellm. Neither is imported before `warm_up` or the first call.

    Args:
        specs: the models.
        settings: how each is asked, by its id.
        environ: the environment, for keys.

    Raises:
        UsageError: OPENAI_API_KEY is needed and missing, or OPENAI_BASE_URL is no address.
    """

    def __init__(
        self,
        specs: Sequence[ModelSpec],
        *,
        settings: Mapping[str, ModelSettings],
        environ: Mapping[str, str],
    ) -> None:
        redactor = Redactor(environ)
        given = {s.id: settings.get(s.id) or ModelSettings() for s in specs}
        self._settings = {s.id: _resolved(s, given[s.id], environ) for s in specs}
        _refuse_secrets(self._settings, redactor)
        self._by_address: dict[str | None, OpenAiTransport] = {}
        self._litellm = LiteLlmTransport(redactor=redactor, environ=environ)
        self._of_litellm: list[str] = []
        self._by_model: dict[str, Transport] = {}
        for spec in specs:
            address = self._settings[spec.id].base_url
            if address is None and spec.provider != "openai":
                self._of_litellm.append(spec.id)
                self._by_model[spec.id] = self._litellm
                continue
            if address not in self._by_address:
                self._by_address[address] = OpenAiTransport(
                    base_url=address, key=openai_key(address, environ), redactor=redactor
                )
            self._by_model[spec.id] = self._by_address[address]

    @property
    def settings(self) -> Mapping[str, ModelSettings]:
        """How each model is asked, by its id, OPENAI_BASE_URL taken into account."""
        return self._settings

    @property
    def transports(self) -> Mapping[str, Transport]:
        """Who sends, by model id."""
        return self._by_model

    def warm_up(self) -> None:
        """Import what is needed and check keys: half a second for openai, two for litellm.

        To be called, in a thread of its own, while other things start.

        Raises:
            UsageError: a package, a provider or a key is missing.
        """
        for transport in self._by_address.values():
            transport.warm_up()
        for model in self._of_litellm:
            self._litellm.check(model)

    def close(self) -> None:
        """Close every connection."""
        for transport in self._by_address.values():
            transport.close()
        self._litellm.close()


def _resolved(
    spec: ModelSpec, settings: ModelSettings, environ: Mapping[str, str]
) -> ModelSettings:
    """Return settings with the address that OPENAI_BASE_URL gives to models of "openai/"."""
    address = openai_address(environ)
    if settings.base_url is not None or spec.provider != "openai" or not address:
        return settings
    return replace(settings, base_url=address)


def _refuse_secrets(settings: Mapping[str, ModelSettings], redactor: Redactor) -> None:
    """Refuse settings that hold a key's value: they are stored with the run.

    Raises:
        UsageError: they do.
    """
    for model, asked in settings.items():
        text = json.dumps([asked.parameters, asked.base_url], default=str, ensure_ascii=False)
        if redactor.storable(text) != text:
            raise UsageError(
                f"settings of {model}: they hold the value of a key in the environment, and are "
                "stored with the run. Leave it out; keys are read from the environment."
            )
