"""The prompt's templates: which file a name means, and what its faults are called."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from adrs.errors import UsageError

PROBLEM_FOLDER = "prompts"  # in a problem's folder: the templates that are the problem's own
PACKAGED = Path(__file__).parent / "templates"


class Render(Protocol):
    """Renders the template of a name."""

    def __call__(self, name: str, **values: object) -> str:
        """Return the template `name`.j2 filled in, without whitespace around.

        Raises:
            UsageError: the template is at fault; the text names file and line.
        """


def renderer(folders: Sequence[Path]) -> Render:
    """Return what renders templates.

    A template is looked for in the folders, in their order, and then in the package. Values that a
    template asks for and nobody gave are errors. Templates are read once, so that a run's prompts
    stay the same while it lasts; they run in jinja2's sandbox and see nothing but their values.

    Args:
        folders: where files may stand in the package's place; those that are not there are passed
            over.
    """
    # Not at the top: a run without a model does without jinja2.
    import jinja2
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(
        loader=jinja2.FileSystemLoader([*folders, PACKAGED]),
        undefined=jinja2.StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )

    def render(name: str, **values: object) -> str:
        try:
            return environment.get_template(f"{name}.j2").render(**values).strip()
        except jinja2.TemplateSyntaxError as exc:
            raise UsageError(
                f"prompt template {exc.filename or exc.name}, line {exc.lineno}: {exc.message}."
            ) from exc
        except jinja2.TemplateNotFound as exc:
            raise UsageError(
                f"prompt template {name}.j2 asks for {exc.name}: no such file."
            ) from exc
        except Exception as exc:  # what a template does may raise anything
            raise UsageError(f"prompt template {name}.j2: {type(exc).__name__}: {exc}.") from exc

    return render
