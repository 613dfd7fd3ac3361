"""Who works on many tasks: processes of this machine, or the workers of a cluster through Dask.

A cluster is started by two lines, on any machines that have the same version installed with its
extra `cluster`; the second on each of them, as often as it has cores to give:

    dask scheduler
    dask worker tcp://SCHEDULER:8786 --nthreads 1
"""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.metadata import version

from matcher.errors import WrongUsage
from matcher.pipeline.record import PACKAGES
from matcher.wording import catalogue_of
from matcher.workers.local_workers import local_workers
from matcher.workers.shared import Shared


class UnusableCluster(WrongUsage):
    """A cluster cannot be reached, has no workers, or they would answer otherwise."""


@dataclass(frozen=True)
class Crew:
    """What starts an executor, how many tasks it works on at once, and what tasks are given.

    `shared` is a label where each worker receives the content when it starts.
    """

    make_executor: Callable[[], Executor]
    workers: int
    shared: Shared


@contextmanager
def crew_of(
    shared: Shared, workers: int = 2, scheduler: str | None = None, wait: str = "30s"
) -> Iterator[Crew]:
    """Give so many local workers, or all of a cluster's by the address of its scheduler.

    `wait` is how long the scheduler may take to answer.

    Raises UnusableCluster.
    """
    if scheduler is None:
        yield Crew(local_workers(workers, [shared]), workers, shared.label)
        return
    try:
        distributed = import_module("distributed")
    except ImportError as error:
        raise UnusableCluster(catalogue_of().say("many-no-extra")) from error
    try:
        client = distributed.Client(scheduler, timeout=wait)
    except (OSError, ValueError) as error:
        said = catalogue_of().say("many-no-scheduler", address=scheduler)
        raise UnusableCluster(said) from error
    with client:
        check_versions(client.run(versions))
        # Not pure: else a task that lost its worker is not run again, its loss is only repeated.
        make_executor = partial(client.get_executor, pure=False)
        yield Crew(make_executor, sum(client.nthreads().values()), shared)


def versions() -> dict[str, str]:
    """Give the versions of all that decides an answer, where this is called."""
    return {package: version(package) for package in PACKAGES}


def check_versions(by_worker: Mapping[str, Mapping[str, str]]) -> None:
    """Raise UnusableCluster where there is no worker, or one has another version than is here."""
    if not by_worker:
        raise UnusableCluster(catalogue_of().say("many-nobody"))
    here = versions()
    for worker, there in sorted(by_worker.items()):
        for package, wanted in here.items():
            if there.get(package) != wanted:
                found = there.get(package, "")
                said = catalogue_of().say(
                    "many-other-version", worker=worker, package=package, found=found, wanted=wanted
                )
                raise UnusableCluster(said)
