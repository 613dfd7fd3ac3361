"""Commands that are loaded once they are asked for, so that none waits for what others need."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from matcher.interrupts import ended_by_interrupts

LATER: Mapping[str, str] = {
    "explain": "cli_explain.explain_",
    "eligibility": "cli_law.eligibility",
    "screen": "cli_law.screen",
    "whatif": "cli_scenarios.whatif",
    "compare": "cli_compare.compare_",
    "sweep": "cli_sweep.sweep",
    "bundle": "cli_replay.bundle_",
    "replay": "cli_replay.replay_",
    "export": "cli_export.export_",
    "rules": "cli_rules.app",
    "bench": "cli_bench.app",
}
"""Where each of them stands in the package: a function, or an app with commands of its own."""
ORDER = (
    "check", "match", "verify", "explain", "eligibility", "screen", "whatif", "compare", "sweep",
    "bundle", "replay", "template", "convert", "import", "export", "rules", "bench",
)  # fmt: skip
"""How help lists them, as a round goes on; what others have added comes last."""


class LateCommands(TyperGroup):
    """The commands of an app, together with those that are loaded later."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Give the names of all commands, as help lists them."""
        return list(dict.fromkeys([*ORDER, *super().list_commands(ctx)]))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Give a command, loaded where it is not yet; None where there is none of that name."""
        if cmd_name in LATER and cmd_name not in self.commands:
            self.commands[cmd_name] = _loaded(cmd_name)
        return super().get_command(ctx, cmd_name)

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[Any, Any, list[str]]:
        """Give what is asked for; a name that is not known is held against those of all."""
        if args and args[0] not in self.list_commands(ctx):
            for name in LATER:
                self.get_command(ctx, name)
        return super().resolve_command(ctx, args)


def _loaded(name: str) -> Any:
    module, member = LATER[name].split(".")
    with ended_by_interrupts():
        found = getattr(import_module(f"matcher.{module}"), member)
    if isinstance(found, typer.Typer):
        command: Any = typer.main.get_command(found)
    else:
        alone = typer.Typer(add_completion=False)
        alone.command(name)(found)
        command = typer.main.get_command(alone)
    command.name = name
    return command
