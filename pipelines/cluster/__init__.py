"""Bulk runs on more than one machine, by Ray Data. Imported only where that is asked for.

:mod:`~pipelines.cluster.arrow_files` reads and writes object stores, :mod:`~pipelines.cluster.roll` numbers
the photos, :mod:`~pipelines.cluster.tries` notes what is being worked on, :mod:`~pipelines.cluster.notes`
what was made, :mod:`~pipelines.cluster.manifest` how each photo ended. :mod:`~pipelines.cluster.actor` works
on photos, :mod:`~pipelines.cluster.engine` has it done on all machines of a
:mod:`~pipelines.cluster.connection`.

The checkpoint is the key of a result, which is looked for before any network runs: however often machines, or
the program that drives them, are killed, what lies there with its note is not made again.
"""
