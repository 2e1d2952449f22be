"""Bulk runs: thousands of photos, several results of each, and nothing lost on the way.

:mod:`~pipelines.batch.order` says what is made of each photo, :mod:`~pipelines.batch.ledger` remembers how
far a run is, :mod:`~pipelines.batch.work` does one photo and keeps its results in
:mod:`~pipelines.batch.places`, :mod:`~pipelines.batch.engine` does all of them.
"""
