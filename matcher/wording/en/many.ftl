# What is said while many rounds are solved one after the other on several workers.

many-known =
    { $known ->
        [one] one answer of { $total } is there already from an earlier run
       *[other] { $known } answers of { $total } are there already from an earlier run
    }
many-progress = answering: { $done } of { $total }
many-lost =
    { $count ->
        [one] a worker ended in the middle: its task is done again
       *[other] a worker ended in the middle: { $count } tasks are done again
    }
many-stopped-base = Stopped before the base was solved. Nothing is kept of it.
many-stopped = Stopped with { $done } of { $total } answers, which are kept in { $path }. The same command goes on from there.
many-broke = The process that worked on it ended each time, { $times } times in all, also with nothing else beside it. It may need more memory than the machine has.
many-locked = Another run is writing to { $path }. Wait for it to end, or choose another folder.
many-no-workers = The workers end as soon as they are started, before they are given anything to do. What they printed says why.
many-no-extra = Working on a cluster needs Dask, which is not installed: install donor-matcher with its extra "cluster".
many-no-scheduler = No scheduler answers at { $address }. Start one with "dask scheduler", and check the address.
many-nobody = The cluster has no workers. Start them with "dask worker" and the address of the scheduler.
many-other-version = The worker { $worker } has { $package } { $found }, and this machine { $wanted }: it could answer otherwise. Install the same version on all machines.
