"""Importers: one file for each format, all with the same shape.

`import_NAME(path, report)` streams a file or folder and yields `Record`s that `umi_local.records.validate` finds nothing
wrong with. What gives no record, and what was changed on the way, is counted in the `ImportReport`. A file that can't be read
or isn't of the format ends in a `RecordFileError` with its place.
"""
