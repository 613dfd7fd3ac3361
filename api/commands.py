"""The commands of the service: `matcher serve` and what goes with it.

They are added to the command line of `matcher` by the entry point `matcher.commands`, so that the
library knows nothing of the service. What they need is imported when they run: the library may be
installed without it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from api.operating.errors import USAGE, Unusable

LACKING = "The service is not installed: pip install 'donor-matcher[service]'."
FAULTY = 6
"""The exit code for an audit log that was tampered with."""

Json = Annotated[bool, typer.Option("--json", help="Print machine-readable output.")]

audit = typer.Typer(no_args_is_help=True, help="The audit log of a service.")


def add(app: typer.Typer) -> None:
    """Add the commands of the service to the command line."""
    app.command("serve")(serve)
    app.command("worker")(worker)
    app.command("key")(key)
    app.command("backup")(backup)
    app.command("restore")(restore)
    audit.command("verify")(audit_verify)
    app.add_typer(audit, name="audit")


@contextmanager
def _plainly() -> Iterator[None]:
    """Say in a sentence what is lacking or cannot be used."""
    try:
        yield
    except ModuleNotFoundError as missing:
        raise typer.BadParameter(f"{LACKING} ({missing.name} is not here.)") from None
    except Unusable as refusal:
        typer.echo(str(refusal), err=True)
        raise typer.Exit(refusal.code) from None


def serve(
    host: Annotated[str | None, typer.Option(help="The address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="The port; 0 for any.")] = None,
) -> None:
    """Run the service; settings are environment variables MATCHER_… (docs/reference/service.md)."""
    with _plainly():
        from api.operating.serving import serve_until_stopped

        serve_until_stopped(host, port)


def worker() -> None:
    """Work on the runs of a service, on any machine that reaches its database (MATCHER_…)."""
    with _plainly():
        from api.operating.opening import opened, settings_with
        from api.running.worker import main

        # What cannot be used is told of here; it may begin before the service does.
        with opened(settings_with(), begin=True):
            pass
        main()


def key(
    role: Annotated[str | None, typer.Option(help="Make a key for this role.")] = None,
    label: Annotated[str, typer.Option(help="What the key is for.")] = "made on the machine",
    subject: Annotated[
        str | None, typer.Option(help="The donor_id or org_id that it speaks for.")
    ] = None,
    revoke: Annotated[str | None, typer.Option(metavar="ID", help="Revoke this key.")] = None,
    reason: Annotated[str | None, typer.Option(help="Why it is revoked.")] = None,
    show: Annotated[bool, typer.Option("--list", help="List the keys that hold.")] = False,
    as_json: Json = False,
) -> None:
    """Make, revoke or list keys on the machine with the data: the way back when all are lost."""
    with _plainly():
        from api.operating import by_hand
        from api.operating.opening import opened, settings_with
        from matcher.terminal import done

        if sum((role is not None, revoke is not None, show)) != 1:
            raise Unusable("Give one of --role, --revoke and --list.", USAGE)
        with opened(settings_with()) as store:
            if role is not None:
                made, secret = by_hand.key_made(store, role, label, subject)
                words = f"The key {made} of the role {role}, shown this once: {secret}"
                done(words, {"id": made, "secret": secret}, as_json)
            elif revoke is not None:
                by_hand.key_revoked(store, revoke, reason)
                done(f"The key {revoke} is revoked.", {"id": revoke}, as_json)
            else:
                keys = by_hand.keys_that_hold(store)
                names = ("id", "role", "subject", "label", "created_at", "expires_at")
                lines = ["  ".join(str(k[name] or "–") for name in names) for k in keys]
                done("\n".join(lines), {"keys": keys}, as_json)


def audit_verify(
    expect: Annotated[
        list[str] | None,
        typer.Option(metavar="NUMBER:HASH", help="An entry noted before; may be repeated."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Check that nothing in the audit log was changed, removed, inserted or put elsewhere."""
    with _plainly():
        from api.operating.by_hand import audit_verified
        from api.operating.opening import opened, settings_with
        from matcher.terminal import done

        with opened(settings_with()) as store:
            found = audit_verified(store, expect or ())
        document = {"entries": found.entries, "end": found.mark, "faults": list(found.faults)}
        count = "1 entry" if found.entries == 1 else f"{found.entries:,} entries"
        words = f"{count}. The log ends with {found.mark}"
        done("\n".join([*found.faults, words]), document, as_json)
        if found.faults:
            raise typer.Exit(FAULTY)


def backup(
    out: Annotated[Path, typer.Argument(help="The file to write.")], as_json: Json = False
) -> None:
    """Write all that is kept into one file, also while the service runs."""
    with _plainly():
        from api.operating.backup import write_backup
        from api.operating.opening import opened, settings_with
        from matcher.terminal import done

        with opened(settings_with()) as store:
            made = write_backup(store, out)
        words = f"{out}: {made.rows} rows; the audit log ends with {made.audit_end}"
        done(words, {"file": str(out), "rows": made.rows, "end": made.audit_end}, as_json)


def restore(
    file: Annotated[Path, typer.Argument(help="What `matcher backup` wrote.")],
    despite_faults: Annotated[
        bool, typer.Option("--despite-faults", help="Also if its audit log was tampered with.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Put a backup into an empty database, of either kind: all of it or nothing."""
    with _plainly():
        from api.operating.opening import settings_with, store_of
        from api.operating.restoring import restore_backup
        from matcher.terminal import done

        made = restore_backup(store_of(settings_with()), file, despite_faults)
        words = f"{made.rows} rows; the audit log of the backup ends with {made.audit_end}"
        done(words, {"rows": made.rows, "end": made.audit_end}, as_json)
