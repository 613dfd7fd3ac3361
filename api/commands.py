"""The commands of the service: `matcher serve` and what goes with it.

They are added to the command line of `matcher` by the entry point `matcher.commands`, so that the
library knows nothing of the service. What they need is imported when they run: the library may be
installed without it.
"""

from typing import Annotated

import typer

LACKING = "The service is not installed: pip install 'donor-matcher[service]'."


def add(app: typer.Typer) -> None:
    """Add the commands of the service to the command line."""
    app.command("serve")(serve)
    app.command("worker")(worker)


def serve(
    host: Annotated[str | None, typer.Option(help="The address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="The port; 0 for any.")] = None,
) -> None:
    """Run the service; settings are environment variables MATCHER_… (docs/reference/service.md)."""
    try:
        from api.serving import serve_until_stopped
    except ModuleNotFoundError as missing:
        raise typer.BadParameter(f"{LACKING} ({missing.name} is not here.)") from None
    serve_until_stopped(host, port)


def worker() -> None:
    """Work on the runs of a service, on any machine that reaches its database (MATCHER_…)."""
    try:
        from api.running.worker import main
    except ModuleNotFoundError as missing:
        raise typer.BadParameter(f"{LACKING} ({missing.name} is not here.)") from None
    main()
