"""Why there is no report."""


class ReportError(ValueError):
    """No report can be made; the message says why and what to do."""
