"""The error that says why no report can be made."""


class ReportError(ValueError):
    """No report can be made; the message says why and what to do."""
